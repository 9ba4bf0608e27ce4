"""Zipped office documents to text, within limits of pages, bytes and time."""

from __future__ import annotations

import io
import time
import zipfile
import zlib
from dataclasses import dataclass

from lxml import etree

from gateway.reading.limits import IMAGE_ONLY_CHARACTERS, ReadingLimits
from gateway.reading.office_parts import Members, is_picture

_OLE_MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_PARAGRAPH_ENDS = frozenset({"p", "h", "si", "tr", "row", "comment", "text"})
_LOOK_AT_CLOCK = 10_000
_TEXT_TAGS = frozenset({"t", "delText", "instrText", "v", "text"})


@dataclass(frozen=True, slots=True)
class DocumentText:
    """`problem` names what could not be read, None where all was; `incomplete`: a limit stopped the reading."""

    text: str
    problem: str | None = None
    incomplete: bool = False


def is_ole(data: bytes) -> bool:
    """A compound file: an old Office document, or a new one that is encrypted."""
    return data.startswith(_OLE_MAGIC)


def read_member(archive: zipfile.ZipFile, info: zipfile.ZipInfo, limit: int) -> bytes | None:
    """One member, at most `limit` bytes unpacked whatever its header claims; None where it holds more."""
    with archive.open(info) as member:
        data = member.read(limit + 1)
    return None if len(data) > limit else data


def office_kind(archive: zipfile.ZipFile) -> str | None:
    """`office` for a Word, PowerPoint or Excel package, `odf` for OpenDocument, None for any other archive."""
    names = set(archive.namelist()[:5_000])
    if "[Content_Types].xml" in names:
        return "office"
    return "odf" if "content.xml" in names and "META-INF/manifest.xml" in names else None


def read_office(archive: zipfile.ZipFile, kind: str, limits: ReadingLimits) -> DocumentText:
    """Every paragraph: body, tables, text boxes, headers, footers, notes, comments, deleted text."""
    deadline = time.monotonic() + limits.document_seconds
    room = limits.archive_bytes
    texts: list[str] = []
    pictures, declares, embeds, foreign = False, False, False, False
    members = archive.infolist()
    try:
        parts = Members.of(archive, kind, room)
    except etree.XMLSyntaxError:
        return DocumentText("", "damaged document")
    for info in members[: limits.archive_members * 10]:
        pictures = pictures or is_picture(info.filename)
        embeds = embeds or parts.is_embedded(info.filename)
        if not parts.holds_words(info.filename):
            foreign = foreign or (not info.is_dir() and parts.is_foreign(info.filename))
            continue
        if time.monotonic() > deadline:
            return DocumentText("\n\n".join(texts), "document over the time limit", incomplete=True)
        data = read_member(archive, info, room)
        if data is None:
            return DocumentText("\n\n".join(texts), "document over the size limit", incomplete=True)
        room -= len(data)
        try:
            words, has_type = _xml_text(data, kind, deadline)
            texts.append(words)
            declares = declares or has_type
        except TimeoutError:
            return DocumentText("\n\n".join(texts), "document over the time limit", incomplete=True)
        except etree.XMLSyntaxError:
            return DocumentText("\n\n".join(filter(None, texts)), "damaged document")
    text = "\n\n".join(filter(None, texts))
    if len(members) > limits.archive_members * 10:
        return DocumentText(text, "document of too many members", incomplete=True)
    if declares:
        return DocumentText(text, "document that declares words of its own")
    if embeds:
        return DocumentText(text, "document with another one in it")
    if foreign:
        return DocumentText(text, "document with a file in it that is no part of it")
    if pictures and len(text) < IMAGE_ONLY_CHARACTERS:
        return DocumentText(text, "document with a picture and no text")
    return DocumentText(text)


def _xml_text(data: bytes, kind: str, deadline: float) -> tuple[str, bool]:
    """Text by paragraph, and whether it has a document type. No entities, no network, no huge trees. TimeoutError.

    No office program writes a document type. What its entities stand for is left out here, and may be shown elsewhere.
    """
    out: list[str] = []
    events = etree.iterparse(
        io.BytesIO(data), events=("end",), resolve_entities=False, no_network=True, huge_tree=False, load_dtd=False
    )
    for number, (_, element) in enumerate(events):
        if number % _LOOK_AT_CLOCK == 0 and time.monotonic() > deadline:
            raise TimeoutError
        name = element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""
        if kind == "odf":
            if name in ("p", "h"):
                out.append("".join(element.itertext()) + "\n")
                element.clear()
        elif name in _TEXT_TAGS:
            out.append(element.text or "")
        elif name == "textpath":  # old WordArt
            out.append(f"{element.get('string', '')}\n")
        elif name in ("tab", "tc"):
            out.append("\t")
        elif name in ("br", "cr") or name in _PARAGRAPH_ENDS:
            out.append("\n")
    lines = (line.strip() for line in "".join(out).split("\n"))
    has_type = events.root is not None and events.root.getroottree().docinfo.internalDTD is not None
    return "\n".join(line for line in lines if line), has_type


ARCHIVE_ERRORS = (
    zipfile.BadZipFile,
    zlib.error,
    NotImplementedError,
    RuntimeError,
    EOFError,
    OSError,
    ValueError,
    KeyError,
)
"""What zipfile raises on damaged or hostile archives."""
