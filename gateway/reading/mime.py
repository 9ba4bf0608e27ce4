"""A message as a tree of entities (RFC 2045, 2046), read as far as it goes.

Written here rather than taken from the standard library because hostile nesting must cost neither a stack nor
quadratic time, and because every defect has to come back as a value.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from gateway.reading.headers import Headers, parse_parameters, split_entity
from gateway.reading.limits import DEFAULT_LIMITS, ReadingLimits
from gateway.reading.transfer import Transferred, decode_transfer

_TELLING_FIELDS = frozenset(
    {
        "from",
        "to",
        "subject",
        "date",
        "received",
        "message-id",
        "return-path",
        "content-type",
        "content-disposition",
        "content-transfer-encoding",
        "content-id",
        "mime-version",
    }
)
_MESSAGE_TYPES = frozenset({"message/rfc822", "message/global", "message/news"})


@dataclass(slots=True)
class Entity:
    """One entity. `body` is still encoded; `children` belong to a multipart or an attached message.

    `defects` name what was wrong with the structure. `outside` is text before the first and after the last part.
    """

    headers: Headers
    media_type: str
    parameters: Mapping[str, str]
    disposition: str
    disposition_parameters: Mapping[str, str]
    encoding: str
    body: bytes
    children: list[Entity] = field(default_factory=list)
    defects: list[str] = field(default_factory=list)
    outside: bytes = b""

    @property
    def filename(self) -> str | None:
        """The name given to the part, from either header."""
        return self.disposition_parameters.get("filename") or self.parameters.get("name") or None

    @property
    def content_id(self) -> str | None:
        """The Content-ID without its angle brackets."""
        value = self.headers.first("content-id")
        return value.strip().strip("<>") if value else None

    def content(self) -> Transferred:
        """The body with its transfer encoding undone."""
        return decode_transfer(self.body, self.encoding)


@dataclass(slots=True)
class _Budget:
    entities: int


def parse_message(raw: bytes, limits: ReadingLimits = DEFAULT_LIMITS) -> Entity:
    """Read a whole message. Never raises; beyond a limit a branch is left unread and carries a defect."""
    return _parse(raw, "text/plain", limits, 0, _Budget(limits.entities))


def _parse(raw: bytes, default_type: str, limits: ReadingLimits, depth: int, budget: _Budget) -> Entity:
    budget.entities -= 1
    headers, body = split_entity(raw, limits)
    if not body and headers.fields and not any(name in _TELLING_FIELDS for name, _ in headers.fields):
        headers, body = Headers(), raw  # words that happen to look like fields are words
    declared = headers.first("content-type")
    media_type, parameters = parse_parameters(declared) if declared else (default_type, {})
    disposition, disposition_parameters = parse_parameters(headers.first("content-disposition") or "")
    encoding = (headers.first("content-transfer-encoding") or "").split("(")[0].split(";")[0].strip().strip('"').lower()
    entity = Entity(
        headers=headers,
        media_type=media_type if media_type.count("/") == 1 else default_type,
        parameters=parameters,
        disposition=disposition,
        disposition_parameters=disposition_parameters,
        encoding=encoding,
        body=body,
    )
    if headers.truncated:
        entity.defects.append("header over the limit")
    if len(set(headers.every("content-type"))) > 1 or len(set(headers.every("content-transfer-encoding"))) > 1:
        entity.defects.append("contradictory MIME fields")
    composite = entity.media_type.startswith("multipart/") or entity.media_type in _MESSAGE_TYPES
    if composite and depth >= limits.nesting:
        entity.defects.append("nesting over the limit")
    elif entity.media_type.startswith("multipart/"):
        _parse_multipart(entity, limits, depth, budget)
    elif entity.media_type in _MESSAGE_TYPES:
        content = entity.content()
        if content.defect:
            entity.defects.append(content.defect)
        entity.children.append(_parse(content.data.lstrip(b"\r\n"), "text/plain", limits, depth + 1, budget))
    return entity


def _parse_multipart(entity: Entity, limits: ReadingLimits, depth: int, budget: _Budget) -> None:
    boundary = entity.parameters.get("boundary", "").rstrip().encode("utf-8", "replace")
    body = entity.body
    marks, closed = _delimiters(body, boundary) if boundary else ([], False)
    if not marks and entity.encoding in ("base64", "quoted-printable"):
        body = entity.content().data
        marks, closed = _delimiters(body, boundary) if boundary else ([], False)
    if not marks:
        boundary = _likely_boundary(body)
        entity.defects.append("multipart without its boundary")
        marks, closed = _delimiters(body, boundary) if boundary else ([], False)
        if not marks:
            return
    elif not closed:
        entity.defects.append("multipart cut off")
    default_type = "message/rfc822" if entity.media_type == "multipart/digest" else "text/plain"
    outside = [body[: marks[0][0]]]
    for index, (_, start, is_close) in enumerate(marks):
        stop = marks[index + 1][0] if index + 1 < len(marks) else len(body)
        if is_close:
            outside.append(body[start:])
            break
        if budget.entities <= 0:
            entity.defects.append("more parts than the limit")
            break
        entity.children.append(_parse(_without_last_break(body[start:stop]), default_type, limits, depth + 1, budget))
    entity.outside = b"\n".join(piece.strip() for piece in outside if piece.strip())


def _without_last_break(data: bytes) -> bytes:
    """The line break before a delimiter belongs to the delimiter (RFC 2046 5.1.1)."""
    if data.endswith(b"\r\n"):
        return data[:-2]
    return data[:-1] if data.endswith(b"\n") else data


def _delimiters(body: bytes, boundary: bytes) -> tuple[list[tuple[int, int, bool]], bool]:
    """(start of line, start of what follows, whether closing) of each delimiter line; and whether one closes."""
    dash = b"--" + boundary
    marks: list[tuple[int, int, bool]] = []
    position = body.find(dash)
    while position >= 0:
        line_end = body.find(b"\n", position)
        line_end = len(body) if line_end < 0 else line_end
        rest = body[position + len(dash) : line_end].strip()
        if (position == 0 or body[position - 1] in b"\r\n") and rest in (b"", b"--"):
            marks.append((position, min(line_end + 1, len(body)), rest == b"--"))
            if rest == b"--":
                return marks, True
        position = body.find(dash, max(line_end, position + 1))
    return marks, False


def _likely_boundary(body: bytes) -> bytes:
    """The first line of the shape `--token` that is followed by a field, where the header names no boundary."""
    position = 0
    for line in body[:20_000].splitlines(keepends=True):
        position += len(line)
        token = line.strip()
        if token.startswith(b"--") and len(token) > 4 and b" " not in token and b":" in body[position : position + 80]:
            return token[2:]
    return b""
