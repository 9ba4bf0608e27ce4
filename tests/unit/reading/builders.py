"""Messages and files built in code for the reading tests."""

from __future__ import annotations

import base64
import io
import struct
import zipfile
import zlib
from collections.abc import Sequence
from datetime import UTC, datetime

from gateway.reading.email import read_email
from gateway.reading.thoroughness import Thoroughness
from models.contact import Contact
from models.envelope import Envelope

WHEN = datetime(2026, 3, 2, 10, 15, tzinfo=UTC)
DOMAINS = ("council.example",)
AUTHOR = "From: Ann Other <ann@mail.example>\r\nTo: desk@council.example\r\nSubject: Bins\r\n"


def envelope(**known: object) -> Envelope:
    return Envelope.model_validate({"source": "check", "received_at": WHEN, **known})


def read(
    raw: bytes | str,
    trusted: Sequence[str] | None = None,
    *,
    thoroughness: Thoroughness = Thoroughness.FULL,
    **known: object,
) -> Contact:
    data = raw.encode() if isinstance(raw, str) else raw
    return read_email(
        data,
        contact_id="c1",
        envelope=envelope(**known),
        domains=DOMAINS,
        trusted_authserv=trusted,
        thoroughness=thoroughness,
    )


def plain(body: str, extra: str = "", charset: str = "utf-8") -> bytes:
    head = f'{AUTHOR}{extra}Content-Type: text/plain; charset="{charset}"\r\nContent-Transfer-Encoding: 8bit\r\n\r\n'
    return head.encode() + body.encode(charset)


def html(body: str) -> bytes:
    return f"{AUTHOR}Content-Type: text/html; charset=utf-8\r\n\r\n{body}".encode()


def part(content: bytes | str, content_type: str = "text/plain; charset=utf-8", *extra: str) -> bytes:
    """One MIME part; bytes are base64 encoded, text is written as it is."""
    fields = [f"Content-Type: {content_type}", *extra]
    if isinstance(content, bytes):
        fields.append("Content-Transfer-Encoding: base64")
        body = base64.encodebytes(content)
    else:
        body = content.encode()
    return "\r\n".join(fields).encode() + b"\r\n\r\n" + body


def attachment(content: bytes | str, name: str, content_type: str = "application/octet-stream") -> bytes:
    return part(content, content_type, f'Content-Disposition: attachment; filename="{name}"')


def multipart(
    *parts: bytes, kind: str = "mixed", boundary: str = "=_b1", head: str = AUTHOR, close: bool = True
) -> bytes:
    out = [f'{head}Content-Type: multipart/{kind}; boundary="{boundary}"\r\n\r\n'.encode()]
    for one in parts:
        out += [b"--" + boundary.encode() + b"\r\n", one, b"\r\n"]
    if close:
        out.append(b"--" + boundary.encode() + b"--\r\n")
    return b"".join(out)


def pdf(pages: Sequence[str | None]) -> bytes:
    """A PDF with one line of text a page; None is a page that shows a picture and nothing else."""
    objects: list[bytes] = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"",
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    image = zlib.compress(bytes(64))
    objects.append(
        b"<< /Type /XObject /Subtype /Image /Width 8 /Height 8 /ColorSpace /DeviceGray /BitsPerComponent 8 "
        b"/Filter /FlateDecode /Length %d >>\nstream\n%s\nendstream" % (len(image), image)
    )
    kids = []
    for text in pages:
        drawn = (
            b"q 500 0 0 700 40 40 cm /I Do Q" if text is None else b"BT /F 12 Tf 50 700 Td (%s) Tj ET" % text.encode()
        )
        objects.append(b"<< /Length %d >>\nstream\n%s\nendstream" % (len(drawn), drawn))
        contents = len(objects)
        objects.append(
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents %d 0 R "
            b"/Resources << /Font << /F 3 0 R >> /XObject << /I 4 0 R >> >> >>" % contents
        )
        kids.append(b"%d 0 R" % len(objects))
    objects[1] = b"<< /Type /Pages /Kids [%s] /Count %d >>" % (b" ".join(kids), len(kids))
    out = io.BytesIO()
    out.write(b"%PDF-1.4\n")
    offsets = []
    for number, body in enumerate(objects, start=1):
        offsets.append(out.tell())
        out.write(b"%d 0 obj\n%s\nendobj\n" % (number, body))
    start = out.tell()
    out.write(b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1))
    out.writelines(b"%010d 00000 n \n" % offset for offset in offsets)
    out.write(b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, start))
    return out.getvalue()


def docx(paragraphs: Sequence[str], *, footer: str = "", table: str = "", comment: str = "") -> bytes:
    import docx as python_docx

    document = python_docx.Document()
    for text in paragraphs:
        document.add_paragraph(text)
    if table:
        document.add_table(rows=1, cols=1).cell(0, 0).text = table
    if footer:
        document.sections[0].footer.paragraphs[0].text = footer
    if comment:
        document.add_comment(document.paragraphs[0].runs, text=comment, author="x")
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def zipped(files: dict[str, bytes], *, encrypted: bool = False) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            # A fixed date: the same bytes in every process that collects the tests.
            archive.writestr(zipfile.ZipInfo(name, (2026, 3, 2, 10, 15, 0)), data, zipfile.ZIP_DEFLATED)
    data = bytearray(out.getvalue())
    if encrypted:  # the flag alone is what a reader goes by
        for mark, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
            position = data.find(mark)
            while position >= 0:
                data[position + at] |= 1
                position = data.find(mark, position + 4)
    return bytes(data)


def png(width: int, height: int, extra_bytes: int = 0) -> bytes:
    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"tEXt", b"\x00" * extra_bytes) + chunk(b"IEND", b"")


def names(contact: Contact) -> list[str]:
    return [one.name for one in contact.parts]


def problems(contact: Contact) -> list[tuple[str, str]]:
    return [(problem.part, str(problem.kind)) for problem in contact.problems]
