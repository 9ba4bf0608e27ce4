"""Which members of a zipped office document hold words, and which nobody here reads.

The usual names tell nearly always. But a part may have any name, and is then what its package declares it to be
(ECMA-376 part 2): a letter in `a/b.xml` is shown like one in `word/document.xml`. Names are the same in any case.
"""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import dataclass
from typing import Self

from lxml import etree

_TYPES = "[content_types].xml"
_OFFICE_FOLDERS = (
    "word/",
    "ppt/slides/",
    "ppt/notesslides/",
    "ppt/comments",
    "ppt/diagrams/",
    "ppt/charts/",
    "xl/sharedstrings",
    "xl/worksheets/",
    "xl/comments",
    "xl/threadedcomments/",
    "xl/drawings/",
    "xl/diagrams/",
    "xl/charts/",
)
_WORDLESS = re.compile(
    r"word/(?:theme/|_rels/|(?:styles|styleswitheffects|settings|fonttable|websettings|numbering)\d*\.xml$)"
)
_OF_WORDS = re.compile(
    r"(?:\.main|\.slide|notesslide|worksheet|sharedstrings|comments|threadedcomments|header|footer|footnotes|endnotes|"
    r"glossary|chart|diagramdata|drawing)\+xml$"
)
"""Content types of parts that hold words."""
_BINARY_WORKBOOK = re.compile(r"xl/(?:workbook|sharedstrings|worksheets/[^/]*)\.bin$")
# Text that Word shows as its own: the parts of an `altChunk` may have any name, and these are their formats.
_OTHER_TEXT = (".htm", ".html", ".xhtml", ".mht", ".mhtml", ".txt", ".rtf", ".doc", ".docx")
_OFFICE_PLACES = (
    _TYPES,
    "_rels/",
    "_xmlsignatures/",
    "[trash]/",
    "customui/",
    "customxml/",
    "docmetadata/",
    "docprops/",
    "media/",
    "mimetype",
    "package/",
    "ppt/",
    "usercustomization/",
    "word/",
    "xl/",
)
_ODF_PLACES = (
    "basic/",
    "configurations2/",
    "content.xml",
    "dialogs/",
    "fonts/",
    "layout-cache",
    "manifest.rdf",
    "media/",
    "meta-inf/",
    "meta.xml",
    "mimetype",
    "object ",
    "objectreplacements/",
    "pictures/",
    "scripts/",
    "settings.xml",
    "styles.xml",
    "thumbnails/",
)
"""Where an office program puts what belongs to a document."""


@dataclass(frozen=True, slots=True)
class Members:
    """What the members of one document are. `kind`: as `documents.office_kind` has it.

    `declared`: the parts, and `extensions` those of parts, that the package declares to hold words.
    """

    kind: str
    declared: frozenset[str] = frozenset()
    extensions: frozenset[str] = frozenset()

    @classmethod
    def of(cls, archive: zipfile.ZipFile, kind: str, most_bytes: int) -> Self:
        """As the package says. XMLSyntaxError where it does not say it in XML."""
        info = next((info for info in archive.infolist() if info.filename.lower() == _TYPES), None)
        if kind == "odf" or info is None:
            return cls(kind)
        with archive.open(info) as member:
            data = member.read(most_bytes)
        parts, extensions = set(), set()
        events = etree.iterparse(io.BytesIO(data), resolve_entities=False, no_network=True, load_dtd=False)
        for _, element in events:
            if _OF_WORDS.search(element.get("ContentType", "").lower()):
                parts.add(element.get("PartName", "").lower().lstrip("/"))
                extensions.add(element.get("Extension", "").lower())
        return cls(kind, frozenset(parts - {""}), frozenset(extensions - {""}))

    def holds_words(self, name: str) -> bool:
        """Whether the text of a member is read."""
        folded = name.lower()
        if self.kind == "odf":
            return folded.endswith("content.xml") or folded == "styles.xml"
        if folded in self.declared or folded.rpartition(".")[2] in self.extensions - {"xml"}:
            return True
        if folded.endswith(".xml") and folded.startswith(_OFFICE_FOLDERS):
            return _WORDLESS.match(folded) is None
        return folded.endswith(".xml") and "xml" in self.extensions and folded != _TYPES

    def is_embedded(self, name: str) -> bool:
        """Whether a member is a document of its own, which people see or open in the other."""
        folded = name.lower()
        if self.kind == "odf":
            return folded.startswith("object ") and folded.count("/") == 0
        return "/embeddings/" in folded or (folded.startswith("word/") and folded.endswith(_OTHER_TEXT))

    def is_foreign(self, name: str) -> bool:
        """Whether a member is none that belongs to a document, or one that holds words in a form not read here."""
        folded = name.lower()
        places = _ODF_PLACES if self.kind == "odf" else _OFFICE_PLACES
        return not folded.startswith(places) or _BINARY_WORKBOOK.match(folded) is not None


def is_picture(name: str) -> bool:
    """Whether a member is a picture or a recording, to go by its place."""
    folded = name.lower()
    return "/media/" in folded or folded.startswith(("media/", "pictures/"))
