"""PDF from a template and values, by typst: tagged (PDF/UA-1), no system fonts, no network, same in, same bytes out.

A template finds Source Sans Pro beside the fonts that typst brings, none of which is a sans-serif for reading.

Values reach a template as data (`json(bytes(sys.inputs.data))`), never as markup: what somebody wrote in a reason or a
name comes out as they wrote it.
"""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

_STANDARD: Final = "ua-1"
_FONT: Final = "font_source_sans_pro"
_FACES: Final = ("Regular", "It", "Bold", "BoldIt")
_NO_GLYPH = re.compile(r'the text `"(?P<text>.+?)"` could not be displayed')
_PACKAGE = re.compile(r'(?:import|include)\s*\(?\s*"@')


class TypesetError(Exception):
    """A template does not make a page; the message names it, and what typst says."""


class NoGlyph(TypesetError):
    """No font that a template may use has these `characters`."""

    def __init__(self, template: str, characters: Sequence[str]) -> None:
        self.characters = tuple(characters)
        super().__init__(f"{template}: no font has {', '.join(characters)}")


def compile_pdf(template: Path, data: Mapping[str, object], *, timestamp: datetime) -> bytes:
    """The PDF of a template (`*.typ`) with `data`, which must go into JSON. `timestamp`: the day it says it was made.

    Takes tenths of a second: where others wait, call `typeset`. A template reads nothing outside its own folder.
    """
    # Some 40 MB that a gateway which sets no page need not hold.
    import typst

    _refuse_packages(template)
    try:
        with TemporaryDirectory(prefix="fonts-") as fonts:
            _put_faces(Path(fonts))
            made = typst.compile(
                str(template),
                root=str(template.parent),
                font_paths=[fonts],
                format="pdf",
                ignore_system_fonts=True,
                sys_inputs={"data": json.dumps(data, ensure_ascii=False)},
                pdf_standards=_STANDARD,
                timestamp=int(timestamp.timestamp()),
            )
    except typst.TypstError as error:
        if unknown := list(dict.fromkeys(_NO_GLYPH.findall(f"{error.message}\n{error.diagnostic}"))):
            raise NoGlyph(template.name, unknown) from None
        raise TypesetError(f"{template.name}: {error.message}") from None
    if not isinstance(made, bytes):
        raise TypesetError(f"{template.name}: expected one document")
    return made


async def typeset(template: Path, data: Mapping[str, object], *, timestamp: datetime) -> bytes:
    """`compile_pdf` beside the event loop."""
    return await asyncio.to_thread(compile_pdf, template, data, timestamp=timestamp)


def _put_faces(folder: Path) -> None:
    # The package has each face as OTF and as TTF. Given both, typst takes whichever the disk lists first, and the same
    # letter would be other bytes on another machine.
    brought = find_spec(_FONT)
    if brought is None or not brought.submodule_search_locations:
        raise TypesetError("the font of letters and reports is not installed: install font-source-sans-pro")
    files = Path(brought.submodule_search_locations[0], "files")
    for face in _FACES:
        name = f"SourceSansPro-{face}.ttf"
        (folder / name).symlink_to(files / name)


def _refuse_packages(template: Path) -> None:
    # Typst would fetch them from a registry, with a template's name for the world to see.
    try:
        sources = {path: path.read_text(encoding="utf-8") for path in (template, *template.parent.glob("*.typ"))}
    except (OSError, UnicodeDecodeError) as error:
        raise TypesetError(f"{template.name} cannot be read: {type(error).__name__}") from None
    for path, source in sources.items():
        if _PACKAGE.search(source):
            raise TypesetError(f"{path.name} imports a package; templates are whole, nothing is fetched for them")
