"""The foot of a message: who signed it, and the lines beneath the name.

People sign without the `-- ` of RFC 3676 4.3 more often than with it, so the last lines of the new text count too.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import islice
from typing import Final

import re2

from models.contact import Contact
from routing.identity import names
from routing.identity.names import CAPITAL, LETTERS

_CLOSING_WORDS: Final = (
    r"(?:kind(?:est)?|best|warm(?:est)?|many|with|sincere|good)?\s*(?:regards|wishes|thanks|thank you|cheers|yours"
    r"(?: (?:sincerely|faithfully|truly|respectfully|in (?:hope|anger|disgust|despair)))?|sincerely|faithfully|"
    r"love(?: from)?|respectfully|all the best|ta|signed|from|rgds|kr|best)"
)
# What either pattern below begins with. The standard library says of a line that it does not in a tenth of the time.
_MAY_CLOSE: Final = re.compile(rf"(?i){_CLOSING_WORDS}")
_CLOSING: Final = re2.compile(rf"(?i)^{_CLOSING_WORDS}[\s,.!:-]*$")
_CLOSED_WITH: Final = re2.compile(rf"(?i)^{_CLOSING_WORDS}\s*[,.!:-]*\s+(?P<name>[^\n,;:!?0-9]+)$")
_EDGES: Final = ' \t*_~-–—.,!•>"“”'
_EDGES_BUT_STOPS: Final = _EDGES.replace(".", "")
_KISSES: Final = re2.compile(r"(?i)(?:\s+x{1,6}|\s*\(.{1,20}\))+$")
_NAME_LINE: Final = re2.compile(
    rf"^(?:(?i:mr|mrs|ms|miss|mx|dr|rev|cllr|sir|lady|pp|p\.p\.)\.? +)?{CAPITAL}{LETTERS}*\.?"
    rf"(?:[ .]{{1,2}}(?:{CAPITAL}{LETTERS}*\.?|and|&|de|van|von|der|al|bin|ap)){{0,4}}$"
)
_INTRODUCED: Final = re2.compile(
    r"\b(?i:my name is|my name's|it'?s|it’s|it is|this is|i am|i'm|i’m|name is|name:|caller is|caller gave name as)\s+"
    rf"((?:(?i:mr|mrs|ms|miss|dr)\.? +)?{CAPITAL}{LETTERS}+(?:[ .]{{1,2}}{CAPITAL}{LETTERS}*){{0,3}})"
)
# "Ellie Salt, year 8", "Tom, aged 11", "Karen, his wife": who the signer is, behind the name
_WHO_THEY_ARE: Final = re2.compile(
    r"(?i),\s*(?:(?:in )?(?:year|yr|class|form) [0-9]{1,2}[a-z]?|(?:aged? )?[0-9]{1,2}(?: ?(?:yrs?|years?)(?: old)?)?|"
    r"(?:his|her|their) [a-z-]{3,16})$"
)
_LABELS: Final = frozenset(
    """
    tel t m mob mobile phone telephone home work ring call me my on or at no number email e-mail e mail
    """.split()  # noqa: SIM905 - as with the given names
)
_FOOT_LINES: Final = 10
_HEAD_LINES: Final = 14
_NO_NAMES: Final = frozenset(
    """
    resident residents council councillor commissioner office officer secretary chair chairman trustee director manager
    team department disclaimer confidential regards thanks thank you yours sincerely faithfully iphone ipad samsung
    android outlook gmail yahoo mobile phone tel telephone email address road street lane avenue close house cottage
    farm flat park church school hospital england wales scotland kingdom taxpayer voter citizen victim complainant
    ratepayer constituent concerned angry disgusted ps nb sent monday tuesday wednesday thursday friday saturday sunday
    january february march april june july august september october november december the a an and of to for in on no
    yes not please dear sir madam hello hi all my your our his her their this that what who why where when how it is
    was be ltd limited plc llp association society club trust group committee parish town city county district police
    disgrace shame enough ok okay good bad bye goodbye cheers
    """.split()  # noqa: SIM905 - as with the given names
)


@dataclass(frozen=True, slots=True)
class Signature:
    """`names`: as written, the signing name first, then names given in the text. `signed`: how sure the first is.

    `text`: the lines at the foot. `closed`: the signing name stands under a closing such as "Kind regards".
    """

    names: tuple[str, ...] = ()
    text: str = ""
    signed: str | None = None
    closed: bool = False
    introduced: tuple[str, ...] = ()


def read(contact: Contact) -> Signature:
    """The signature of a contact's new text; empty where it has none."""
    body = contact.text_of("body")
    own = contact.text_of("signature")[:4000]
    foot = _written_lines(body[-8000:])[-_FOOT_LINES:]
    signed, closed, start = _signing(foot)
    beneath, beneath_closed, _ = _signing(_written_lines(own)[:4])
    said = "\n".join(p.own_text() for p in contact.parts if p.name == "transcript")
    spoken = "\n".join((body[:4000], said[:4000], contact.text_of("notes")[:4000]))
    introduced = tuple(match.group(1) for match in islice(_INTRODUCED.finditer(spoken), 6))
    return Signature(
        names=tuple(dict.fromkeys(name for name in (signed, beneath, *introduced) if name)),
        text="\n".join((*_details(foot, len(foot) if start is None else start), own)),
        signed=signed or beneath,
        closed=closed if signed else beneath_closed,
        introduced=introduced,
    )


def head(contact: Contact) -> str:
    """The first lines, where a letter has its writer's address."""
    lines = contact.text_of("body")[:4000].splitlines()[: 2 * _HEAD_LINES]
    return "\n".join(line.strip() for line in lines if line.strip())


def _written_lines(text: str) -> list[str]:
    return [line for line in map(str.strip, text.splitlines()) if line]


def name_line(line: str) -> str | None:
    """The name in a line that holds nothing else, without kisses and dashes; None where it is no name."""
    plain = line.strip(_EDGES)
    if plain[-1:] in ("x", "X", ")"):
        plain = _KISSES.sub("", plain).strip(_EDGES_BUT_STOPS)
    if len(plain) > 60 or not _NAME_LINE.search(plain):
        return None
    words = names.name(plain)
    titled = bool(names.titled_surname(plain))
    return plain if words and (titled or not _NO_NAMES & set(words)) else None


def _loose_name_line(line: str) -> str | None:
    """As `name_line`; also a line such as `karen tolley`, where the first word is a common given name."""
    line = _WHO_THEY_ARE.sub("", line.strip(_EDGES))
    words = line.split()
    if 1 <= len(words) <= 3 and line == line.lower() and names.is_given(words[0]):
        line = line.title()
    return name_line(line)


def _signing(foot: list[str]) -> tuple[str | None, bool, int | None]:
    """The signing name, whether a closing stands over it, and where in `foot` the signature starts."""
    for i in range(len(foot) - 1, -1, -1):
        if _MAY_CLOSE.match(foot[i]) is None:
            continue
        if _CLOSING.search(foot[i]):
            found = next((n for n in map(_loose_name_line, foot[i + 1 : i + 3]) if n), None)
            return found, found is not None, i + 1
        if (match := _CLOSED_WITH.search(foot[i])) and (found := name_line(match.group("name"))):
            return found, True, i
    for i in range(max(0, len(foot) - 5), len(foot)):
        # Without a closing only a line of its own at the very end counts, with nothing but details beneath it.
        if (found := _loose_name_line(foot[i])) and all(len(line) <= 60 for line in foot[i + 1 :]):
            return found, False, i
    return None, False, None


def _details(foot: list[str], start: int) -> list[str]:
    """The signing name and all beneath it, and the lines just above that hold details and no sentence."""
    while start > 0 and len(foot[start - 1]) <= 60 and all(map(_is_detail, foot[start - 1].split())):
        start -= 1
    return foot[start:]


def _is_detail(word: str) -> bool:
    return not word[0].islower() or "@" in word or word.strip(_EDGES + ":()").lower() in _LABELS
