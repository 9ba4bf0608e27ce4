"""Find claims in text: addresses, numbers, names and case references, never more than a bounded number of each."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice
from typing import Final

import re2

from models.contact import Contact
from models.identity import MatchedBy, Strength
from routing.identity import names, normalise, postal
from routing.identity.claim import Claim, LookupKey
from routing.identity.names import CAPITAL, LETTERS, Name

_EMAIL: Final = re2.compile(r"[^\s@<>()\[\],;:\"]+@[^\s@<>()\[\],;:\"!?/.]+(?:\.[^\s@<>()\[\],;:\"!?/.]+)+")
_PHONE: Final = re2.compile(r"\+?\(?[0-9][0-9 ()./\x{a0}–-]{7,24}[0-9]")
# References are looked for in bytes, of which only ASCII's can be part of one, and only around digits: most of a letter
# has none.
_REFERENCE: Final = re2.compile(rb"\b(?:[a-z]+[/._-]?){0,3}[0-9][a-z0-9]*(?:[/._-][a-z0-9]+){0,5}")
# These look at a few dozen bytes, or never go back: there the standard library is several times as quick as re2.
_SPACED_REFERENCE: Final = re.compile(rb"[a-z]{1,8} [0-9]{1,8}(?:[ /._-][0-9]{1,8}){0,2}\b")
_RUN_ON: Final = re.compile(rb"[a-z0-9/._-]*+")
_GROUPS: Final = re.compile(r"[a-z]+|[0-9]+")
_RUN: Final = b"abcdefghijklmnopqrstuvwxyz0123456789/._-"
_LETTERS_ONLY: Final = b"abcdefghijklmnopqrstuvwxyz"
_DIGITS_AS_0: Final = bytes.maketrans(b"123456789", b"0" * 9)
_LABELLED: Final = re2.compile(
    r"(?im)^[ \t>*•-]*(?:my |your |contact )?(?:e-?mail|phone|tel|telephone|mobile|mob|(?:home |postal )?address)"
    r"(?: address| number| no\.?)?[ \t]*[:=-][ \t]*(.{3,200})$"
)
_CAPITALISED: Final = re2.compile(rf"{CAPITAL}(?:{LETTERS}|[.])*(?:[ ]{{1,2}}{CAPITAL}(?:{LETTERS}|[.])*)+")
_TITLED: Final = re2.compile(rf"\b(?i:mr|mrs|ms|miss|mx|dr|rev|cllr|sir|lady)\.? +({CAPITAL}{LETTERS}+)")
_MAX_TEXT: Final = 200_000
_MAX_NAMES: Final = 64
_MAX_REFERENCES: Final = 64
_MAX_NUMBERS: Final = 2000
MAX_ADDRESSES: Final = 16
"""Addresses, numbers or names read from one field or foot at most."""


def typed_addresses(text: str, ceiling: Strength) -> list[Claim]:
    """Email addresses and telephone numbers in a field that holds an address, or a name and one."""
    claims: list[Claim] = []
    for match in islice(_EMAIL.finditer(text), MAX_ADDRESSES):
        claims += email_claims(match.group(), ceiling)
    for match in islice(_PHONE.finditer(_EMAIL.sub(" ", text)), MAX_ADDRESSES):
        claims += phone_claims(match.group(), ceiling)
    return claims


def labelled_claims(text: str, ceiling: Strength) -> list[Claim]:
    """What a web form wrote beside its own labels: `Email: …`, `Telephone: …`, `Address: …`."""
    claims: list[Claim] = []
    for match in islice(_LABELLED.finditer(text[:_MAX_TEXT]), MAX_ADDRESSES):
        claims += [*typed_addresses(match.group(1), ceiling), *postal_claims(match.group(1), ceiling)]
    return claims


def without_addresses(text: str) -> str | None:
    """The name before the address in a sender field such as `Jordan Example, 4 High Street, TS1 1AA`."""
    first = _EMAIL.sub(" ", text[:400]).replace("<", " ").replace(">", " ").replace("\n", ",").split(",", 1)[0]
    return first.strip(" \"'-:;()") if not any(c.isdigit() for c in first) else None


def email_claims(text: str, ceiling: Strength, *, by: MatchedBy = MatchedBy.EMAIL, binds: bool = False) -> list[Claim]:
    """The claim of one email address; none where it is no address."""
    value = normalise.email(text)
    return [Claim(LookupKey("email", value), by, ceiling, binds)] if value else []


def phone_claims(text: str, ceiling: Strength, *, by: MatchedBy = MatchedBy.PHONE) -> list[Claim]:
    """The claim of one telephone number; none where it is withheld or no number."""
    value = normalise.phone(text)
    return [Claim(LookupKey("phone", value), by, ceiling)] if value else []


def postal_claims(text: str, ceiling: Strength) -> list[Claim]:
    """The claims of what could be a postal address in a field or a letterhead."""
    return [Claim(LookupKey("postal", key), MatchedBy.POSTAL, ceiling) for key in postal.blocks(text)]


def signature_claims(text: str) -> list[Claim]:
    """Telephone numbers and addresses beneath a message: a strong tie, never the sender's own identifier."""
    claims: list[Claim] = []
    for match in islice(_EMAIL.finditer(text), MAX_ADDRESSES):
        claims += email_claims(match.group(), Strength.PROBABLE, by=MatchedBy.SIGNATURE)
    for match in islice(_PHONE.finditer(text), MAX_ADDRESSES):
        claims += phone_claims(match.group(), Strength.PROBABLE, by=MatchedBy.SIGNATURE)
    return claims


def reference_claims(contact: Contact) -> Iterator[Claim]:
    """Case references in the new text and the subject; not in the subject of what was forwarded, which is another's."""
    subject = contact.subject or ""
    if contact.email and contact.email.forwarded:
        subject = ""
    text = "\n".join((subject, contact.text_of("body", "signature", "notes", "transcript")[:_MAX_TEXT]))
    data = text.encode("utf-8", "replace").lower()
    marked = data.translate(_DIGITS_AS_0)
    seen: set[str] = set()
    for find in (_joined_references, _spaced_references):
        for written in islice(find(data, marked), _MAX_NUMBERS):
            if len(written) < 4:  # nobody's, and most numbers of a letter
                continue
            # What follows a reference may have run into it ("CR/2025/0123-van"), so its beginnings count too.
            groups = _GROUPS.findall(written[:80].decode("ascii"))[:8]
            for value in normalise.references_of(groups):
                if value not in seen:
                    seen.add(value)
                    yield Claim(LookupKey("reference", value), MatchedBy.CASE_REFERENCE, Strength.PROBABLE)
            if len(seen) >= _MAX_REFERENCES:
                return


def _joined_references(data: bytes, marked: bytes) -> Iterator[bytes]:
    """What could be `cr/2025/0123` or `20250123`: letters and digits, with single joints between them.

    `marked`: the same with every digit a 0, which makes the next one quick to find.
    """
    end = 0
    while (digit := marked.find(b"0", end)) >= 0:
        start = digit if data[digit - 1 : digit] == b" " else end + len(data[end:digit].rstrip(_RUN))
        end = _RUN_ON.match(data, digit).end()  # type: ignore[union-attr]  # it matches anywhere
        run = data[start:end].strip(b"/.-")
        if run.isalnum() or len(run) < 4:
            yield run
        else:
            for match in _REFERENCE.finditer(run):
                yield match.group()


def _spaced_references(data: bytes, marked: bytes) -> Iterator[bytes]:
    """`case 2025 0123`: a word, and up to three numbers parted from it and from one another."""
    space = marked.find(b" 0")
    while space >= 0:
        before = marked[space - 9 if space > 9 else 0 : space]
        joint = before.rstrip(_LETTERS_ONLY)
        start = space - len(before) + len(joint)
        if space - 9 < start < space and joint[-1:] not in (b"0", b"_"):
            match = _SPACED_REFERENCE.match(data, start)
            if match is not None:
                yield match.group()
        space = marked.find(b" 0", space + 1)


def name_claims(texts: tuple[str | None, ...]) -> Iterator[Claim]:
    """The claims of names as given, whole, by initial, and for misspellings."""
    for text in texts:
        if not text:
            continue
        if surname := names.titled_surname(text):
            yield _name_claim("surname", surname[0], surname)
        elif written := names.name(text):
            yield from _whole_name(written)


def _whole_name(written: Name) -> Iterator[Claim]:
    yield _name_claim("name", " ".join(written), written)
    if initial := names.initial_surname(written):
        yield _name_claim("initial", initial, written)
    if outline := names.sketch(written):
        yield _name_claim("sketch", outline, written)


def _name_claim(kind: str, value: str, written: Name) -> Claim:
    return Claim(LookupKey(kind, value), MatchedBy.NAME, Strength.POSSIBLE, written=written)


def heard_in(contact: Contact) -> str:
    """Staff's notes and what the caller said; staff's own words in a transcript name other people."""
    said = [part.own_text() for part in contact.parts if part.name == "transcript"]
    return "\n".join((contact.text_of("notes", "body"), *said))[:20_000]


def titled_surnames(text: str) -> Iterator[Name]:
    """Surnames given with a title only: `Mr Stubbs`."""
    for match in _TITLED.finditer(text):
        if surname := names.name(match.group(1)):
            yield surname


def capitalised_names(text: str) -> tuple[Name, ...]:
    """Runs of capitalised words, which in notes may be names."""
    found = (names.name(match.group()) for match in islice(_CAPITALISED.finditer(text), 16))
    return tuple(name for name in found if name)


def heard_names(text: str) -> Iterator[Claim]:
    """Names in notes: runs of two to four capitalised words, words at the start however written, and `Mr Stubbs`."""
    for surname in islice(titled_surnames(text), 8):
        yield _name_claim("surname", surname[-1], surname)
    runs = [match.group().replace(".", " ").split() for match in islice(_CAPITALISED.finditer(text), _MAX_NAMES)]
    runs.append(text[:400].replace(".", " ").replace(",", " ").split()[:24])
    grams = (run[i : i + size] for run in runs for size in (2, 3, 4) for i in range(len(run) - size + 1))
    seen: set[Name] = set()
    for gram in grams:
        written = names.name(" ".join(gram))
        if len(written) > 1 and written not in seen:
            seen.add(written)
            yield _name_claim("name", " ".join(written), written)
            if len(written[0]) == 1:
                yield _name_claim("initial", " ".join((written[0], written[-1])), written)
        if len(seen) == 2 * _MAX_NAMES:
            return


def given_names(texts: tuple[str | None, ...]) -> tuple[Name, ...]:
    """The names among `texts`, normalised."""
    return tuple(written for written in (names.name(text) for text in texts if text) if written)
