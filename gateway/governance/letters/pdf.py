"""A letter as PDF: tagged for screen readers, with fonts of its own, the same bytes for the same page."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path
from typing import Final

from gateway.governance.lacks import Lack, Refused
from gateway.governance.letters.page import Page
from gateway.typeset import NoGlyph, typeset

_TEMPLATE: Final = "letter.typ"


async def pdf_of(page: Page, folder: Path) -> bytes:
    """The PDF, by the template in `folder`. Refused where a character of it is in no font that a letter is set in."""
    try:
        return await typeset(folder / _TEMPLATE, page.said(), timestamp=page.written_at)
    except NoGlyph as missing:
        named = ", ".join(missing.characters)
        raise Refused([Lack(f"a letter cannot show these characters: {named}; write them in other letters")]) from None


def digest(pdf: bytes) -> str:
    """SHA-256, in hex."""
    return sha256(pdf).hexdigest()
