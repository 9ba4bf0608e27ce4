"""What a person should look at before a record is given out: others who are named, and what the law lets us withhold.

The machine only proposes. It knows the people of the register by name and by address, and cannot know everybody.
"""

from __future__ import annotations

import re
from bisect import bisect
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

import re2

from gateway.governance.subject_access.record import Path, Tree, is_code, words_in
from models.organisation import Organisation
from models.register import Dossier
from routing.addresses import domain_key, mailbox_key
from routing.identity import normalise
from routing.identity.names import TITLES


class Ground(StrEnum):
    """Why a passage may have to be withheld."""

    ANOTHER_PERSON = "another_person"
    CONTACT_DETAILS = "contact_details"
    STAFF = "staff"
    LEGAL_PRIVILEGE = "legal_privilege"
    SAFEGUARDING_SOURCE = "safeguarding_source"


IN_WORDS = {
    Ground.ANOTHER_PERSON: "another person",
    Ground.CONTACT_DETAILS: "somebody else's address or number",
    Ground.STAFF: "a member of staff who is not senior",
    Ground.LEGAL_PRIVILEGE: "legal advice",
    Ground.SAFEGUARDING_SOURCE: "whoever told us of a danger",
}


@dataclass(frozen=True, slots=True)
class Mark:
    """A passage of a record: `text[start:end]` of the words at `at`. `whole`: all of them, whatever they say."""

    at: Path
    start: int
    end: int
    text: str
    ground: Ground
    whole: bool = False


@dataclass(slots=True)
class Known:
    """Who may be named. `names`: first word to the names that begin with it; `own`: the person's own identifiers;
    `public`: numbers that stand in our own letters, such as an ombudsman's and ours.
    """

    names: dict[str, list[tuple[tuple[str, ...], Ground]]] = field(default_factory=lambda: defaultdict(list))
    own: set[str] = field(default_factory=set)
    ours: frozenset[str] = frozenset()
    domains: frozenset[str] = frozenset()
    public: frozenset[str] = frozenset()

    def name(self, text: str, ground: Ground) -> None:
        """Somebody to look for; a single word is too little to know anybody by."""
        words = tuple(word for _start, _end, word in _words(text) if word not in TITLES)
        if len(words) > 1:
            self.names[words[0]].append((words, ground))


def known_to(
    person: Dossier,
    others: Iterable[Dossier],
    organisation: Organisation,
    staff: Mapping[str, bool],
    public: Iterable[str] = (),
) -> Known:
    """`staff`: names of people who worked on the record, and whether each is senior; the senior ones are not hidden.

    `public`: texts whose telephone numbers anybody may have.
    """
    known = Known(
        ours=frozenset(map(mailbox_key, organisation.addresses.all())),
        domains=frozenset(map(domain_key, organisation.domains)),
        public=frozenset(number for text in public for number in numbers_in(text)),
    )
    own = person.person
    known.own = {key for one in own.identifiers if (key := normalise.own(one.kind, one.value))}
    for other in others:
        if other.person.id != own.id:
            for name in (other.person.name, *other.person.aliases):
                known.name(name, Ground.ANOTHER_PERSON)
    for representative in own.representatives:
        known.own |= {
            key for one in representative.identifiers if (key := normalise.own(one.kind, one.value)) is not None
        }
    for name, senior in staff.items():
        if not senior:
            known.name(name, Ground.STAFF)
    return known


def propose(tree: Tree, known: Known, wholes: Mapping[Path, Ground]) -> list[Mark]:
    """Every passage to be looked at, in the order of the record. `wholes`: places that are doubtful as a whole."""
    found = []
    for at, text in words_in(tree):
        ground = next((why for place, why in wholes.items() if at[: len(place)] == place), None)
        if is_code(at, text):
            continue
        if ground is not None:
            found.append(Mark(at, 0, len(text), text, ground, whole=True))
        else:
            found += sorted(_in(at, text, known), key=lambda mark: mark.start)
    return found


def _in(at: Path, text: str, known: Known) -> Iterator[Mark]:
    taken: list[tuple[int, int]] = []  # in order and apart, so that only its neighbours can meet another
    for mark in (*_addresses(at, text, known), *_numbers(at, text, known), *_names(at, text, known)):
        place = bisect(taken, (mark.start, mark.end))
        before, after = taken[max(place - 1, 0) : place], taken[place : place + 1]
        if not any(mark.start < end and start < mark.end for start, end in (*before, *after)):
            taken.insert(place, (mark.start, mark.end))
            yield mark


def _names(at: Path, text: str, known: Known) -> Iterator[Mark]:
    words = _words(text)
    for place, (start, _end, word) in enumerate(words):
        for name, ground in known.names.get(word, ()):
            if tuple(one for _s, _e, one in words[place : place + len(name)]) == name:
                end = words[place + len(name) - 1][1]
                yield Mark(at, start, end, text[start:end], ground)


def _addresses(at: Path, text: str, known: Known) -> Iterator[Mark]:
    # RE2 takes no half of a surrogate pair; what stands for one is as long, so that the places hold.
    for match in _EMAIL.finditer(text.encode("utf-8", "replace").decode()):
        address = normalise.email(match.group())
        if address is None or address in known.own or mailbox_key(match.group()) in known.ours:
            continue
        ground = Ground.STAFF if address.rpartition("@")[2] in known.domains else Ground.CONTACT_DETAILS
        yield Mark(at, match.start(), match.end(), match.group(), ground)


def _numbers(at: Path, text: str, known: Known) -> Iterator[Mark]:
    for match in _PHONE.finditer(text):
        number = normalise.phone(match.group())
        if number is not None and number not in known.own and number not in known.public:
            yield Mark(at, match.start(), match.end(), match.group(), Ground.CONTACT_DETAILS)


def addresses_in(text: str) -> Iterator[str]:
    """The email addresses that stand in a text, each in its one form."""
    for match in _EMAIL.finditer(text.encode("utf-8", "replace").decode()):
        if (address := normalise.email(match.group())) is not None:
            yield address


def numbers_in(text: str) -> Iterator[str]:
    """The telephone numbers that stand in a text, each in its one form."""
    for match in _PHONE.finditer(text):
        if (number := normalise.phone(match.group())) is not None:
            yield number


def _words(text: str) -> list[tuple[int, int, str]]:
    """The words with where each begins and ends; the ending of a genitive ("Tennant's dog") is no part of one."""
    found = []
    for match in _WORD.finditer(text):
        word = match.group().casefold().replace("’", "'")
        ending = 2 if word.endswith("'s") else 0
        found.append((match.start(), match.end() - ending, word[: len(word) - ending]))
    return found


def whole_places(
    tree: Tree, *, sources: Collection[str], others: Collection[str] = (), sent: Collection[str] = ()
) -> dict[Path, Ground]:
    """Places that are doubtful as a whole: legal advice, what came from somebody else about a danger, and who wrote.

    `sources`: ids of contacts from others in which something was found that bears on somebody's safety; `others`: of
    those that are there because they name the person; `sent`: of what went to somebody else and names them.
    """
    found: dict[Path, Ground] = {}
    for at, entry in _entries(tree):
        if entry.get("id") in sources:
            for name in (*_WHO_WROTE, "parts", "subject"):
                found[(*at, "contact", name)] = Ground.SAFEGUARDING_SOURCE
        elif entry.get("id") in others:
            for name in _WHO_WROTE:
                found[(*at, "contact", name)] = Ground.ANOTHER_PERSON
        elif entry.get("id") in sent:
            found[(*at, "to")] = Ground.ANOTHER_PERSON
        elif entry.get("contact_id") in sources:  # our mail about it says what was found in it
            for name in ("subject", "text"):
                found[(*at, name)] = Ground.SAFEGUARDING_SOURCE
        for number, step in enumerate(entry.get("steps", ())):
            role = f"{step.get('adviser_role') or ''} {step.get('role') or ''}".casefold()
            if step.get("kind") == "advice_taken" and ("legal" in role or "solicitor" in role):
                found[(*at, "steps", number, "advice")] = Ground.LEGAL_PRIVILEGE
    for at, text in words_in(tree):
        if _PRIVILEGED.search(text):
            found.setdefault(at, Ground.LEGAL_PRIVILEGE)
    return found


_WHO_WROTE = ("sender", "email", "call")
"""Fields of a contact that say who it is from, and by what address or number."""


def _entries(tree: Tree) -> Iterator[tuple[Path, dict[str, Tree]]]:
    for number, section in enumerate(tree["sections"]):
        for place, entry in enumerate(section["entries"]):
            yield ("sections", number, "entries", place), entry


_EMAIL = re2.compile(r"[A-Za-z0-9._%+'\-]+@[A-Za-z0-9\-]+(?:\.[A-Za-z0-9\-]+)+")
# The rest never goes back over more than a few dozen characters, and `\d` and `\w` know more letters than RE2's.
_WORD = re.compile(r"[^\W_]+(?:['’\-][^\W_]+)*")
_PHONE = re.compile(r"(?<![\w@.])(?:\+44\s?(?:\(0\)\s?)?|0)\d(?:[\s\-()]{0,2}\d){8,10}(?!\w)")
_PRIVILEGED = re.compile(
    r"(?i)\blegal(?:ly)? (?:professional )?privileged?\b|\bprivileged and confidential\b|\bcounsel's advice\b"
)
