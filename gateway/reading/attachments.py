"""The text of one attachment, by its type, its name and its first bytes."""

from __future__ import annotations

import io
import zipfile
from dataclasses import dataclass, field
from enum import StrEnum

import re2

from gateway.reading.charsets import between_controls, decode_text, is_binary
from gateway.reading.documents import ARCHIVE_ERRORS, is_ole, office_kind, read_member, read_office
from gateway.reading.html import read_html
from gateway.reading.limits import DEFAULT_LIMITS, ReadingLimits
from gateway.reading.rtf import rtf_to_text, unread_in
from models.contact import PartProblemKind

_NAME_JOINTS = re2.compile(r"[_.+/\\-]+")
_NAME_WORDS = re2.compile(r"\pL{2,}")
_UNFOLD = re2.compile(r"\r?\n[ \t]")
_TEXT_TYPES = frozenset(
    {
        "application/json",
        "application/xml",
        "application/x-subrip",
        "application/ics",
        "application/csv",
        "application/x-csv",
        "message/delivery-status",
        "message/disposition-notification",
        "message/feedback-report",
        "message/global-delivery-status",
        "text/rfc822-headers",
    }
)
_TEXT_EXTENSIONS = frozenset(
    {"txt", "text", "md", "log", "csv", "tsv", "json", "xml", "vtt", "srt", "ics", "vcf", "yaml", "yml", "ini"}
)
_SIGNATURE_TYPES = frozenset(
    {
        "application/pgp-signature",
        "application/pkcs7-signature",
        "application/x-pkcs7-signature",
        "application/pgp-keys",
        "application/pkix-cert",
        "application/x-x509-ca-cert",
        "application/applefile",
    }
)
_AUDIO = ("audio/", "video/")
_AUDIO_EXTENSIONS = frozenset(
    {"mp3", "wav", "m4a", "amr", "ogg", "opus", "flac", "aac", "wma", "gsm", "mp4", "mov", "avi", "mkv", "webm", "3gp"}
)
_IMAGE_EXTENSIONS = frozenset({"png", "jpg", "jpeg", "gif", "bmp", "tif", "tiff", "heic", "heif", "webp", "svg"})


class Form(StrEnum):
    """What an attachment is, whatever it calls itself."""

    TEXT = "text"
    HTML = "html"
    RTF = "rtf"
    PDF = "pdf"
    ZIP = "zip"
    MESSAGE = "message"
    IMAGE = "image"
    RECORDING = "recording"
    SIGNATURE = "signature"
    CALENDAR = "calendar"
    UNKNOWN = "unknown"


@dataclass(slots=True)
class AttachmentText:
    """What was read: (name inside an archive or "", text), hidden text, and (inner name, kind, detail) problems."""

    texts: list[tuple[str, str]] = field(default_factory=list)
    hidden: list[str] = field(default_factory=list)
    problems: list[tuple[str, PartProblemKind, str]] = field(default_factory=list)
    guesses: list[str] = field(default_factory=list)

    def unreadable(self, detail: str, inner: str = "") -> None:
        """Note words that could not be read."""
        self.problems.append((inner, PartProblemKind.UNREADABLE, detail))

    def incomplete(self, detail: str, inner: str = "") -> None:
        """Note reading that a limit stopped."""
        self.problems.append((inner, PartProblemKind.INCOMPLETE, detail))


def extension(name: str | None) -> str:
    """The lower-cased ending of a file name, without its dot."""
    _, dot, ending = (name or "").rpartition(".")
    return ending.strip().lower() if dot else ""


def words_in(name: str | None) -> str:
    """The words of a file's name where it says something (two words or more), else nothing: names are read too."""
    stem, dot, ending = (name or "").rpartition(".")
    plain = " ".join(_NAME_JOINTS.sub(" ", stem if dot and len(ending) <= 5 else name or "").split())
    return plain if len(_NAME_WORDS.findall(plain)) >= 2 else ""


def form_of(data: bytes, media_type: str, name: str | None) -> Form:
    """Decide by content first: a name or a type is only the sender's word."""
    head = data[:1_024].lstrip()
    if b"%PDF-" in data[:1_024]:
        return Form.PDF
    if data.startswith((b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")):
        return Form.ZIP
    if head.startswith(b"{\\rtf"):
        return Form.RTF
    ending = extension(name)
    if media_type in _SIGNATURE_TYPES or (ending in ("p7s", "asc") and media_type != "text/plain"):
        return Form.SIGNATURE
    if media_type.startswith(_AUDIO) or (ending in _AUDIO_EXTENSIONS and not media_type.startswith("text/")):
        return Form.RECORDING
    if data.startswith((b"\x89PNG\r\n", b"GIF8", b"\xff\xd8\xff", b"BM", b"II*\x00", b"MM\x00*")) and is_binary(data):
        return Form.IMAGE
    if media_type.startswith("image/") or (ending in _IMAGE_EXTENSIONS and not media_type.startswith("text/")):
        return Form.HTML if "svg" in (media_type + ending) else Form.IMAGE
    if media_type in ("message/rfc822", "message/global", "message/news") or ending == "eml":
        return Form.MESSAGE
    if media_type in ("text/html", "application/xhtml+xml", "text/x-amp-html") or ending in ("html", "htm", "xhtml"):
        return Form.HTML
    if media_type in ("text/calendar", "application/ics", "text/vcard", "text/x-vcard", "text/directory") or ending in (
        "ics",
        "vcf",
    ):
        return Form.CALENDAR
    if media_type.startswith("text/") or media_type in _TEXT_TYPES or ending in _TEXT_EXTENSIONS:
        return Form.TEXT
    return Form.UNKNOWN


def read_attachment(
    data: bytes,
    media_type: str,
    name: str | None,
    charset: str | None = None,
    limits: ReadingLimits = DEFAULT_LIMITS,
    depth: int = 0,
) -> AttachmentText:
    """Read one attachment that is neither an image nor a message. Never raises on content."""
    read = AttachmentText()
    if not data.strip():
        return read
    if len(data) > limits.attachment_bytes:
        read.incomplete("attachment over the size limit")
        return read
    form = form_of(data, media_type, name)
    if form in (Form.TEXT, Form.HTML, Form.CALENDAR):
        _read_text(read, data, form, charset)
    elif form is Form.RTF:
        text = rtf_to_text(data)
        _take(read, text, unread_in(data, text), incomplete=False)
    elif form is Form.PDF:
        # Loaded where it is used: only the children that read need PDFium.
        from gateway.reading.pdf import read_pdf

        document = read_pdf(data, limits)
        _take(read, document.text, document.problem, document.incomplete)
    elif form is Form.ZIP:
        _read_zip(read, data, limits, depth)
    elif form is Form.RECORDING:
        read.unreadable("recording without a transcript")
    elif form is Form.IMAGE:
        read.unreadable("image without text")
    elif form is not Form.SIGNATURE:
        read.unreadable(_what(data, media_type, name))
    return read


def _what(data: bytes, media_type: str, name: str | None) -> str:
    if is_ole(data):
        return "encrypted or old Office document"
    if media_type == "application/ms-tnef" or extension(name) == "dat":
        return "TNEF (winmail.dat)"
    if "pkcs7" in media_type or "pgp" in media_type:
        return "encrypted or opaque-signed part"
    return "a type that cannot be read"


def _take(read: AttachmentText, text: str, problem: str | None, incomplete: bool, inner: str = "") -> None:
    if text:
        read.texts.append((inner, text))
    if problem is not None:
        (read.incomplete if incomplete else read.unreadable)(problem, inner)


def _read_text(read: AttachmentText, data: bytes, form: Form, charset: str | None) -> None:
    if is_binary(data):
        read.unreadable("binary under a text name")
        data = between_controls(data)
        if not data:
            return
    decoded = decode_text(data, charset)
    if decoded.guess is not None:
        read.guesses.append(decoded.guess)
    if decoded.damaged:
        read.unreadable("text in an unknown character set")
    text = decoded.text.replace("\r\n", "\n").replace("\x00", "")
    if form is Form.HTML:
        page = read_html(text)
        if page.cut:
            read.incomplete("HTML over the limit")
        if page.hidden:
            read.hidden.append(page.hidden)
        if page.embedded or (not page.text.strip() and page.images):
            read.unreadable("HTML with images and no text")
        text = page.text
    elif form is Form.CALENDAR:
        unfolded = _UNFOLD.sub("", text)
        text = unfolded.replace("\\n", "\n").replace("\\N", "\n").replace("\\,", ",").replace("\\;", ";")
    if "-----BEGIN PGP MESSAGE-----" in text:
        read.unreadable("PGP message")
    read.texts.append(("", text))


def _read_zip(read: AttachmentText, data: bytes, limits: ReadingLimits, depth: int) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            if any(info.flag_bits & 0x1 for info in archive.infolist()):
                read.unreadable("encrypted archive")
            elif (kind := office_kind(archive)) is not None:
                document = read_office(archive, kind, limits)
                _take(read, document.text, document.problem, document.incomplete)
            elif depth >= limits.archive_depth:
                read.incomplete("archive nested over the limit")
            else:
                _read_members(read, archive, limits, depth)
    except ARCHIVE_ERRORS:
        read.unreadable("damaged archive")


def _read_members(read: AttachmentText, archive: zipfile.ZipFile, limits: ReadingLimits, depth: int) -> None:
    room = limits.archive_bytes
    members = [info for info in archive.infolist() if not info.is_dir()]
    if len(members) > limits.archive_members:
        read.incomplete(f"archive of {len(members)} files, {limits.archive_members} read")
    for info in members[: limits.archive_members]:
        data = read_member(archive, info, room)
        if data is None:
            read.incomplete("archive over the size limit", info.filename)
            return
        room -= len(data)
        inner = read_attachment(data, "application/octet-stream", info.filename, None, limits, depth + 1)
        if form_of(data, "application/octet-stream", info.filename) is Form.MESSAGE:
            _read_text(inner, data, Form.TEXT, None)
        for name, text in inner.texts:
            read.texts.append((f"{info.filename}/{name}" if name else info.filename, text))
        for name, problem, detail in inner.problems:
            read.problems.append((f"{info.filename}/{name}" if name else info.filename, problem, detail))
        read.hidden.extend(inner.hidden)
        read.guesses.extend(inner.guesses)
