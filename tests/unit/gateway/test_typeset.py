"""Pages: tagged, deterministic, with values that are never read as markup."""

from __future__ import annotations

import asyncio
import io
from datetime import UTC, datetime
from pathlib import Path

import pypdfium2
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gateway.typeset import TypesetError, compile_pdf, typeset

AT = datetime(2026, 3, 2, 10, 15, tzinfo=UTC)

TEMPLATE = """\
#let data = json(bytes(sys.inputs.data))
#set document(title: data.title, author: "Office", date: auto)
#set text(lang: "en", region: "GB")
#title()
#data.words
"""


@pytest.fixture
def template(tmp_path: Path) -> Path:
    path = tmp_path / "page.typ"
    path.write_text(TEMPLATE, encoding="utf-8")
    return path


def text_of(pdf: bytes) -> str:
    document = pypdfium2.PdfDocument(io.BytesIO(pdf))
    try:
        return "\n".join(page.get_textpage().get_text_range() for page in document)
    finally:
        document.close()


def test_a_page_is_tagged_and_says_what_it_was_given(template: Path) -> None:
    pdf = compile_pdf(template, {"title": "Notice", "words": "You may call on Tuesdays."}, timestamp=AT)
    assert b"/StructTreeRoot" in pdf
    assert b"pdfuaid:part" in pdf
    assert "You may call on Tuesdays." in text_of(pdf)


def test_a_font_comes_from_the_file_that_is_meant_whatever_order_the_disk_lists_them_in(template: Path) -> None:
    template.write_text('#set text(font: "Source Sans Pro")\n' + TEMPLATE, encoding="utf-8")
    pdf = compile_pdf(template, {"title": "Notice", "words": "x"}, timestamp=AT)
    assert b"SourceSansPro" in pdf
    assert b"/FontFile2" in pdf and b"/FontFile3" not in pdf  # TrueType; the package's OTF would be FontFile3


def test_an_installation_without_the_font_is_told(template: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gateway.typeset.find_spec", lambda name: None)
    with pytest.raises(TypesetError, match="install font-source-sans-pro"):
        compile_pdf(template, {"title": "Notice", "words": "x"}, timestamp=AT)


def test_the_same_values_make_the_same_bytes_and_others_do_not(template: Path) -> None:
    values = {"title": "Notice", "words": "One."}
    first = compile_pdf(template, values, timestamp=AT)
    assert compile_pdf(template, values, timestamp=AT) == first
    assert compile_pdf(template, {**values, "words": "Two."}, timestamp=AT) != first


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(alphabet='#$*_`\\[](){}<>@="/~^-+ab1', min_size=1, max_size=60))
def test_nothing_written_in_a_value_is_read_as_markup(template: Path, words: str) -> None:
    pdf = compile_pdf(template, {"title": "Notice", "words": f"x{words}x"}, timestamp=AT)
    squeezed = "".join(text_of(pdf).split())
    assert "x" + "".join(words.split()) + "x" in squeezed.replace("\ufffe", "")


def test_code_in_a_value_comes_out_as_written(template: Path) -> None:
    hostile = '#panic("x") #read("/etc/passwd") #import "@preview/cetz:0.3.0"'
    assert hostile in text_of(compile_pdf(template, {"title": "Notice", "words": hostile}, timestamp=AT))


def test_a_template_that_would_fetch_a_package_is_refused(template: Path) -> None:
    template.write_text('#import "@preview/cetz:0.3.0"\n' + TEMPLATE, encoding="utf-8")
    with pytest.raises(TypesetError, match="imports a package"):
        compile_pdf(template, {"title": "Notice", "words": "x"}, timestamp=AT)


def test_a_fault_in_a_template_names_it(template: Path) -> None:
    with pytest.raises(TypesetError, match=r"page\.typ: "):
        compile_pdf(template, {"title": "Notice"}, timestamp=AT)


def test_a_template_reads_nothing_outside_its_folder(template: Path) -> None:
    template.write_text('#read("/../secret.txt")', encoding="utf-8")
    (template.parent.parent / "secret.txt").write_text("secret", encoding="utf-8")
    with pytest.raises(TypesetError):
        compile_pdf(template, {}, timestamp=AT)


@pytest.fixture
def long_template(template: Path) -> Path:
    template.write_text(TEMPLATE + "#for i in range(60) [= Part #i\n#lorem(400)\n]", encoding="utf-8")
    return template


async def test_others_go_on_while_a_page_is_set(long_template: Path) -> None:
    setting = asyncio.create_task(typeset(long_template, {"title": "Notice", "words": "x"}, timestamp=AT))
    turns = 0
    while not setting.done():
        await asyncio.sleep(0.001)
        turns += 1
    assert b"/StructTreeRoot" in await setting
    assert turns > 20
