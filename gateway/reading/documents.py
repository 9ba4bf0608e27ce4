"""Zipped office documents to text, within limits of pages, bytes and time."""

from __future__ import annotations

import io
import time
import zipfile
import zlib
from dataclasses import dataclass

from lxml import etree

from gateway.reading.limits import ReadingLimits

_OLE_MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_OFFICE_FOLDERS = (
    "word/",
    "ppt/slides/",
    "ppt/notesSlides/",
    "ppt/comments",
    "ppt/diagrams/",
    "ppt/charts/",
    "xl/sharedStrings",
    "xl/worksheets/",
    "xl/comments",
    "xl/threadedComments/",
    "xl/drawings/",
    "xl/diagrams/",
    "xl/charts/",
)
# Text that Word shows as its own: the parts of an `altChunk` may have any name, and these are their formats.
_OTHER_TEXT = (".htm", ".html", ".xhtml", ".mht", ".mhtml", ".txt", ".rtf", ".doc", ".docx")
_OFFICE_SKIPPED = (
    "styles",
    "theme",
    "settings",
    "fontTable",
    "webSettings",
    "numbering",
    "_rels/",
    "stylesWithEffects",
)
_PARAGRAPH_ENDS = frozenset({"p", "h", "si", "tr", "row", "comment", "text"})
_TEXT_TAGS = frozenset({"t", "delText", "instrText", "v", "text"})
IMAGE_ONLY_CHARACTERS = 16


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
    pictures, declares, embeds = False, False, False
    members = archive.infolist()
    for info in members[: limits.archive_members * 10]:
        if "/media/" in info.filename or info.filename.startswith("Pictures/"):
            pictures = True
        embeds = embeds or _is_embedded(info.filename, kind)
        if not _holds_words(info.filename, kind):
            continue
        if time.monotonic() > deadline:
            return DocumentText("\n\n".join(texts), "document over the time limit", incomplete=True)
        data = read_member(archive, info, room)
        if data is None:
            return DocumentText("\n\n".join(texts), "document over the size limit", incomplete=True)
        room -= len(data)
        try:
            words, has_type = _xml_text(data, kind)
            texts.append(words)
            declares = declares or has_type
        except etree.XMLSyntaxError:
            return DocumentText("\n\n".join(filter(None, texts)), "damaged document")
    text = "\n\n".join(filter(None, texts))
    if len(members) > limits.archive_members * 10:
        return DocumentText(text, "document of too many members", incomplete=True)
    if declares:
        return DocumentText(text, "document that declares words of its own")
    if embeds:
        return DocumentText(text, "document with another one in it")
    if pictures and len(text) < IMAGE_ONLY_CHARACTERS:
        return DocumentText(text, "document with a picture and no text")
    return DocumentText(text)


def _is_embedded(name: str, kind: str) -> bool:
    """Whether a member is a document of its own, which people see or open in the other."""
    if kind == "odf":
        return name.startswith("Object ") and name.count("/") == 0
    return "/embeddings/" in name or (name.startswith("word/") and name.lower().endswith(_OTHER_TEXT))


def _holds_words(name: str, kind: str) -> bool:
    if kind == "odf":
        return name.endswith("content.xml") or name == "styles.xml"
    tail = name.partition("/")[2]
    return name.endswith(".xml") and name.startswith(_OFFICE_FOLDERS) and not tail.startswith(_OFFICE_SKIPPED)


def _xml_text(data: bytes, kind: str) -> tuple[str, bool]:
    """Text by paragraph, and whether it has a document type. No entities, no network, no huge trees.

    No office program writes a document type. What its entities stand for is left out here, and may be shown elsewhere.
    """
    out: list[str] = []
    events = etree.iterparse(
        io.BytesIO(data), events=("end",), resolve_entities=False, no_network=True, huge_tree=False, load_dtd=False
    )
    for _, element in events:
        name = etree.QName(element).localname if isinstance(element.tag, str) else ""
        if kind == "odf":
            if name in ("p", "h"):
                out.append("".join(element.itertext()) + "\n")
                element.clear()
        elif name in _TEXT_TAGS:
            out.append(element.text or "")
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
