"""One form for each identifier, and none for what only looks like one."""

from __future__ import annotations

import phonenumbers
import pytest
from hypothesis import given
from hypothesis import strategies as st

from routing.identity import names, normalise, postal


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("Olive.Bracken@Post.Example", "olive.bracken@post.example"),
        ("<olive@post.example>", "olive@post.example"),
        ("olive+council@post.example", "olive@post.example"),
        ("olive@post.example.", "olive@post.example"),
        ("o.l.i.v.e+x@gmail.com", "olive@gmail.com"),
        ("O.live@GoogleMail.com", "olive@gmail.com"),
        ("o.live@gmail.com.example", "o.live@gmail.com.example"),
        ("o.live@notgmail.com", "o.live@notgmail.com"),
        ("olive@bücher.example", "olive@xn--bcher-kva.example"),
        ("olive@BÜCHER.example", "olive@xn--bcher-kva.example"),
        ("olive@xn--bcher-kva.EXAMPLE", "olive@xn--bcher-kva.example"),
        ("josé@post.example", "josé@post.example"),
        ("jose\u0301@post.example", "josé@post.example"),
        ("+news@post.example", "+news@post.example"),
        ("olive", None),
        ("", None),
        ("@post.example", None),
        ("olive@", None),
        ("a" * 307 + "@post.example", "a" * 307 + "@post.example"),  # 320, the longest there can be
        ("a" * 308 + "@post.example", None),
        ('"olive"@post.example', "olive@post.example"),
        (" <olive@post.example> ", "olive@post.example"),
        ("olive@post.example.", "olive@post.example"),
        ("olive @post.example", None),
        ("olive@post .example", None),
        ("...@gmail.com", "...@gmail.com"),
    ],
)
def test_email(written: str, expected: str | None) -> None:
    assert normalise.email(written) == expected


@pytest.mark.parametrize(
    "lookalike",
    [
        "оlive@post.example",  # Cyrillic о
        "olive@pоst.example",  # Cyrillic о in the domain
        "olive@post.examp1e",
        "olive@ｐost.example",  # full width
        "olive@post。example",  # ideographic full stop
        "o\u200blive@post.example",
        "olive@post.example.evil.example",
        "0live@post.example",
        "olıve@post.example",  # dotless i
        "olive@post-example",
    ],
)
def test_lookalike_address_is_another(lookalike: str) -> None:
    assert normalise.email(lookalike) != normalise.email("olive@post.example")


def test_kelvin_sign_is_no_k() -> None:
    assert normalise.email("\u212aate@post.example") is None


@pytest.mark.parametrize(
    "written",
    [
        "01632 960 123",
        "01632960123",
        "0044 1632 960123",
        "00441632960123",
        "+44 (0)1632 960 123",
        "+44 1632 960123",
        "0044 (0) 1632 960123",
        "(01632) 960123",
        "01632-960-123",
        "01632\u00a0960\u00a0123",
        "1632960123",
        "441632960123",
        "18000 01632 960123",
        "18001 01632 960123",
        "18002 +44 1632 960123",
        "1800101632960123",
        "01632 960123 ext 4",
        "01632 960123 ext. 401",
        "01632 960123 x12",
        "tel:+441632960123",
        "sip:+441632960123@switch.example",
        "tel:+441632960123;ext=4",
        "Tel: 01632 960123",
    ],
)
def test_one_number_however_written(written: str) -> None:
    assert normalise.phone(written) == "+441632960123"


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("07700 900 321", "+447700900321"),
        ("01632 960 0123", "+4416329600123"),  # never issued, but registered: compared, not validated
        ("+353 1 234 5678", "+35312345678"),
        ("101", None),
        ("960123", None),
        ("9601234", "+449601234"),
        ("4416329601", "+444416329601"),  # ten digits: no country is in front of them
        ("44163296012", "+44163296012"),
        ("01632 960123 ext 1234567", "+441632960123"),
        ("01632 960123 ext 12345678", None),
        ("(01632 960123", "+441632960123"),
        ("01632 960123@switch.example", "+441632960123"),
        ("reception", None),
        ("01632 96O 123", None),  # a letter O
        ("٠١٦٣٢٩٦٠١٢٣", None),
        ("1" * 60, None),
    ],
)
def test_phone(written: str, expected: str | None) -> None:
    assert normalise.phone(written) == expected


@pytest.mark.parametrize(
    "word",
    [None, "", "  ", "anonymous", "Anonymous", "withheld", "WITHHELD", "unavailable", "private", "unknown",
     "Number withheld", "caller withheld", "(Unknown)", "<anonymous>", "anonymous@anonymous.invalid", "restricted"],
)  # fmt: skip
def test_withheld_is_no_number(word: str | None) -> None:
    assert normalise.withheld(word)
    assert normalise.phone(word) is None


@pytest.mark.parametrize(
    ("written", "handle", "platform"),
    [
        ("@OliveB", "oliveb", None),
        ("oliveb", "oliveb", None),
        ("https://x.com/OliveB", "oliveb", "x"),
        ("https://www.twitter.com/OliveB/", "oliveb", "x"),
        ("twitter:@oliveb", "oliveb", "x"),
        ("facebook.com/olive.bracken", "olive.bracken", "facebook"),
        ("Facebook: olive.bracken", "olive.bracken", "facebook"),
        ("@", None, None),
        ("two words", None, None),
    ],
)
def test_social(written: str, handle: str | None, platform: str | None) -> None:
    assert normalise.social(written) == handle
    assert normalise.platform(written) == platform


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("XR/2025/0042", "xr/2025/0042"),
        ("xr-2025-0042", "xr/2025/0042"),
        ("XR 2025 0042", "xr/2025/0042"),
        ("XR20250042", "xr/20250042"),
        ("XR/2025/042", "xr/2025/042"),
        ("2025", None),
        ("12345", "12345"),
        ("XR/A", None),
        ("Hedges", None),
        ("Hedges/2", "hedges/2"),
        ("AB/1", None),
        ("AB/12", "ab/12"),
        ("1234", None),
        ("12/34", "12/34"),
        ("ХR/2025/0042", None),  # Cyrillic Х
    ],
)
def test_reference(written: str, expected: str | None) -> None:
    assert normalise.reference(written) == expected


@pytest.mark.parametrize(
    ("one", "other", "equal"),
    [
        ("7 Lime St., Anytown, AB1 2CD", "7 lime street\nAB12CD", True),
        ("Flat 2, 7 Lime Street, AB1 2CD", "Flat 2\n7 Lime St\nAnytown\nab1  2cd", True),
        ("Flat 2, 7 Lime Street, AB1 2CD", "7 Lime Street, AB1 2CD", False),
        ("7 Lime Street, AB1 2CD", "9 Lime Street, AB1 2CD", False),
        ("7 Lime Street, AB1 2CD", "7 Lime Street, AB1 2CE", False),
        ("Rose Cottage, Mill Lane, AB1 2CD", "ROSE COTTAGE\nMill Ln\nAB1 2CD", True),
        ("Rose Cottage, Mill Lane, AB1 2CD", "Lily Cottage\nMill Ln\nAB1 2CD", False),
        ("7 Lime Road, Anytown", "7 LIME RD.\nANYTOWN", True),
    ],
)
def test_postal(one: str, other: str, equal: bool) -> None:
    assert (postal.postal(one) == postal.postal(other)) is equal


@pytest.mark.parametrize(
    ("written", "key"),
    [
        ("7 Lime Street, AB1 2CD", "ab12cd|7"),
        ("Flat 12a, 7 Lime Street, AB1 2CD", "ab12cd|12a+7"),
        ("Lime Cottage, Mill Lane, AB1 2CD", "ab12cd|lime cottage"),
        ("AB1 2CD", None),
        ("7 Lime Rd, Anytown", "7 lime road anytown"),
        ("7 Lime, Anyto", "7 lime anyto"),
        ("7 Lime, Anyt", None),  # eleven letters
        ("7 Lime Street Anytown", None),
        ("Lime Street, Anytown", None),
        ("\n".join(["a"] * 11 + ["AB1 2CD"]), "ab12cd|a"),
        ("\n".join(["7 a"] * 12 + ["AB1 2CD"]), "7 a " * 11 + "7 a"),
    ],
)
def test_the_key_of_a_postal_address(written: str, key: str | None) -> None:
    assert postal.postal(written) == key


def test_a_postcode_goes_with_at_most_the_five_lines_above_it() -> None:
    above = "\n".join(f"line {'abcdefgh'[n]}" for n in range(7))
    assert list(postal.blocks(f"{above}\nAB1 2CD"))[:6] == [
        "ab12cd|line g", "ab12cd|line f", "ab12cd|line e", "ab12cd|line d", "ab12cd|line c",
    ]  # fmt: skip
    assert list(postal.blocks("AB1 2CD")) == []


def test_postcodes_are_looked_for_in_forty_lines_and_six_are_enough() -> None:
    for above, found in ((38, True), (39, False)):
        text = "\n".join(["x"] * above + ["7 Lime Street", "AB1 2CD"])
        assert ("ab12cd|7" in set(postal.blocks(text))) is found
    eight = "\n".join(f"{n} Lime Street\nAB1 2C{'abcdefgh'[n]}" for n in range(8))
    codes = {key.partition("|")[0] for key in postal.blocks(eight)}
    assert codes == {f"ab12c{letter}" for letter in "abcdef"}


def test_an_address_without_a_postcode_is_one_of_the_first_lines_and_those_beneath() -> None:
    lines = [f"{n} Lime Street" for n in range(9)]
    found = set(postal.blocks("\n".join(lines)))
    assert {(key[0], key.count("lime")) for key in found} == {
        (str(first), size) for first in range(6) for size in range(2, 6) if first + size <= 9
    }


def test_too_little_is_no_postal_address() -> None:
    assert postal.postal("Anytown") is None
    assert postal.postal("7") is None


def test_address_is_found_in_a_letterhead() -> None:
    letter = "Miss O Bracken\nRose Cottage\nMill Lane\nAnytown\nAB1 2CD\n\n4 March 2026\nDear Sir\nI write again."
    assert postal.postal("Rose Cottage, Mill Lane, Anytown AB1 2CD") in set(postal.blocks(letter))


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("Dr. Zoë O'Neill-Hart", ("zoe", "oneill", "hart")),
        ("BRACKEN, Olive (Mrs)", ("olive", "bracken")),
        ("O. Bracken", ("o", "bracken")),
        ("Cllr Olive Bracken MBE", ("olive", "bracken")),
        ("", ()),
        ("van Tolley, Graham", ("graham", "van", "tolley")),
        ("Anna Maria Tolley, Graham", ("anna", "maria", "tolley", "graham")),
        ("Tolley, Graham, Anytown", ("tolley", "graham", "anytown")),
        ("Tolley, Mr", ("tolley",)),
        ("one two three four five six", ("one", "two", "three", "four", "five", "six")),
        ("one two three four five six seven", ()),
        ("Al", ("al",)),
        ("A", ()),
    ],
)
def test_name(written: str, expected: tuple[str, ...]) -> None:
    assert names.name(written) == expected


@pytest.mark.parametrize(
    ("written", "full", "fits"),
    [
        ("R Tapsell", "Rosalind Tapsell", True),
        ("R. J. Tapsell", "Rosalind Jane Tapsell", True),
        ("Ros", "Rosalind Tapsell", True),
        ("Roz Tapsell", "Rosalind Tapsell", True),
        ("Tapsell", "Rosalind Tapsell", True),
        ("Rosalind T", "Rosalind Tapsell", True),
        ("RT", "Rosalind Tapsell", True),
        ("Bob Hale", "Robert Hale", True),
        ("Tapsell Rosalind", "Rosalind Tapsell", True),
        ("Malc", "Malcolm Hurd", True),
        ("Omar Farooq", "Omar Sayed Farooq", True),
        ("O S Farooq", "Omar Sayed Farooq", True),
        ("Sayed", "Omar Sayed Farooq", True),
        ("Rosalind Tapsel", "Rosalind Tapsell", True),
        ("Omar Sayed", "Omar Sayed Farooq", True),
        ("OSF", "Omar Sayed Farooq", True),
        ("OF", "Omar Sayed Farooq", True),
        ("OS", "Omar Sayed Farooq", False),
        ("RTT", "Rosalind Tapsell", False),
        ("Omar Xavier Farooq", "Omar Sayed Farooq", False),
        ("Tams Hale", "Tamsworth Hale", True),
        ("Ta Hale", "Tamsworth Hale", False),
        ("Hurdie", "Malcolm Hurd", True),
        ("Leeie", "Ann Lee", False),
        ("Rosalind Rosalind", "Rosalind Tapsell", False),
        ("Rosalind Tapsell", "Rosalind", False),
        ("K Tapsell", "Rosalind Tapsell", False),
        ("Karen Tapsell", "Rosalind Tapsell", False),
        ("Karen", "Rosalind Tapsell", False),
        ("Rosalind Smith", "Rosalind Tapsell", False),
        ("Tapson", "Rosalind Tapsell", False),
        ("Heather", "Maureen Heath", False),
        ("Albert Hale", "Herbert Hale", False),
        ("", "Rosalind Tapsell", False),
        ("Rоsalind Tapsell", "Rosalind Tapsell", True),  # only ever a suggestion: see the next test
    ],
)
def test_may_be(written: str, full: str, fits: bool) -> None:
    assert names.may_be(names.name(written), names.name(full)) is fits


def test_cyrillic_name_is_not_the_same_name() -> None:
    assert names.name("Rоsalind Tapsell") != names.name("Rosalind Tapsell")


@given(
    st.sampled_from(["0", "+44", "+440", "44", "00", "(0", "+44 (0)", "+1", "+353", ""]),
    st.lists(
        st.tuples(st.sampled_from("0123456789"), st.sampled_from(["", "", "", " ", "-", ".", ")", "/"])), max_size=12
    ),
)
def test_a_number_is_what_the_library_makes_of_it(opening: str, digits: list[tuple[str, str]]) -> None:
    written = (opening + "".join(digit + joint for digit, joint in digits)).rstrip(" -.)/")
    found = normalise.phone(written)
    if found is None:
        return
    read = written.removeprefix("(")
    if read.startswith("44") and sum(map(str.isdigit, read)) >= 11:
        read = f"+{read}"
    parsed = phonenumbers.parse(read, "GB")
    assert found == phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)
