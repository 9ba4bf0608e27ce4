"""PDF from a template and values, by typst: tagged (PDF/UA-1), no system fonts, no network, same in, same bytes out.

Values reach a template as data (`json(bytes(sys.inputs.data))`), never as markup: what somebody wrote in a reason or a
name comes out as they wrote it.
"""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Final

_STANDARD: Final = "ua-1"
_PACKAGE = re.compile(r'(?:import|include)\s*\(?\s*"@')


class TypesetError(Exception):
    """A template does not make a page; the message names it, and what typst says."""


def compile_pdf(template: Path, data: Mapping[str, object], *, timestamp: datetime) -> bytes:
    """The PDF of a template (`*.typ`) with `data`, which must go into JSON. `timestamp`: the day it says it was made.

    Takes tenths of a second: where others wait, call `typeset`. A template reads nothing outside its own folder.
    """
    # Some 40 MB that a gateway which sets no page need not hold.
    import typst

    _refuse_packages(template)
    try:
        made = typst.compile(
            str(template),
            root=str(template.parent),
            format="pdf",
            ignore_system_fonts=True,
            sys_inputs={"data": json.dumps(data, ensure_ascii=False)},
            pdf_standards=_STANDARD,
            timestamp=int(timestamp.timestamp()),
        )
    except typst.TypstError as error:
        raise TypesetError(f"{template.name}: {error.message}") from None
    if not isinstance(made, bytes):
        raise TypesetError(f"{template.name}: expected one document")
    return made


async def typeset(template: Path, data: Mapping[str, object], *, timestamp: datetime) -> bytes:
    """`compile_pdf` beside the event loop."""
    return await asyncio.to_thread(compile_pdf, template, data, timestamp=timestamp)


def _refuse_packages(template: Path) -> None:
    # Typst would fetch them from a registry, with a template's name for the world to see.
    try:
        sources = {path: path.read_text(encoding="utf-8") for path in (template, *template.parent.glob("*.typ"))}
    except (OSError, UnicodeDecodeError) as error:
        raise TypesetError(f"{template.name} cannot be read: {type(error).__name__}") from None
    for path, source in sources.items():
        if _PACKAGE.search(source):
            raise TypesetError(f"{path.name} imports a package; templates are whole, nothing is fetched for them")
