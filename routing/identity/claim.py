"""One thing a contact says of who it is from, and all of them together."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from models.identity import MatchedBy, Strength
from routing.identity.names import Name


class LookupKey(NamedTuple):
    """What the store's index is asked for. `value` is normalised; it is personal data and is only stored as a hash.

    `kind`: `email`, `phone`, `social`, `postal`, `reference`, `name` (a whole name or alias), and the weaker
    `initial` (g tolley), `surname` and `sketch` (for misspellings).
    """

    kind: str
    value: str


@dataclass(frozen=True, slots=True)
class Claim:
    """One thing a contact says of its sender. `written`: the name as given, for the kinds that need comparing.

    `ceiling`: the most this claim can make of a match. `binds`: nothing else may lift that person above it (a forged
    or doubtful From address is not made better by what stands beneath it).
    """

    key: LookupKey
    by: MatchedBy
    ceiling: Strength
    binds: bool = False
    written: Name = ()


@dataclass(frozen=True, slots=True)
class Claims:
    """All claims of one contact. `given`: names the sender gave, by which one of several people may be picked.

    `sender_emails`: the normalised addresses that count as the sender, for telling our own mail. `sender`: the one
    identifier it came from, None where it came from none or several. `rules`: reasons already plain.
    """

    claims: tuple[Claim, ...]
    given: tuple[Name, ...] = ()
    sender_emails: tuple[str, ...] = ()
    sender: LookupKey | None = None
    rules: tuple[str, ...] = ()
