"""One form for each identifier, so that equal means the same mailbox, line, account or file (CONTRACT §2).

Every function gives None for what cannot be an identifier, and such a value ties nobody. A character that only looks
like another (Cyrillic letters, full-width forms, the Kelvin sign) is never folded into it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from typing import Final

import idna
import phonenumbers
import re2

from models.identifier import IdentifierKind

_GMAIL: Final = frozenset({"gmail.com", "googlemail.com"})
_WITHHELD: Final = frozenset(
    {
        "", "anonymous", "anon", "withheld", "number withheld", "caller withheld", "unavailable", "not available",
        "private", "blocked", "private number", "unknown", "unknown caller", "unknown number", "restricted", "asserted",
        "null", "none", "no number", "no caller id", "not known", "n/a", "na", "-", "payphone", "international",
        "out of area",
    }
)  # fmt: skip
_RELAY_PREFIX: Final = re2.compile(r"^1800[0-2](?:\+|0)")
_NOT_DIALLED: Final = re2.compile(r"(?i)^(?:tel|sip|sips|phone|mob|mobile|telephone|t|m)\s*[.:]+\s*")
_PHONE_SHAPE: Final = re2.compile(r"^\+?[0-9](?:[0-9 ()./-]*[0-9])?(?: ?(?:#|x|ext\.?|extension) ?\.?:? ?[0-9]{1,7})?$")
# An ordinary British number: ten digits without a nought in front, after the national prefix or the country's.
_BRITISH: Final = re.compile(r"(?:0|\+440?)([1-9][0-9]{9})")
_BETWEEN_DIGITS: Final = str.maketrans("", "", " ()./-")
_SPACES: Final = {ord(c): " " for c in "\t\n\u00a0\u2007\u2009\u202f"} | {ord(c): "-" for c in "‐‑‒–—"}
_PLATFORMS: Final = {
    "twitter.com": "x", "x.com": "x", "twitter": "x", "x": "x", "facebook.com": "facebook", "fb.com": "facebook",
    "facebook": "facebook", "fb": "facebook", "instagram.com": "instagram", "instagram": "instagram",
    "insta": "instagram", "tiktok.com": "tiktok", "tiktok": "tiktok", "linkedin.com/in": "linkedin",
    "linkedin": "linkedin", "threads.net": "threads", "threads": "threads", "bsky.app/profile": "bluesky",
    "bluesky": "bluesky", "nextdoor": "nextdoor", "whatsapp": "whatsapp", "youtube.com": "youtube",
    "youtube": "youtube", "mastodon": "mastodon",
}  # fmt: skip
_REFERENCE_GROUPS: Final = re2.compile(r"[a-z]+|[0-9]+")


def email(text: str) -> str | None:
    """`local@domain` in lower case, the domain as A-labels, plus-tag dropped, Gmail's dots dropped.

    googlemail.com and gmail.com are one mailbox. None where `text` is no address, or holds a letter that would turn
    into an ASCII one by folding.

    >>> email("Jordan.Example+news@GoogleMail.com")
    'jordanexample@gmail.com'
    """
    if len(text) > 320:
        return None
    local, at, host = text.strip().strip("<>").rpartition("@")
    lowered, ascii_domain = _lower(local.strip('"')), domain(host)
    if not at or not lowered or ascii_domain is None or _has_space(lowered):
        return None
    lowered = lowered.split("+", 1)[0] or lowered
    if ascii_domain in _GMAIL:
        lowered, ascii_domain = lowered.replace(".", "") or lowered, "gmail.com"
    return f"{lowered}@{ascii_domain}"


def phone(text: str | None) -> str | None:
    """E.164, the United Kingdom where no country is given; relay prefixes (18000 to 18002) and extensions dropped.

    Numbers are compared, not validated: a register may hold one that was never issued. None for a withheld number and
    for anything too short to be dialled from outside.

    >>> phone("18001 +44 (0)1642 496 000 ext 12")
    '+441642496000'
    """
    if withheld(text) or text is None:
        return None
    number = _NOT_DIALLED.sub("", text.translate(_SPACES).strip().lower()).split("@", 1)[0].split(";", 1)[0].strip()
    if number.startswith("("):
        number = number.replace("(", "", 1)
    compact = number.replace(" ", "").replace("-", "")
    if _RELAY_PREFIX.search(compact):
        number = compact[5:]
    if len(number) > 40 or not _PHONE_SHAPE.search(number):
        return None
    digits = sum(c.isdigit() for c in number)
    # No British number begins with 44 inside the country, so this is one that lost its plus on the way.
    if number.startswith("44") and digits >= 11:
        number = f"+{number}"
    if british := _BRITISH.fullmatch(number.translate(_BETWEEN_DIGITS)):
        return f"+44{british.group(1)}"  # what the library would say of it, for a tenth of the time
    try:
        parsed = phonenumbers.parse(number, "GB")
    except phonenumbers.NumberParseException:
        return None
    if len(str(parsed.national_number)) < 7:
        return None
    return str(phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164))


def own(kind: IdentifierKind, value: str) -> str | None:
    """An address or number that may be somebody's own. None for the other kinds: a postal address is a household's."""
    match kind:
        case IdentifierKind.EMAIL:
            return email(value)
        case IdentifierKind.PHONE:
            return phone(value)
    return None


def withheld(text: str | None) -> bool:
    """Whether a caller's number was not shown: null, empty, or a word a switch puts there instead."""
    return text is None or text.strip().strip("<>()\"' ").split("@", 1)[0].strip().lower() in _WITHHELD


def social(text: str) -> str | None:
    """A handle without its `@`, platform or profile address, in lower case. See `platform` for the rest.

    >>> social("https://x.com/JordanE/")
    'jordane'
    """
    handle = _lower(_split_social(text)[1])
    return handle if handle and len(handle) > 1 and not _has_space(handle) else None


def platform(text: str) -> str | None:
    """The platform that a handle names (`x`, `facebook`…), None where it names none."""
    return _split_social(text)[0]


def reference(text: str) -> str | None:
    """A case reference as its groups of letters and digits: `CR-2025/0123` and `cr 2025 0123` are one.

    None where it holds no digit or is too short to be anybody's.

    >>> reference("CR-2025/0123")
    'cr/2025/0123'
    """
    if not text.isascii():
        return None
    return next(iter(references_of(_REFERENCE_GROUPS.findall(text.lower()))), None)


def references_of(groups: Sequence[str]) -> list[str]:
    """The `reference` of groups of lower-case letters and of digits, then those of their beginnings, longest first."""
    found: list[str] = []
    value = ""
    size = 0
    numbered = False
    for group in groups:
        value = f"{value}/{group}" if value else group
        size += len(group)
        numbered = numbered or group.isdigit()
        if numbered and size >= (5 if value == group else 4):  # a lone 2025 is a year
            found.append(value)
    found.reverse()
    return found


def _has_space(text: str) -> bool:
    return text.split(maxsplit=1) != [text]


def _lower(text: str) -> str | None:
    if text.isascii():
        return text.lower()
    # "K" (Kelvin sign) and a few others become ASCII when composed or lowered: a lookalike, so no identifier at all.
    for char in text:
        if ord(char) > 127 and (unicodedata.normalize("NFC", char).isascii() or char.lower().isascii()):
            return None
    return unicodedata.normalize("NFC", text).lower()


def domain(text: str) -> str | None:
    """A domain in lower case, as A-labels. None where IDNA refuses it.

    >>> domain("Bücher.example.")
    'xn--bcher-kva.example'
    """
    lowered = _lower(text.strip().removesuffix("."))
    if not lowered or _has_space(lowered) or "@" in lowered:
        return None
    if lowered.isascii():
        return lowered
    labels = []
    for label in lowered.split("."):
        try:
            # Without the UTS 46 mapping: that would fold full-width letters into the ones they imitate.
            encoded = label if label.isascii() else idna.encode(label).decode("ascii")
        except idna.IDNAError:
            return None
        if "." in encoded:
            return None
        labels.append(encoded)
    return ".".join(labels)


def _split_social(text: str) -> tuple[str | None, str]:
    rest = text.strip().removesuffix("/")
    for scheme in ("https://", "http://"):
        if rest.lower().startswith(scheme):
            rest = rest[len(scheme) :]
    rest = rest.split("?", 1)[0]
    for prefix in ("www.", "m.", "mobile."):
        if rest.lower().startswith(prefix) and "/" in rest:
            rest = rest[len(prefix) :]
    for separator in ("/", ":"):
        head, found, tail = rest.rpartition(separator)
        if found and head.strip().lower() in _PLATFORMS:
            return _PLATFORMS[head.strip().lower()], tail.strip().lstrip("@")
    return None, rest.lstrip("@")
