"""Emails of every shape come out as a contact whose words are all there, or said to be missing."""

from __future__ import annotations

import base64
import codecs
import time

import pytest

from classifiers.lexicon import Lexicon, load_folder
from classifiers.scan import Scanner
from gateway.places import config_directory
from gateway.reading.thoroughness import Thoroughness
from models.contact import Authentication
from tests.unit.reading.builders import (
    AUTHOR,
    attachment,
    docx,
    html,
    multipart,
    names,
    part,
    pdf,
    plain,
    png,
    problems,
    read,
    zipped,
)

UNREADABLE, INCOMPLETE = "unreadable_part", "scan_incomplete"


def test_a_plain_message() -> None:
    contact = read(plain("Dear desk\r\n\r\nThe bins – again.\r\n"))
    assert (contact.sender.identifier, contact.sender.name) == ("ann@mail.example", "Ann Other")
    assert contact.recipients == ("desk@council.example",)
    assert contact.subject == "Bins"
    assert names(contact) == ["subject", "body"]
    assert contact.text_of("body") == "Dear desk\n\nThe bins – again."
    assert contact.problems == () and contact.charset_guesses == ()


def test_an_empty_message_is_a_contact_without_problems() -> None:
    contact = read(f"{AUTHOR}\r\n")
    assert contact.problems == () and names(contact) == ["subject"]


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("=?utf-8?B?w6lw4oCT?= =?utf-8?Q?e_x?=", "ép–e x"),
        ("=?utf-8?B?w6k=?= plain =?iso-8859-1?Q?=E9?=", "é plain é"),
        ("=?utf-8?B?w6?=", "Ã"),  # cut off in the middle of a character
        ("=?utf-8?B?wg==?= =?utf-8?B?ow==?=", "£"),  # a character split between two words
        ("=?utf-8?B?a25pZmUgeA=?=", "knife x"),  # padding lost
        ("=?utf-8?B?a25pZmU=IGdvb2Qgb?=", "knife good"),  # padding in the middle, an odd letter at the end
        ("=?utf-8?B?a?= knife", "knife"),  # nothing that could be decoded
        ("=?utf-8?B?not base64 at all?=", "not base64 at all"),
        ("=?x-nonsense?Q?abc?=", "abc"),
        ("=?utf-8?Q?a?b?=", "a?b"),
        ("plain =? text", "plain =? text"),
        ("Re: =?utf-8?B?SSB3YW50IHRvIGRpZQ", "Re: I want to die"),  # its end lost, whole or in part
        ("=?utf-8?B?SSB3YW50IHRvIGRpZQ==?", "I want to die"),
        ("=?utf-8?B?SSB3YW50IHRvIGRpZQ please ring me", "I want to die please ring me"),
        ("=?utf-8?Q?I_want =?utf-8?Q?_to_d=69e", "I want to die"),
        ("=?utf-8?B?SSB3YW50 IHRv\r\n IGRpZQ==?=", "I want to die"),  # spaces inside
        ("=??B?SSB3YW50IHRvIGRpZQ==?=", "I want to die"),  # its character set lost, or unknown
        ("=?x-nonsense?B?SSB3YW50IHRvIGRpZeKAkw==?=", "I want to die–"),
        ("=? utf-8 ? B ?SSB3YW50IHRvIGRpZQ==?=", "I want to die"),
    ],
)
def test_encoded_subjects(written: str, meant: str) -> None:
    contact = read(f"From: a@b.example\r\nSubject: {written}\r\n\r\nx")
    assert contact.subject == meant


@pytest.mark.parametrize(
    "written",
    [
        "=?utf-8?X?SSB3YW50IHRvIGRpZQ==?=",
        "=?utf-8?SSB3YW50IHRvIGRpZQ==",
        "=?utf-8?B?SSB3YW50!IHRvIGRpZQ==?=",
        "=?utf-8?B?a?= knife",
        "=?utf-8?B?a",
        "=?utf-8?B?AAECAwQFBgcICQ==?=",
        "=?utf-8?B?not base64 at all?=",
    ],
)
def test_a_subject_that_cannot_be_decoded_is_said_to_be_unread(written: str) -> None:
    assert problems(read(f"From: a@b.example\r\nSubject: {written}\r\n\r\nx")) == [("subject", UNREADABLE)]
    attached = part(f"Subject: {written}\r\n\r\nx", "message/rfc822")
    assert [kind for _, kind in problems(read(multipart(part("words"), attached)))] == [UNREADABLE]


@pytest.mark.parametrize("written", ["plain =? text", "=?utf-8?Q?a?b?=", "=?utf-8?B?SSB3YW50IHRvIGRpZQ", "why =?what?"])
def test_a_subject_that_is_read_is_not_said_to_be_unread(written: str) -> None:
    assert problems(read(f"From: a@b.example\r\nSubject: {written}\r\n\r\nx")) == []


def test_a_name_whose_encoded_word_lacks_its_end_is_read() -> None:
    assert read("From: =?utf-8?B?QW5uIE90aGVy <ann@mail.example>\r\n\r\nx").sender.name == "Ann Other"


def test_eight_bit_headers_and_folding() -> None:
    raw = b"From: J\xf6rg <j@b.example>\r\nSubject: first\r\n second \xe2\x80\x93 third\r\n\r\nx"
    contact = read(raw)
    assert contact.sender.name == "Jörg"
    assert contact.subject == "first second – third"
    assert contact.charset_guesses


@pytest.mark.parametrize(
    ("declared", "data", "text"),
    [
        ("utf-8", "I’ll £5".encode("cp1252"), "I’ll £5"),
        ("us-ascii", "caf\xe9 £5".encode(), "café £5"),
        ("iso-8859-1", b"\x91quoted\x92", "‘quoted’"),
        ("utf-16", b"he said he would kill him", "he said he would kill him"),
        ("nonsense-1", b"plain words", "plain words"),
        ("punycode", b"plain words", "plain words"),
        ("utf-16-le", "wide words".encode("utf-16-le"), "wide words"),
        ("utf-8", codecs.BOM_UTF8 + b"mark", "mark"),
        ("utf-7", b"+AEE-bc", "Abc"),
        ("", "wide £ words here".encode("utf-16"), "wide £ words here"),
        ("utf-8", b"k\x00nife and gun and bomb and so on and on", "knife and gun and bomb and so on and on"),
    ],
)
def test_wrong_character_sets_are_guessed(declared: str, data: bytes, text: str) -> None:
    raw = f"{AUTHOR}Content-Type: text/plain; charset={declared}\r\n\r\n".encode() + data
    contact = read(raw)
    assert contact.text_of("body") == text
    assert contact.problems == ()


def test_binary_under_a_text_name_is_unreadable() -> None:
    body = part(bytes(range(256)) * 20, "text/plain")
    assert ("body", UNREADABLE) in problems(read(AUTHOR.encode() + body))
    contact = read(multipart(part("see file"), attachment(bytes(range(256)) * 20, "letter.txt", "text/plain")))
    assert problems(contact) == [("attachment:letter.txt", UNREADABLE)]


def test_words_with_controls_strewn_in_are_read_and_the_part_is_still_for_a_person() -> None:
    strewn = b"I will\x01 kill\x08 him\x02 tonight"
    contact = read(multipart(part(strewn), attachment(strewn, "note.txt", "text/plain")))
    assert contact.text_of("body") == "I will kill him tonight"
    assert contact.text_of("attachment:note.txt") == "I will kill him tonight"
    assert problems(contact) == [("body", UNREADABLE), ("attachment:note.txt", UNREADABLE)]


@pytest.mark.parametrize("cut", ["", "x", "!*", "=", "==\r\n\r\nA list footer of plain words"])
def test_broken_base64_keeps_what_there_is_and_says_so(cut: str) -> None:
    encoded = base64.b64encode(b"he has a knife and says he will use it").decode().rstrip("=")[:-1] + cut
    contact = read(f"{AUTHOR}Content-Type: text/plain\r\nContent-Transfer-Encoding: base64\r\n\r\n{encoded}")
    assert "he has a knife and says he will use" in contact.text_of("body")
    assert ("body", UNREADABLE) in problems(contact)
    if "footer" in cut:
        assert "A list footer of plain words" in contact.text_of("body")


def test_truncated_multipart_keeps_its_text() -> None:
    contact = read(
        multipart(part("first words"), attachment(b"second words" * 9, "b.txt", "text/plain"), close=False)[:-40]
    )
    assert contact.text_of("body") == "first words"
    assert "second words" in contact.text_of("attachment:b.txt")
    assert ("body", UNREADABLE) in problems(contact)


@pytest.mark.parametrize(
    "raw",
    [
        f"{AUTHOR}Content-Type: multipart/mixed\r\n\r\n--x\r\nContent-Type: text/plain\r\n\r\nhidden knife\r\n--x--\r\n",
        f"{AUTHOR}Content-Type: multipart/mixed; boundary=y\r\n\r\n--x\r\nContent-Type: text/plain\r\n\r\nhidden knife\r\n",
        f"{AUTHOR}Content-Type: multipart/mixed; boundary=y\r\n\r\nhidden knife\r\n",
    ],
)
def test_a_multipart_without_its_boundary(raw: str) -> None:
    contact = read(raw)
    assert "hidden knife" in contact.text_of("body")
    assert ("body", UNREADABLE) in problems(contact)


def test_words_outside_the_parts_are_hidden_text() -> None:
    raw = multipart(part("seen")).replace(
        b"\r\n\r\n--=_b1", b"\r\n\r\nThis is a multi-part message in MIME format.\r\nunseen words\r\n--=_b1", 1
    )
    contact = read(raw + b"words after the end")
    assert contact.text_of("body") == "seen"
    assert "unseen words" in contact.text_of("hidden") and "words after the end" in contact.text_of("hidden")
    assert "multi-part" not in contact.text_of("hidden")


def test_nesting_bombs_are_bounded_and_said() -> None:
    inner = part("deep words")
    for level in range(200):
        inner = multipart(inner, boundary=f"b{level}", head="")
    contact = read(AUTHOR.encode() + inner)
    assert ("body", INCOMPLETE) in problems(contact)
    wide = read(multipart(*[part(f"words {number}") for number in range(1_000)]))
    assert ("body", INCOMPLETE) in problems(wide) and "words 300" in wide.text_of("body")


def test_huge_headers_are_bounded_and_said() -> None:
    contact = read("X-Long: " + "a" * 2_000_000 + "\r\n" + AUTHOR + "\r\nbody words\r\n")
    assert ("body", INCOMPLETE) in problems(contact) and "body words" in contact.text_of("body")
    many = read("".join(f"X-{n}: y\r\n" for n in range(5_000)) + "\r\nbody words\r\n")
    assert ("body", INCOMPLETE) in problems(many) and "body words" in many.text_of("body")


@pytest.mark.parametrize(
    "raw", [b"", b"\x00" * 50, b"\r\n\r\n", b"no header at all, only a threat", b"Help: he has a knife"]
)
def test_what_is_hardly_a_message(raw: bytes) -> None:
    contact = read(raw)
    if raw.strip(b"\x00\r\n"):
        assert raw.decode() in contact.text_of("body")


def test_an_alternative_that_differs_by_one_word_is_read_too() -> None:
    mail = read(
        multipart(
            part("I walk the dog past your door"),
            part("<p>I watch the dog past your door</p>", "text/html"),
            kind="alternative",
        )
    )
    assert "watch the dog" in mail.text_of("hidden")


def test_alternatives_that_differ_are_both_read() -> None:
    same = read(
        multipart(
            part("Hello there, all is well"),
            part("<p>Hello there, <b>all is well</b></p>", "text/html"),
            kind="alternative",
        )
    )
    assert names(same) == ["subject", "body"]
    other = read(
        multipart(
            part("Hello there"),
            part("<p>Hello there. I will burn the office down</p>", "text/html"),
            kind="alternative",
        )
    )
    assert other.text_of("body") == "Hello there"
    assert names(other) == ["subject", "body", "hidden"], "nothing is attached"
    assert "burn the office down" in other.text_of("hidden")
    stub = read(
        multipart(
            part("View in HTML"),
            part("<p>" + " ".join(f"word{n}" for n in range(40)) + "</p>", "text/html"),
            kind="alternative",
        )
    )
    assert "word39" in stub.text_of("body") and "View in HTML" in stub.text_of("hidden")


def test_hidden_html_is_a_part_of_its_own() -> None:
    contact = read(html("<p>Price list</p><div style='display:none'>I have a gun</div>"))
    assert contact.text_of("body") == "Price list" and contact.text_of("hidden") == "I have a gun"


def test_invisible_characters_do_not_split_words_and_tags_are_read() -> None:
    spelt = "".join(chr(0xE0000 + ord(char)) for char in "secret words")
    contact = read(plain(f"He has a k\u200bni\u00adfe{spelt} \U0001f3f4\U000e0067\U000e0062\U000e007f"))
    assert "knife" in contact.text_of("body")
    assert contact.text_of("hidden") == "secret words"


def test_evidence_counts_the_characters_of_the_text_that_is_kept() -> None:
    raw = plain("Nobody c\u00adares.\r\n\r\nI am going to ki\u200bll my\u200bself toni\u200bght, \u0430ll alone.")
    contact = read(raw.replace(b"Subject: Bins", "Subject: I will ki\u200bll  myself".encode()))
    lexicons = config_directory() / "lexicons"
    (found,) = Scanner((Lexicon.load(lexicons),), load_folder(lexicons)).scan(contact).findings
    kept = {own.name: own.text for own in contact.parts}
    assert {piece.part for piece in found.evidence} == {"subject", "body"}
    assert all(kept[piece.part][piece.start : piece.end] == piece.quote for piece in found.evidence)
    assert any("kill myself" in piece.quote for piece in found.evidence)


def test_attached_files_are_read() -> None:
    contact = read(
        multipart(
            part("see attached"),
            attachment(pdf(["I will end it all"]), "letter.pdf", "application/pdf"),
            attachment(
                docx(["first para"], footer="foot words", table="cell words", comment="comment words"), "a.docx"
            ),
            attachment("name,words\r\nAnn,help me", "a.csv", "text/csv"),
            attachment(b"{\\rtf1\\ansi{\\fonttbl{\\f0 Arial;}} rich \\b words\\b0\\par caf\\'e9 \\u8364?}", "a.rtf"),
            attachment(b"<p>page words</p><p style='font-size:0'>buried</p>", "a.html", "text/html"),
            attachment("BEGIN:VCALENDAR\r\nSUMMARY:meet\r\n  me\\, now\r\nEND:VCALENDAR", "a.ics", "text/calendar"),
            attachment(zipped({"in/note.txt": b"zipped words", "b.pdf": pdf(["zipped page"])}), "a.zip"),
            attachment("same name", "a.csv", "text/csv"),
        )
    )
    assert contact.problems == ()
    assert "I will end it all" in contact.text_of("attachment:letter.pdf")
    document = contact.text_of("attachment:a.docx")
    assert all(words in document for words in ("first para", "foot words", "cell words", "comment words"))
    assert "help me" in contact.text_of("attachment:a.csv")
    assert contact.text_of("attachment:a.csv (2)") == "same name"
    assert contact.text_of("attachment:a.rtf") == "rich words\ncafé €"
    assert contact.text_of("attachment:a.html") == "page words" and "buried" in contact.text_of("hidden")
    assert "meet me, now" in contact.text_of("attachment:a.ics")
    assert contact.text_of("attachment:a.zip/in/note.txt") == "zipped words"
    assert "zipped page" in contact.text_of("attachment:a.zip/b.pdf")
    assert len(names(contact)) == len(set(names(contact)))


PLACES = [
    ("a.pptx", "ppt/comments/comment1.xml", b"<c xmlns='p'><text>%s</text></c>"),
    ("a.pptx", "ppt/diagrams/data1.xml", b"<c xmlns='a'><t>%s</t></c>"),
    ("a.xlsx", "xl/comments1.xml", b"<c><t>%s</t></c>"),
    ("a.xlsx", "xl/threadedComments/threadedComment1.xml", b"<c><text>%s</text></c>"),
    ("a.xlsx", "xl/drawings/drawing1.xml", b"<c xmlns='a'><t>%s</t></c>"),
    ("a.xlsx", "xl/charts/chart1.xml", b"<c xmlns='a'><t>%s</t></c>"),
    ("a.odt", "Object 1/content.xml", b"<c xmlns='t'><p>%s</p></c>"),
    ("a.docx", "Word/Document.XML", b"<c xmlns='w'><t>%s</t></c>"),
    ("a.docx", "word/styles-of-mine.xml", b"<c xmlns='w'><t>%s</t></c>"),
    ("a.docx", "word/document.xml", b"<c xmlns='v'><textpath string='%s'/></c>"),
]


@pytest.mark.parametrize(("name", "place", "text"), PLACES, ids=[place for _, place, _ in PLACES])
def test_whatever_a_document_shows_is_read(name: str, place: str, text: bytes) -> None:
    frame = {"[Content_Types].xml": b"<x/>"}
    if name.endswith(".odt"):
        frame = {"META-INF/manifest.xml": b"<x/>", "content.xml": b"<x/>"}
    contact = read(multipart(part("x"), attachment(zipped({**frame, place: text % b"said here"}), name, "x/y")))
    assert "said here" in contact.text_of(f"attachment:{name}")
    assert contact.problems == ()


MAIN = b"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
DECLARATIONS = [
    ("letters/one.xml", b'<Override PartName="/Letters/one.xml" ContentType="%s"/>' % MAIN),
    ("word/theme/theme1.xml", b'<Override PartName="/word/theme/theme1.xml" ContentType="%s"/>' % MAIN),
    ("customXml/item1.xml", b'<Default Extension="xml" ContentType="%s"/>' % MAIN),
    ("word/one.dat", b'<Default Extension="dat" ContentType="%s"/>' % MAIN),
]


@pytest.mark.parametrize(("place", "declared"), DECLARATIONS, ids=[place for place, _ in DECLARATIONS])
def test_a_part_is_what_its_package_declares_whatever_its_name(place: str, declared: bytes) -> None:
    decoy = b"<c xmlns='w'><t>Thank you for your kind letter of last week.</t></c>"
    types = b"<Types xmlns='t'>%s</Types>" % declared
    members = {"[Content_Types].xml": types, "word/document.xml": decoy, place: decoy.replace(b"Thank", b"Damn")}
    contact = read(multipart(part("x"), attachment(zipped(members), "a.docx", "x/y")))
    assert "Damn you" in contact.text_of("attachment:a.docx")
    assert contact.problems == ()


def test_a_document_that_takes_too_long_is_not_wholly_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gateway.reading.documents._LOOK_AT_CLOCK", 1)
    clock = iter([0.0, 0.0, 0.0])  # and then it is late, in the middle of a part
    monkeypatch.setattr("gateway.reading.documents.time.monotonic", lambda: next(clock, 99.0))
    parts = {"[Content_Types].xml": b"<x/>", "word/document.xml": b"<d xmlns='w'>" + b"<t>x</t>" * 9 + b"</d>"}
    assert problems(read(multipart(part("x"), attachment(zipped(parts), "a.docx", "x/y")))) == [
        ("attachment:a.docx", INCOMPLETE)
    ]


def test_a_document_of_too_many_members_is_not_wholly_read() -> None:
    members = {"[Content_Types].xml": b"<x/>", **{f"word/rest/{number}": b"" for number in range(2_000)}}
    crowded = zipped({**members, "word/document.xml": b"<w:p xmlns:w='w'><w:t>last</w:t></w:p>"})
    assert problems(read(multipart(part("x"), attachment(crowded, "a.docx", "x/y")))) == [
        ("attachment:a.docx", INCOMPLETE)
    ]


DECLARED = b'<!DOCTYPE d [<!ENTITY words "I will kill you">]><d xmlns="w"><%s>&words;</%s></d>'
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)


@pytest.mark.parametrize(
    ("content", "name", "media_type"),
    [
        (pdf([None]), "scan.pdf", "application/pdf"),
        (pdf(["a page with words on it", None]), "scan.pdf", "application/pdf"),
        (pdf(["words"])[:200], "cut.pdf", "application/pdf"),
        (b"%PDF-1.7 rubbish", "bad.pdf", "application/pdf"),
        (OLE, "locked.docx", "application/octet-stream"),
        (zipped({"a.txt": b"words"}, encrypted=True), "locked.zip", "application/zip"),
        (zipped({"a.txt": b"words" * 90})[:60], "cut.zip", "application/zip"),
        (zipped({"a.bin": bytes(range(256)) * 9}), "odd.zip", "application/zip"),
        (zipped({"[Content_Types].xml": b"<x/>", "word/document.xml": b"<w:p xmlns:w='w'><w:t>cut"}), "a.docx", "x/y"),
        (zipped({"[Content_Types].xml": b"<x/>", "word/document.xml": DECLARED % (b"t", b"t")}), "a.docx", "x/y"),
        (zipped({"META-INF/manifest.xml": b"<x/>", "content.xml": DECLARED % (b"p", b"p")}), "a.odt", "x/y"),
        (zipped({"[Content_Types].xml": b"<x/>", "word/afchunk.mht": b"words"}), "a.docx", "x/y"),
        (zipped({"[Content_Types].xml": b"<x/>", "xl/embeddings/oleObject1.bin": b"words"}), "a.xlsx", "x/y"),
        (b"{\\rtf1 Letter {\\pict\\pngblip 89504e47}}", "a.rtf", "application/rtf"),
        (b"{\\rtf1 Please see what is below. {\\object\\objemb{\\*\\objdata 0105}}}", "a.rtf", "text/rtf"),
        (zipped({"[Content_Types].xml": b"<x/>", "letter.txt": b"words"}), "a.zip", "application/zip"),
        (zipped({"[Content_Types].xml": b"<x", "word/document.xml": b"<t>words</t>"}), "a.docx", "x/y"),
        (zipped({"[Content_Types].xml": b"<x/>", "visio/pages/page1.xml": b"<Text>words</Text>"}), "a.vsdx", "x/y"),
        (zipped({"[Content_Types].xml": b"<x/>", "xl/sharedStrings.bin": b"words"}), "a.xlsb", "x/y"),
        (zipped({"META-INF/manifest.xml": b"<x/>", "content.xml": b"<x/>", "letter.txt": b"words"}), "a.odt", "x/y"),
        (b"x\x9f\x3e\x22" * 50, "winmail.dat", "application/ms-tnef"),
        (b"RIFF" + bytes(500), "message.wav", "audio/wav"),
        (png(1200, 1600), "photo.png", "image/png"),
        (b"MZ\x90\x00" + bytes(500), "tool.exe", "application/octet-stream"),
        (b"\x30\x80\x06" * 90, "smime.p7m", "application/pkcs7-mime; smime-type=enveloped-data"),
    ],
)
def test_what_may_hold_words_nobody_can_read_is_said(content: bytes, name: str, media_type: str) -> None:
    contact = read(multipart(part("see attached"), attachment(content, name, media_type)))
    assert len(contact.problems) == 1
    assert contact.problems[0].part.startswith(f"attachment:{name}") and contact.problems[0].kind == UNREADABLE


def test_archives_that_swell_are_bounded() -> None:
    bomb = zipped({"a.txt": b"a" * 60_000_000})
    assert problems(read(multipart(part("x"), attachment(bomb, "bomb.zip")))) == [
        ("attachment:bomb.zip/a.txt", INCOMPLETE)
    ]
    nested = zipped({"a.txt": b"deep words"})
    for _ in range(6):
        nested = zipped({"in.zip": nested})
    assert [kind for _, kind in problems(read(multipart(part("x"), attachment(nested, "n.zip"))))] == [INCOMPLETE]


@pytest.mark.parametrize(
    ("body", "images", "said"),
    [
        ("<p>Hello all of you</p><img src='cid:logo1'>", [("logo1", png(120, 60), "inline")], False),
        ("<img src='cid:logo1'>", [("logo1", png(120, 60), "inline")], True),
        ("<p>Hello all of you</p><img src='cid:p'>", [("p", png(1200, 1600), "inline")], True),
        ("<p>Hello all of you</p>", [("p", png(1200, 1600), "attachment")], True),
        ("<p>Hello all of you</p><img src='https://t.example/x.gif' width=1 height=1>", [], False),
        ("<img src='https://t.example/letter.jpg'>", [], True),
        ("<p>Hello all of you</p>", [("p", png(1, 1), "attachment")], False),
        ("<p>Hello all of you</p>", [("p", png(0, 0, 30_000), "attachment")], True),
        ("<p>Hello all of you</p>", [("p", png(1, 1, 60_000), "attachment")], True),
    ],
)
def test_pictures(body: str, images: list[tuple[str, bytes, str]], said: bool) -> None:
    parts = [
        part(data, "image/png; name=x.png", f"Content-ID: <{cid}>", f"Content-Disposition: {how}")
        for cid, data, how in images
    ]
    contact = read(multipart(part(body, "text/html"), *parts, kind="related"))
    assert (UNREADABLE in [kind for _, kind in problems(contact)]) is said


def test_encrypted_and_signed_messages() -> None:
    sealed = multipart(
        part("Version: 1", "application/pgp-encrypted"), part(b"secret", "application/octet-stream"), kind="encrypted"
    )
    assert problems(read(sealed)) == [("body", UNREADABLE)]
    signed = multipart(
        part("open words"), attachment(b"sig", "smime.p7s", "application/pkcs7-signature"), kind="signed"
    )
    assert read(signed).problems == () and read(signed).text_of("body") == "open words"
    armoured = read(plain("-----BEGIN PGP MESSAGE-----\r\nabc\r\n-----END PGP MESSAGE-----"))
    assert ("body", UNREADABLE) in problems(armoured)


def test_an_attached_message_is_read_with_its_own_files() -> None:
    inner = multipart(part("inner words"), attachment("file words", "f.txt", "text/plain"), boundary="in")
    contact = read(multipart(part("see below"), part(inner.decode(), "message/rfc822")))
    assert "inner words" in contact.text_of("attachment:message-1.eml") and "Bins" in contact.text_of(
        "attachment:message-1.eml"
    )
    assert contact.text_of("attachment:f.txt") == "file words"
    assert contact.email is not None and contact.email.forwarded
    as_file = read(multipart(part("see below"), attachment(inner, "old.eml")))
    assert "inner words" in as_file.text_of("attachment:old.eml")


def test_a_delivery_report_is_read_in_all_its_parts() -> None:
    raw = multipart(
        part("It was not delivered"),
        part("Reporting-MTA: dns; mx.example\r\n\r\nAction: failed", "message/delivery-status"),
        part("Subject: my first message\r\nFrom: x@y.example", "text/rfc822-headers"),
        kind="report; report-type=delivery-status",
        head=f"Return-Path: <>\r\nAuto-Submitted: auto-replied\r\n{AUTHOR}",
    )
    contact = read(raw)
    assert contact.email is not None and contact.email.is_report and contact.email.auto_submitted
    text = "\n".join(one.text for one in contact.parts)
    assert "Action: failed" in text and "my first message" in text and contact.problems == ()
    with_sender = read(raw.replace(b"Return-Path: <>", b"Return-Path: <a@b.example>"))
    assert with_sender.email is not None and not with_sender.email.is_report


def test_uuencoded_files_in_the_text() -> None:
    encoded = (
        "begin 644 note.txt\r\n" + codecs.encode(b"buried words", "uu").decode().split("\n", 1)[1].split("\nend")[0]
    )
    contact = read(plain(f"look\r\n{encoded}\r\nend\r\nbye"))
    assert contact.text_of("attachment:note.txt") == "buried words"
    assert "look" in contact.text_of("body") and "bye" in contact.text_of("body")
    crowded = read(plain(f"look\r\n{encoded}\r\nend\r\nbye\r\n" * 51))
    assert [(one.part, one.detail) for one in crowded.problems] == [("body", "more than 50 uuencoded files")]
    assert read(plain(f"look\r\n{encoded}\r\nend\r\nbye\r\n" * 50)).problems == ()
    letter = read(plain("begin 2024 with hope\r\nand end well"))
    assert letter.text_of("body") == "begin 2024 with hope\nand end well" and letter.problems == ()


@pytest.mark.parametrize(
    ("header", "address", "name"),
    [
        ('"Other, Ann" <ANN@mail.example>', "ann@mail.example", "Other, Ann"),
        ("ann@mail.example (Ann Other)", "ann@mail.example", "Ann Other"),
        ('"boss@council.example" <ann@mail.example>', "ann@mail.example", "boss@council.example"),
        ("=?utf-8?q?Ann=2C_Other?= <ann@mail.example>", "ann@mail.example", "Ann, Other"),
        ("MAILER-DAEMON", "mailer-daemon", None),
        ("<ann@mail.example", "ann@mail.example", None),
        ("((((((ann", None, None),
    ],
)
def test_from_addresses(header: str, address: str | None, name: str | None) -> None:
    contact = read(f"From: {header}\r\n\r\nx")
    assert (contact.sender.identifier, contact.sender.name) == (address, name)


def test_every_recipient_and_author_is_kept() -> None:
    raw = (
        "Delivered-To: env@council.example\r\nFrom: a@x.example, b@x.example\r\nFrom: c@x.example\r\n"
        "To: Team: one@council.example, Two <TWO@council.example>;\r\nTo: three@council.example\r\nCc: four@council.example\r\n"
        "Bcc: five@council.example\r\nResent-To: six@council.example\r\nReply-To: r@x.example\r\n\r\nx"
    )
    contact = read(raw)
    assert contact.email is not None
    assert [author.address for author in contact.email.from_addresses] == ["a@x.example", "b@x.example", "c@x.example"]
    assert {address.partition("@")[0] for address in contact.recipients} == {
        "env",
        "one",
        "two",
        "three",
        "four",
        "five",
        "six",
    }
    assert contact.email.envelope_recipients == ("env@council.example",)
    real = read(raw, source="smtp", rcpt_to=("Real@council.example",), mail_from="a@x.example")
    assert real.email is not None and real.email.envelope_recipients == ("real@council.example",)
    assert real.email.return_path == "a@x.example"


@pytest.mark.parametrize(
    ("extra", "fact", "value"),
    [
        ("Auto-Submitted: auto-replied; x=y", "auto_submitted", True),
        ("Auto-Submitted: no", "auto_submitted", False),
        ("Auto-Submitted: No (really)", "auto_submitted", False),
        ("Precedence: bulk", "is_bulk", True),
        ("List-Id: <news.example>", "is_bulk", True),
        ("Return-Path: <>", "return_path", ""),
        ("X-A: b", "return_path", None),
        ("In-Reply-To: text <1@a> (x) <2@b>", "in_reply_to", ("<1@a>", "<2@b>")),
        ("In-Reply-To: 1@a", "in_reply_to", ("<1@a>",)),
        ("In-Reply-To: <1@a", "in_reply_to", ("<1@a>",)),
        ("In-Reply-To: your mail of Monday, 2@b; x@ @x", "in_reply_to", ("<2@b>",)),
        ("In-Reply-To: the mail of ann@mail.example <1@a>", "in_reply_to", ("<1@a>",)),
        ("References: 1@a\r\n 2@b", "references", ("<1@a>", "<2@b>")),
        ("Message-ID: <m@x.example>", "message_id", "<m@x.example>"),
        ("Message-ID: m@x.example", "message_id", "<m@x.example>"),
        ("Message-ID: m", "message_id", "m"),
        ("Date: rubbish", "sent_at", None),
        ("Date: Mon, 02 Mar 2026 99:15:00 +9999", "sent_at", None),
    ],
)
def test_header_facts(extra: str, fact: str, value: object) -> None:
    contact = read(f"{AUTHOR}{extra}\r\n\r\nx")
    assert getattr(contact.email, fact) == value


@pytest.mark.parametrize(
    ("subject", "body", "forwarded"),
    [
        ("Fwd: bins", "x", True),
        ("FW: bins", "x", True),
        (" fw : bins", "x", True),
        ("WG: bins", "x", True),
        (
            "bins",
            "look\r\n\r\n---------- Forwarded message ---------\r\nFrom: q@w.example\r\nDate: x\r\nSubject: y\r\n\r\nold",
            True,
        ),
        ("bins", "Begin forwarded message:\r\n\r\n> From: q@w.example\r\n> hello", True),
        ("Re: bins", "x", False),
    ],
)
def test_forwards(subject: str, body: str, forwarded: bool) -> None:
    contact = read(f"From: a@b.example\r\nSubject: {subject}\r\n\r\n{body}")
    assert contact.email is not None and contact.email.forwarded is forwarded


def test_the_digest_is_of_the_new_text_whatever_its_breaks() -> None:
    one = read(plain("The same\r\nwords\r\n\r\nOn Mon, 2 Mar 2026 at 10:15, X <x@y.example> wrote:\r\n> old"))
    two = read(plain("The  same words"))
    assert one.body_digest == two.body_digest != read(plain("other words")).body_digest


def test_the_resent_sender_is_the_topmost_block() -> None:
    results = "Authentication-Results: mx.council.example; dkim=pass header.d=new.example\r\n"
    contact = read(f"{results}Resent-From: N <n@new.example>\r\nResent-From: o@old.example\r\n{AUTHOR}\r\nx")
    assert contact.email is not None and contact.email.resent_from is not None
    assert contact.email.resent_from.address == "n@new.example"
    assert contact.email.resent_authentication is Authentication.PASS
    assert contact.sender.authentication is Authentication.NONE


@pytest.mark.parametrize(
    ("history", "speaker"),
    [
        ("On Mon, 2 Mar 2026 at 10:15, Desk <desk@council.example> wrote:\r\n> Dear Ann", "staff"),
        ("From: Desk <desk@council.example>\r\nSent: Monday\r\nTo: Ann\r\nSubject: Bins\r\n\r\nDear Ann", "staff"),
        ("On Mon, 2 Mar 2026 at 10:15, Ann <ann@mail.example> wrote:\r\n> Dear desk", None),
        (
            "On Mon, 2 Mar 2026 at 10:15, Desk <desk@council.example> wrote:\r\n> Dear Ann\r\n"
            "> On Sun, 1 Mar 2026 at 10:15, Ann <ann@mail.example> wrote:\r\n> > Dear desk",
            None,
        ),
        ("On Mon, 2 Mar 2026 at 10:15, The Desk wrote:\r\n> Dear Ann", None),
    ],
)
def test_quoted_words_are_staffs_only_where_all_of_them_are(history: str, speaker: str | None) -> None:
    contact = read(plain(f"No.\r\n\r\n{history}"))
    assert [one.speaker for one in contact.parts if one.name == "quoted"] == [speaker]


def test_a_photograph_written_into_the_page_is_said() -> None:
    big = base64.b64encode(png(1200, 1600, 60_000)).decode()
    assert problems(read(html(f"<p>Hello all</p><img src='data:image/png;base64,{big}'>"))) == [("body", UNREADABLE)]
    assert problems(read(html("<p>Hello all</p><img src='data:image/png;base64,AAAA'>"))) == []


def test_doubled_fields_hide_nothing() -> None:
    contact = read("Subject: one\r\nSubject: two words\r\nFrom: a@b.example\r\n\r\nx")
    assert contact.subject == "one" and contact.text_of("subject") == "one\ntwo words"
    raw = f"{AUTHOR}Content-Type: text/plain\r\nContent-Type: text/html\r\n\r\nwords"
    assert problems(read(raw)) == [("body", UNREADABLE)] and read(raw).text_of("body") == "words"


@pytest.mark.parametrize(
    "raw",
    [
        b"From: a@mail.example\r\nContent-Type: text/plain; charset=utf-7\r\n\r\nHelp +2AA- me",
        b"From: a@mail.example\r\nSubject: =?utf-7?q?Help_+2AA-_me?=\r\n\r\nHelp me",
        b"From: =?utf-7?q?A_+2AA-?= <a@mail.example>\r\n\r\nHelp me",
        b"From: a@mail.example\r\nContent-Type: text/html\r\n\r\nHelp &#xd800; &#xdc00; me",
    ],
)
def test_half_a_character_costs_nobody_the_sender(raw: bytes) -> None:
    contact = read(raw)
    assert contact.sender.identifier == "a@mail.example"
    assert "Help" in contact.model_dump_json() and contact.problems == ()


@pytest.mark.long
@pytest.mark.parametrize("name", ["From", "To", "Authentication-Results", "Content-Type", "Subject", "References"])
@pytest.mark.parametrize(
    "piece",
    [
        '"',
        "\\",
        '"\\',
        "<",
        "<a@",
        "(",
        "=?",
        "=?a?b?",
        "=?a?b?Zm9v ",
        "=?a",
        "=?utf-8?q?x?=",
        ";a",
        "; a =",
        ';a="',
        " ",
        "a",
        ";",
        ":",
    ],
)
def test_a_hostile_field_is_read_in_linear_time(name: str, piece: str) -> None:
    def seconds(size: int) -> float:
        raw = f"{name}: x {piece * (size // len(piece))}\r\n\r\nwords".encode()
        start = time.process_time()
        read(raw)
        return time.process_time() - start

    seconds(1_000)
    # The least of three: what else a machine does may hold up one.
    assert min(seconds(160_000) for _ in range(3)) < 40 * seconds(16_000) + 0.05


@pytest.mark.parametrize(
    "mark", [codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE, "Some wide words. ".encode("utf-16-le") * 60]
)
def test_words_behind_a_mark_of_utf16_are_read_as_a_mail_reader_shows_them(mark: bytes) -> None:
    contact = read(AUTHOR.encode() + b"\r\n" + mark + b"He will be there.\r\nI shall burn it down tonight.\r\n")
    assert "I shall burn it down tonight." in contact.text_of("body") or contact.problems


@pytest.mark.parametrize(
    ("charset", "text"),
    [
        ("utf-16", "The bins again, and 10 lorries."),
        ("utf-16-le", "The bins again, and 10 lorries."),
        ("utf-16-be", "The bins again, and 10 lorries."),
        ("utf-16", "北京的垃圾桶又满了" * 9),
    ],
)
def test_utf16_that_nothing_declares_is_known_by_its_shape(charset: str, text: str) -> None:
    assert text in read(AUTHOR.encode() + b"\r\n" + text.encode(charset)).text_of("body")


def test_a_message_that_cost_a_reader_its_life_is_still_read_where_that_is_plain_text() -> None:
    raw = multipart(
        part("See attached."),
        attachment("He will burn the house down.", "note.txt", "text/plain"),
        attachment("x" * 70_000, "long.txt", "text/plain"),
        attachment(pdf(["A plan."]), "plan.pdf", "application/pdf"),
    )
    contact = read(raw, thoroughness=Thoroughness.PLAIN)
    assert contact.text_of("body") == "See attached."
    assert contact.text_of("attachment:note.txt") == "He will burn the house down."
    assert problems(contact) == [("attachment:long.txt", INCOMPLETE), ("attachment:plan.pdf", INCOMPLETE)]
    own = read(raw, thoroughness=Thoroughness.NO_ATTACHMENTS)
    assert own.text_of("body") == "See attached." and len(own.problems) == 3
