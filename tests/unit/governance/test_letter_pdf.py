"""Letters as PDF: for screen readers, for the post, and the same bytes whenever they are asked for."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from typing import Any

import pypdfium2
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from gateway.governance.lacks import Refused
from gateway.governance.letters.brief import Given
from gateway.governance.letters.page import page_of
from gateway.governance.letters.pdf import digest, pdf_of
from gateway.governance.letters.steps import LetterPurpose, LetterWritten
from gateway.governance.steps import STRATEGY_STEP
from gateway.governance.strategy_file import StrategyFile
from models.policy_course import Layout, NoticePart
from tests.case_files import pack as pack_of
from tests.governing import PERSON
from tests.lettering import EVERY_KIND, PACKS, TEMPLATES, brief, file_for, written

TO = "Flat 2, The Maltings, 1 High Street, Newtown, Stafford, ST16 1AA"
_MM = 72 / 25.4


async def pdf(letter: LetterWritten, to: str | None = None) -> bytes:
    return await pdf_of(page_of(letter, to), TEMPLATES)


def text_of(content: bytes) -> str:
    document = pypdfium2.PdfDocument(content)
    return "\n".join(page.get_textpage().get_text_range() for page in document)


def sizes(content: bytes) -> Counter[float]:
    """How many characters stand in each size, in points."""
    found: Counter[float] = Counter()
    for page in pypdfium2.PdfDocument(content):
        text = page.get_textpage()
        for number in range(text.count_chars()):
            if text.get_text_range(number, 1).strip():
                found[round(pypdfium2.raw.FPDFText_GetFontSize(text, number), 1)] += 1
    return found


def in_window(content: bytes) -> str:
    """What stands where the window of an envelope is."""
    page = pypdfium2.PdfDocument(content)[0]
    height = page.get_height()
    box = {"left": 24.5 * _MM, "top": height - 39.9 * _MM, "right": 120 * _MM, "bottom": height - 66.3 * _MM}
    return str(page.get_textpage().get_text_bounded(**box))


@pytest.mark.parametrize("layout", Layout)
@pytest.mark.parametrize("id_", PACKS)
async def test_every_layout_is_tagged_and_says_what_the_letter_says_in_its_order(id_: str, layout: Layout) -> None:
    letter = written(brief(pack_of(id_), layout=layout))
    content = await pdf(letter, TO)
    for mark in (b"/MarkInfo", b"/Marked true", b"/StructTreeRoot", b"<pdfuaid:part>1</pdfuaid:part>", b"/Lang"):
        assert mark in content, mark
    document = pypdfium2.PdfDocument(content)
    about = document.get_metadata_dict()
    assert (about["Title"], about["Author"]) == ("How you can contact us", "Example Borough Council")
    flat, at = " ".join(text_of(content).split()), 0
    for passage in letter.passages:
        at = flat.find(f" {passage.heading} ", at)
        assert at > 0, passage.heading
    assert f"Page 1 of {len(document)}" in flat


async def test_the_same_letter_is_the_same_bytes_also_when_it_comes_back_from_the_store() -> None:
    letter = written(brief(pack_of("generic"), layout=Layout.EASY_READ))
    first = await pdf(letter, TO)
    again = STRATEGY_STEP.validate_json(letter.model_dump_json(by_alias=True))
    assert isinstance(again, LetterWritten)
    assert digest(await pdf(again, TO)) == digest(first)
    assert await pdf(letter) != first


@pytest.mark.parametrize("layout", Layout)
async def test_a_website_stands_in_one_line(layout: Layout) -> None:
    whole = []
    for id_ in PACKS:
        said = text_of(await pdf(written(brief(pack_of(id_), layout=layout))))
        whole += re.findall(r"www\.[\w.-]*(?:\s+[\w-]*\.?uk)?", said)
    assert set(whole) == {"www.lgo.org.uk", "www.housing-ombudsman.org.uk"}


LONGEST = (
    "Flat 12, Extraordinarily Long Building Name of the Borough, 1234 Great Northern Industrial Estate Road, "
    "Little Snoring on the Hill, Newcastle under Lyme, ST16 1AA"
)
"""More than the window holds in large print, whatever shares a line."""


@pytest.mark.parametrize(
    ("to", "lines"),
    [
        (None, None),
        (TO, ["Jordan Example", "Flat 2, The Maltings", "1 High Street, Newtown, Stafford", "ST16 1AA"]),
        ("1 High Street, Stafford, ST16 1AA", ["Jordan Example", "1 High Street", "Stafford", "ST16 1AA"]),
        ("1 Great Northern Industrial Estate, Little Snoring on the Hill, Newcastle under Lyme, ST16 1AA",
         ["Jordan Example", "1 Great Northern Industrial Estate", "Little Snoring on the Hill",
          "Newcastle under Lyme", "ST16 1AA"]),
        ("The Lodge, ST16 1AA", ["Jordan Example", "The Lodge", "ST16 1AA"]),
    ],
)  # fmt: skip
async def test_large_print_is_large_also_in_the_window_of_the_envelope(to: str | None, lines: list[str] | None) -> None:
    letter = written(brief(pack_of("warwickshire"), layout=Layout.LARGE_PRINT))
    content = await pdf(letter, to)
    assert min(sizes(content)) >= 18
    if lines is not None:
        assert in_window(content).split("\r\n") == lines


async def test_what_is_too_long_for_the_window_in_large_print_stands_in_the_letter_in_large_print() -> None:
    content = await pdf(written(brief(pack_of("warwickshire"), layout=Layout.LARGE_PRINT)), LONGEST)
    assert in_window(content).split("\r\n") == ["Jordan Example", *LONGEST.split(", ")]
    first = pypdfium2.PdfDocument(content)[0].get_textpage().get_text_range()
    assert first.count("Little Snoring on the Hill") == 2
    small = sizes(content)[10.5]
    assert small == len("".join(("JordanExample", *LONGEST.replace(", ", "").split())))


async def test_the_other_layouts_are_as_large_as_they_say() -> None:
    assert min(sizes(await pdf(written(brief(pack_of("generic")))))) >= 13  # as tall as Arial of 12
    assert min(sizes(await pdf(written(brief(pack_of("generic"), layout=Layout.EASY_READ))))) >= 16


def fonts(content: bytes) -> set[str]:
    """The fonts that a PDF brings, without their weight."""
    named = re.findall(rb"/FontName */[A-Z]{6}\+([A-Za-z]+)", content)
    return {name.decode() for name in named}


@pytest.mark.parametrize("layout", Layout)
async def test_a_letter_is_in_a_clear_sans_serif_also_in_welsh_polish_and_greek(layout: Layout) -> None:
    made = brief(pack_of("warwickshire"), layout=layout, given={NoticePart.REASONS: Given("Tŷ Gŵyr, Łódź, Αθήνα.")})
    assert fonts(await pdf(written(made), TO)) == {"SourceSansPro"}


async def test_nothing_is_in_italics() -> None:
    for layout in Layout:
        assert not re.search(
            rb"/FontName */[A-Z]+\+\S*(It|Oblique)\b", await pdf(written(brief(pack_of("generic"), layout=layout)))
        )


@pytest.mark.parametrize("layout", Layout)
async def test_the_address_stands_where_the_window_is_and_nothing_else_does(layout: Layout) -> None:
    content = await pdf(written(brief(pack_of("warwickshire"), layout=layout)), TO)
    page = pypdfium2.PdfDocument(content)[0]
    text, height = page.get_textpage(), page.get_height()

    def within(left: float, top: float, right: float, bottom: float) -> str:
        box = {"left": left * _MM, "top": height - top * _MM, "right": right * _MM, "bottom": height - bottom * _MM}
        return text.get_text_bounded(**box)

    assert " ".join(in_window(content).replace(",", "").split()) == f"Jordan Example {TO.replace(',', '')}"
    assert within(0, 30, 124, 39.9).strip() == ""
    assert within(0, 66.3, 124, 94).strip() == ""
    assert within(0, 0, 15, 297).strip() == "" and within(195, 0, 210, 297).strip() == ""


async def test_the_protective_marking_of_the_policy_is_on_every_page() -> None:
    content = await pdf(written(brief(pack_of("warwickshire"))))
    for page in pypdfium2.PdfDocument(content):
        assert page.get_textpage().get_text_range().startswith("OFFICIAL")
    assert "OFFICIAL" not in text_of(await pdf(written(brief(pack_of("generic")))))


async def test_a_character_that_cannot_be_shown_is_named_and_the_letter_not_made() -> None:
    made = brief(pack_of("generic"), given={NoticePart.REASONS: Given("You wrote 日 and 😀.")})
    with pytest.raises(Refused, match="日, 😀"):
        await pdf(written(made))


async def test_a_letter_that_was_not_set_here_has_no_pdf() -> None:
    letter = written(brief(pack_of("generic"))).model_copy(update={"head": None})
    with pytest.raises(Refused, match="was not written here"):
        await pdf(letter)


_HOSTILE = (
    '#panic("x")',
    '#import "@preview/cetz:0.1.0"',
    '#read("/etc/passwd")',
    "*bold* _it_ `raw` $x^2$ <label> @ref // comment /* c */",
    '\\#eval("1") \\u{41} ~ -- --- ... \' "',
    "= heading\n- item\n+ item\n/ term: x",
    "#set page(width: 1cm)",
    "]) #[ { } ( ) ; ,",
    "a" * 400,
    "x\u202eevil\u202c \x00\x07\u2028 y",
)


@example(text=_HOSTILE[0]).via("code")
@example(text=_HOSTILE[1]).via("a package, which would be fetched")
@example(text=_HOSTILE[2]).via("a file")
@example(text=_HOSTILE[3]).via("markup")
@example(text=_HOSTILE[4]).via("escapes")
@example(text=_HOSTILE[5]).via("blocks")
@example(text=_HOSTILE[6]).via("the page")
@example(text=_HOSTILE[7]).via("brackets")
@example(text=_HOSTILE[8]).via("a word that no line holds")
@example(text=_HOSTILE[9]).via("what no paper shows")
@given(text=st.text(st.characters(min_codepoint=32, max_codepoint=126), min_size=3, max_size=300).filter(str.strip))
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
async def test_what_people_wrote_stands_there_as_they_wrote_it(text: str) -> None:
    file = _signed_by_anybody(text)
    person = PERSON.model_copy(update={"name": f"N {text}"})
    made = brief(pack_of("generic"), file=file, here={"person": person}, signed_by=f"S {text}")
    content = await pdf(written(made))
    shown = _bare(text_of(content))
    assert shown.count(_bare(text)) >= 3  # the reasons, the greeting, the signature


def _signed_by_anybody(reasons: str) -> StrategyFile:
    return file_for(
        pack_of("generic"), LetterPurpose.NOTICE, reasons=f"R {reasons}", restrictions=(EVERY_KIND["spoc_only"],)
    )


def _bare(text: str) -> str:
    """Without what is not ink: spaces, breaks, controls; a dash that begins an item is its bullet."""
    kept: Any = (letter for letter in text if unicodedata.category(letter)[0] not in "ZC" and letter not in "-•")
    return "".join(kept)
