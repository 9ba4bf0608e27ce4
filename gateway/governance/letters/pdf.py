"""A letter as PDF: tagged for screen readers (PDF/UA-1), with fonts of its own, the same bytes for the same page."""

from __future__ import annotations

import asyncio
import json
import re
from hashlib import sha256
from pathlib import Path
from typing import Final

import typst

from gateway.governance.lacks import Lack, Refused
from gateway.governance.letters.page import Page

_TEMPLATE: Final = "letter.typ"
_NO_GLYPH = re.compile(r'the text `"(?P<text>.+?)"` could not be displayed')


async def pdf_of(page: Page, folder: Path) -> bytes:
    """The PDF, by the template in `folder`. Refused where a character of it is in no font that a letter is set in."""
    return await asyncio.to_thread(_compiled, page, folder)


def digest(pdf: bytes) -> str:
    """SHA-256, in hex."""
    return sha256(pdf).hexdigest()


def _compiled(page: Page, folder: Path) -> bytes:
    # Words go in as data and are shown as text: nothing that somebody wrote is ever read as code. The template imports
    # nothing, so that nothing is fetched.
    try:
        made = typst.compile(
            folder / _TEMPLATE,
            root=folder,
            ignore_system_fonts=True,
            sys_inputs={"letter": json.dumps(page.said(), ensure_ascii=False)},
            pdf_standards="ua-1",
            timestamp=int(page.written_at.timestamp()),
        )
    except typst.TypstError as error:
        unknown = list(dict.fromkeys(_NO_GLYPH.findall(f"{error.message}\n{error.diagnostic}")))
        if not unknown:
            raise
        named = ", ".join(unknown)
        raise Refused([Lack(f"a letter cannot show these characters: {named}; write them in other letters")]) from None
    if not isinstance(made, bytes):
        raise TypeError("typst made no single PDF")
    return made
