"""One identifier in the form in which it is compared and looked up, by its kind."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from models.identifier import IdentifierKind
from routing.identity import normalise
from routing.identity.postal import postal

_READ: Final[Mapping[IdentifierKind, Callable[[str], str | None]]] = {
    IdentifierKind.EMAIL: normalise.email,
    IdentifierKind.PHONE: normalise.phone,
    IdentifierKind.POSTAL: postal,
    IdentifierKind.SOCIAL: normalise.social,
}


def normalised(kind: IdentifierKind, value: str) -> str | None:
    """The one form of what may be written in many; None where it is none of its kind."""
    return _READ[kind](value) or None
