"""What stands in a PDF beside its text layer."""

from __future__ import annotations

import pytest

from gateway.reading.limits import DEFAULT_LIMITS
from gateway.reading.pdf import read_pdf

FONT = b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"
PAGE_TEXT = b"BT /F1 12 Tf 40 700 Td (Application for a garage, page one of one.) Tj ET"


def page_with(annotation: bytes, catalog: bytes = b"") -> bytes:
    """A PDF of one page with words on it and one annotation, object 6."""
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R " + catalog + b" >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R "
        b"/Resources << /Font << /F1 5 0 R >> >> /Annots [6 0 R] >>",
        b"<< /Length %d >>\nstream\n%b\nendstream" % (len(PAGE_TEXT), PAGE_TEXT),
        FONT,
        b"<< /Type /Annot /Rect [10 10 300 30] " + annotation + b" >>",
    ]
    out, offsets = b"%PDF-1.4\n", []
    for number, body in enumerate(objects, 1):
        offsets.append(len(out))
        out += b"%d 0 obj\n%b\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    where = len(out)
    return out + b"xref\n0 7\n0000000000 65535 f \n%btrailer\n<< /Size 7 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF" % (
        table,
        where,
    )


FORM = b"/AcroForm << /Fields [6 0 R] /DA (/F1 10 Tf) >>"


@pytest.mark.parametrize(
    ("annotation", "catalog", "words"),
    [
        (b"/Subtype /Text /Contents (stuck on the page)", b"", "stuck on the page"),
        (b"/Subtype /FreeText /Contents (written across it)", b"", "written across it"),
        (b"/Subtype /Widget /FT /Tx /T (reason) /V (typed into a field)", FORM, "typed into a field"),
    ],
)
def test_notes_and_fields_are_read(annotation, catalog, words):
    document = read_pdf(page_with(annotation, catalog), DEFAULT_LIMITS)
    assert words in document.text
    assert "Application for a garage" in document.text
    assert document.problem is None


def test_ink_is_said_to_be_unread():
    ink = b"/Subtype /Ink /InkList [[10 10 20 20 30 30]]"
    assert read_pdf(page_with(ink), DEFAULT_LIMITS).problem == "1 drawn notes in a PDF"


def test_a_link_is_nothing_to_read():
    document = read_pdf(page_with(b"/Subtype /Link"), DEFAULT_LIMITS)
    assert document.problem is None
