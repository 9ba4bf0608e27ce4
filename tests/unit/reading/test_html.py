"""HTML as the eye reads it, and what is hidden from the eye."""

from __future__ import annotations

import dataclasses
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.reading import html
from gateway.reading.html import read_html
from gateway.reading.looks import TELLING_ATTRIBUTES, Look, inherit


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("<p>One</p><p>Two<br>Three</p>", "One\n\nTwo\nThree"),
        ("wor<b>d</b>s &amp; more&nbsp;words", "words & more words"),
        ("<ul><li>a</li><li>b</li></ul>", "a\nb"),
        ("<table><tr><td>a</td><td>b</td></tr><tr><td>c</td></tr></table>", "a b\nc"),
        ("<script>x()</script><style>p{}</style>seen", "seen"),
        ("<a href='https://x.example/y'>click</a>", "click <https://x.example/y>"),
        ("<a href='mailto:a@x.example'>a@x.example</a>", "a@x.example"),
        ("<pre>one\n  two</pre>", "one\ntwo"),
        ("<p>new</p><blockquote type=cite><p>old</p></blockquote><p>new again</p>", "new\n\n> old\n\nnew again"),
        ("<img alt='words in a picture' src=x>", "words in a picture"),
        ("<textarea>typed</textarea><input value='given'>", "typed\ngiven"),
        ("<object data='film.swf'><p>for want of a film</p></object>rest", "for want of a film\nrest"),
        ("<applet code=x>no Java here</applet>", "no Java here"),
        ("<p>unclosed <b>words", "unclosed words"),
        ("", ""),
    ],
)
def test_seen_text(source: str, text: str) -> None:
    lines = [line for line in read_html(source).text.split("\n") if line.strip() not in ("", ">")]
    assert lines == [line for line in text.split("\n") if line]


@pytest.mark.parametrize(
    ("comment", "hidden"),
    [
        ("<!--[if mso]><p>for Outlook</p><![endif]-->", "for Outlook"),
        (
            "<!--[if gte mso 9]><xml><o:Pixels>96</o:Pixels></xml><style>p{}</style><table><tr><td>cell<![endif]-->",
            "cell",
        ),
        ("<!--[if mso]><p>Hello all</p><![endif]-->", ""),
        ("<!--[if !mso]><!--><p>for others</p><!--<![endif]-->", ""),
        ("<!-- a note of the program that made it -->", ""),
    ],
)
def test_what_outlook_alone_would_show_is_hidden_from_the_rest(comment: str, hidden: str) -> None:
    assert read_html(f"<p>Hello all</p>{comment}").hidden == hidden


@pytest.mark.parametrize(
    "source",
    [
        "<p style='display:none'>H</p>",
        "<p style='DISPLAY: None !important'>H</p>",
        "<div style='display:none'><p style='display:block'>H</p></div>",
        "<p style='visibility:hidden'>H</p>",
        "<p style='opacity:0'>H</p>",
        "<p style='font-size:0'>H</p>",
        "<p style='font-size:1px'>H</p>",
        "<p style='font:1px arial'>H</p>",
        "<div style='font-size:1px'><span>H</span></div>",
        "<p style='color:#fff'>H</p>",
        "<p style='color:white'>H</p>",
        "<font color=#FEFEFE>H</font>",
        "<p style='color:rgb(255, 255, 255)'>H</p>",
        "<p style='color:transparent'>H</p>",
        "<p style='color:rgba(0,0,0,0)'>H</p>",
        "<table bgcolor=black><tr><td style='color:#000'>H</td></tr></table>",
        "<div style='background:#123456'><b style='color:#123456'>H</b></div>",
        "<div style='height:0;overflow:hidden'>H</div>",
        "<div style='width:0;height:0'>H</div>",
        "<div style='position:absolute;left:-9999px'>H</div>",
        "<div style='text-indent:-9999px'>H</div>",
        "<div style='mso-hide:all'>H</div>",
        "<p hidden>H</p>",
        "<template><p>H</p></template>",
        "<template><template>H</template></template>",
        "<head><title>H</title></head>",
        "<svg><title>H</title></svg>",
        "<style>.x{display:none}</style><p class=x>H</p>",
        "<style>/* c */ #y, b { color: #ffffff }</style><p id=y>H</p>",
        "<style>@media print{p{color:red}} div p{font-size:0px}</style><div><p>H</p></div>",
    ],
)
def test_hidden_text_is_kept_apart(source: str) -> None:
    page = read_html(f"<html><body><p>seen</p>{source}<p>seen too</p></body></html>")
    assert page.hidden == "H"
    assert "H" not in page.text and "seen too" in page.text


@pytest.mark.parametrize(
    "source",
    [
        "<table bgcolor=#003366><tr><td><font color=white>S</font></td></tr></table>",
        "<div style='background:#036'><span style='color:#fff'>S</span></div>",
        "<style>.b{background-color:navy;color:white}</style><a class=b>S</a>",
        "<div style='background-image:url(x.png)'><b style='color:white'>S</b></div>",
        "<style>@media only screen{.m{display:none}}</style><p class=m>S</p>",
        "<p style='font-size:12px;color:#eee;background:black'>S</p>",
        "<p style='opacity:1;visibility:visible;display:block'>S</p>",
    ],
)
def test_seen_text_is_not_taken_for_hidden(source: str) -> None:
    page = read_html(source)
    assert page.text == "S" and page.hidden == ""


@pytest.mark.parametrize(
    "source",
    [
        "<div>" * 20_000 + "deep",
        "<p style='" + "a:b;" * 20_000 + "'>x</p>",
        "<" * 20_000,
        "<!--" * 5_000,
        "<style>" + "{}@" * 20_000,
    ],
)
def test_hostile_markup_is_read_without_harm(source: str) -> None:
    page = read_html(source)
    assert isinstance(page.text, str)
    if "deep" in source:
        assert page.cut or "deep" in page.text


ATTRIBUTES = st.dictionaries(
    st.sampled_from(["href", "src", "width", "height", "align", "id", "dir", "lang", "face", "style", "class", "size"]),
    st.sampled_from(["", "0", "1", "cite", "display:none", "color:#fff", "gmail_quote", "white"]),
    max_size=4,
)


@given(st.sampled_from(["p", "font", "blockquote", "td", "a", "body"]), ATTRIBUTES, st.booleans(), st.booleans())
def test_an_element_that_says_nothing_of_its_look_has_the_look_around_it(
    tag: str, attributes: dict[str, str | None], hidden: bool, tiny: bool
) -> None:
    outer = Look(hidden=hidden, tiny=tiny, quoted=2, unseen=hidden or tiny)
    if TELLING_ATTRIBUTES.isdisjoint(attributes):
        assert dataclasses.asdict(inherit(tag, attributes, None, outer)) == dataclasses.asdict(outer)


def test_elements_alike_but_for_where_they_stand_do_not_look_alike(monkeypatch: pytest.MonkeyPatch) -> None:
    source = (
        "<style>.a{display:none}.b .c{color:#fff}</style><p class=c>one</p><div class=b><p class=c>two</p></div>"
        "<div style='color:#fff'><p dir=ltr>three</p><p style='color:#000'>four</p></div><p dir=ltr>five</p>"
        "<div style='background:#000'><p style='color:#000'>six</p></div><p style='color:#000'>seven</p>"
        "<blockquote type=cite><p class=a>eight</p><p class=c>nine</p></blockquote>"
    )
    page = read_html(source)
    assert page.text.replace(">", " ").split() == ["one", "four", "five", "seven", "nine"]
    assert page.hidden.split() == ["two", "three", "six", "eight"]
    monkeypatch.setattr(html, "_LOOKS_KEPT", 0)
    assert read_html(source) == page


MANY = 40_000
SLOW = {
    "within each other": "<div>" * MANY + "said here" + "</div>" * MANY,
    "closed by what was never opened": "<div></x>" * MANY + "said here",
    "options": "<select>" + "<option>x" * MANY + "said here",
    "formats": "".join(f"<div><font id={n}>x</div>" for n in range(MANY)) + "said here",
    "attributes": f"<p {' '.join(f'a{n}=1' for n in range(4 * MANY))}>said here",
    "attributes without a space": f"<p a='>'{''.join(f'b{n}=' + repr('') for n in range(4 * MANY))}>said here",
    "for Outlook alone": f"<p>hello<!--[if mso]>{'<div></x>' * MANY}said here<![endif]-->",
}


@pytest.mark.parametrize("source", SLOW.values(), ids=SLOW)
def test_a_page_made_to_be_slow_is_read_without_a_parser(source: str) -> None:
    begun = time.process_time()
    page = read_html(source)
    assert time.process_time() - begun < 3
    assert "said here" in page.text + page.hidden


NOT_SLOW = {
    "a newsletter": '<tr><td align="left"><font color="#333"><span>News</span></font> <b>more</b><br></td></tr>'
    * 2_000,
    "never closed": "<p><font color=red>One<br>" * 2_000,
    "cells that are never closed": "<tr><td><b class=a1><i>x<td><u>y" * 2_000,
    "a picture": f"<p>One<img src='data:image/png;base64,{'Ab+/' * 90_000}'></p>",
    "many replies": "<blockquote><div><div>" * 300 + "first" + "</div></div></blockquote>" * 300,
    "a table in a comment": f"<!-- {'<div>' * 9_000} --><p>seen</p>{'<p>more</p>' * 2_000}",
}


@pytest.mark.parametrize("source", NOT_SLOW.values(), ids=NOT_SLOW)
def test_no_honest_page_is_taken_for_one(source: str) -> None:
    assert not read_html(f"<table>{source}</table>" if "<td" in source else source).cut
