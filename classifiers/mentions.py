"""Whom a sentence mentions: pronouns, kin, "the old lady at number 9", "F, 40s", "PC Harland".

Patterns are linear-time and read the folded sentence; what they miss is not mentioned.
"""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum
from typing import NamedTuple

import re2

from classifiers.stages import Sentence


class Who(StrEnum):
    """What kind of mention it is, and so in whose words a person is named."""

    WRITER = "writer"
    """I, me, my."""
    SPOKEN_TO = "spoken_to"
    PRONOUN = "pronoun"
    """Somebody else by pronoun."""
    CALLER = "caller"
    """In a note of ours: `clr`."""
    NAMED = "named"
    """By a noun, a description or a name."""


class Mention(NamedTuple):
    """Bytes `[start, end)` of the folded sentence. `gender` is `m`, `f` or nothing."""

    start: int
    end: int
    who: Who
    word: str
    gender: str

    @property
    def owns(self) -> bool:
        """It says whose something is: `his`, `my`."""
        return self.word in _POSSESSIVES


def pattern(text: str) -> str:
    """As lexicons are written: a space is any white space, an apostrophe may be missing."""
    return text.replace(" ?", r"\s*").replace(" ", r"\s+").replace("'", "'?")


_POSSESSIVES = frozenset({"my", "me", "our", "your", "ur", "his", "her", "their"})

_MALE = (
    r"(?:brother|son|father)(?: |-)in(?: |-)law|(?:step|grand|great |god|foster )?(?:son|father|dad|daddy)|brother|"
    r"bro|grandad|granddad|grandpa|grampa|husband|husb|hubby|boyfriend|uncle|nephew|lad|boy|man|gentleman|fella|"
    r"bloke|chap|guy|ex(?: |-)(?:husband|boyfriend)|male|taid"
)
_FEMALE = (
    r"(?:sister|daughter|mother)(?: |-)in(?: |-)law|(?:step|grand|great |god|foster )?(?:daughter|mother|mum|mam|"
    r"mummy|mom)|sister|sis|nan|nana|nanna|nain|gran|granny|grandma|wife|girlfriend|aunt|auntie|aunty|niece|lass|"
    r"lassie|girl|woman|lady|female|ex(?: |-)(?:wife|girlfriend)"
)
_CHILD = (
    r"child|children|kid|kids|kiddie|kiddies|baby|babies|toddler|toddlers|infant|newborn|bairn|bairns|wean|little one"
)
_MANY = (
    r"sons|daughters|brothers|sisters|lads|boys|girls|men|women|grandsons|granddaughters|grandchildren|grandkids|"
    r"parents|grandparents|pupils|students|tenants|neighbours|colleagues|officers|family|twins|lasses|staff|"
    r"councillors"
)
_NEUTRAL = (
    rf"{_CHILD}|{_MANY}|ex(?: |-)partner|partner|ptnr|neighbour|friend|mate|flatmate|housemate|lodger|tenant|tnt|"
    r"cousin|pupil|student|teenager|patient|pt|client|clt|resident|service user|customer|colleague|victim|informant|"
    r"councillor|cllr|commissioner|pcc|mp|officer|police officer|policeman|policewoman|social worker|manager|boss|"
    r"doctor|gp|vet|judge|magistrate|solicitor|teacher|head ?teacher|headmaster|nurse|receptionist|driver|warden|"
    r"bailiff|surgeon|foreman|leader|mayor|chief executive|chief exec|clerk|caseworker|landlord|landlady|old dear|"
    r"old boy|old girl|youngest|eldest|carer|postman|consultant|inspector|sergeant|imam|vicar|ex|employee|worker|"
    r"refugee|pensioner"
)
_AGE = (
    r"\d{1,2}(?: ?- ?| )?(?:yo|y/?o|year ?-?olds?|yr ?-?olds?|month ?-?olds?|week ?-?olds?|mth ?old)|(?:two|three|"
    r"four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen)"
    r"(?: |-)(?:year|month|week)(?: |-)olds?|(?:year|yr|y) ?(?:[1-9]|1[0-3])"
)
_ADJECTIVE = (
    r"little|wee|young|younger|youngest|older|eldest|oldest|big|old|elderly|frail|poor|late|teenage|disabled|blind|"
    r"deaf|autistic|vulnerable|dear|best|own|adult|pregnant|foster|ex|dying|sick|ill|confused|lonely|lovely|other|"
    r"only|great|twin|baby|new|sleeping|injured|homeless|drunk|naked|trans|partially sighted|one|two|three|four|five|"
    r"six|small|tiny|skinny|quiet|primary|polish|asian|black|white|deputy|chief|housing|planning|nice|downstairs|"
    r"upstairs|next door"
)
_DETERMINER = (
    r"my|me|our|your|ur|his|her|their|the|this|that|these|those|a|an|another|some|one|two|three|four|five|six|(?:clr|"
    r"caller|pt|patient|client|neighbour|wife|husband|sister|brother|daughter|son|friend|partner|mum|dad)'s"
)
_PLACE = (
    r"(?: next door| upstairs| downstairs| opposite| across the (?:road|street|landing)| (?:at|in|from|of) "
    r"(?:number |no\.? ?|flat |plot |room )?\d{1,4}[a-z]?\b| (?:below|above|under) me| over the road| down the road)"
)
_BARE = (
    r"mum|mam|mummy|dad|daddy|nan|nana|nanna|nain|taid|gran|granny|grandad|grandma|mother|father|brother|sister|son|"
    r"daughter|husband|husb|hubby|wife|boyfriend|girlfriend|partner|ptnr|grandson|granddaughter|grandmother|"
    r"grandfather|child|baby|toddler|infant|kids|children|victim|pt|patient|clt|client|tnt|tenant|resident|"
    r"service user|pupil|neighbour|stepson|stepdaughter|nephew|niece"
)
_SEX = r"male|female|boy|girl|lad|lass|f|m|woman|man|daughter|son|grandson|granddaughter|sister|brother|pupil|child"
_NOTE = (
    r"(?:vulnerable |elderly |young |pregnant )?\b(?:f|m|female|male|woman|man|mother|father|mum|dad|son|daughter|pt|"
    r"clr|caller|victim|tenant|widower?)(?: clr| caller)?"
    r"(?:,? ?\((?:early |mid |late )?\d{1,2}(?:s|yo|yrs?|mo)?\)|, ?(?:early |mid |late )?\d{1,2}(?:s|yo|yrs?)?\b"
    r"| (?:early |mid |late )?\d{1,2}(?:s|yo|yrs?)\b)"
    r"|\b(?:f|m|female|male|vulnerable f|vulnerable m) ?(?:clr|caller)\b"
)
_TITLED = (
    r"(?:your |our |that )?(?:mr|mrs|ms|miss|dr|pc|dc|ds|di|pcso|sgt|sergeant|inspector|insp|cllr|councillor|"
    r"commissioner|officer|judge|constable|great aunt|great uncle|auntie|aunty|aunt|uncle|nurse|lord|sir)\.? "
    r"[a-z][a-z]+(?:-[a-z]+)?"
)

_NOUN_PHRASE = (
    rf"(?:(?:{_DETERMINER}) )?(?:(?:{_ADJECTIVE}|{_AGE}) (?:- ?)?){{0,3}}"
    rf"(?:{_AGE})(?: (?:{_SEX}))?\b"
    rf"|(?:{_DETERMINER}) (?:(?:{_ADJECTIVE}|{_AGE}),? ){{0,3}}(?:{_MALE}|{_FEMALE}|{_NEUTRAL})\b(?:{_PLACE}\b)?"
    rf"|(?:{_BARE})\b(?:{_PLACE}\b)?"
)

_MENTION = re2.compile(
    pattern(
        rf"({_NOTE})|\b(?:({_TITLED})|({_NOUN_PHRASE})|(clr|caller)"
        r"|(i|me|my|mine|we|us|our|im|ive)|(you|your|ur|u|yous|ya)|(he|she|they|him|her|them|his|their|hes|shes|"
        r"theyre|theyve|theyll))\b"
    ).encode()
)
_COUNTED = re2.compile(
    pattern(
        r"((?:f|m|male|female|clr|caller|pt|victim|tenant)(?: clr| caller)?),? ?\d+ ?(?:mths?|months?|wks?|weeks?|"
        r"days?|hrs?|x|st|th|nd|rd|calls?)\b"
    ).encode()
)
"""A number that is no age."""
_NOUN = re2.compile(pattern(_NOUN_PHRASE).encode())
_KINDS = dict(enumerate((Who.NAMED, Who.NAMED, Who.NAMED, Who.CALLER, Who.WRITER, Who.SPOKEN_TO, Who.PRONOUN), start=1))
"""By the group of `_MENTION`, of which exactly one matches."""
_TITLE = 2
_IS_MALE = re2.compile(pattern(rf"\b(?:{_MALE}|he|him|his|hes|mr|sir|uncle|m)\b").encode())
_IS_FEMALE = re2.compile(pattern(rf"\b(?:{_FEMALE}|she|her|shes|mrs|miss|ms|aunt|f)\b").encode())
_CLEAR_TITLE = (b"mr ", b"mrs ", b"ms ", b"cllr ", b"sgt ")
_SUBJECT_OF_CONTRACTION = {
    **dict.fromkeys(("im", "ive"), "i"),
    "hes": "he",
    "shes": "she",
    **dict.fromkeys(("theyre", "theyve", "theyll"), "they"),
}


def mentions(sentence: Sentence) -> list[Mention]:
    """Every mention, in order."""
    return list(_found(sentence))


def _found(sentence: Sentence) -> Iterator[Mention]:
    data = sentence.folded.data
    for match in _MENTION.finditer(data):
        kind = match.lastindex or 0
        who = _KINDS[kind]
        start, end = match.span()
        if (counted := _COUNTED.match(data[start:])) is not None:
            end = start + len(counted.group(1))
        if kind == _TITLE and not _is_name(sentence, start, end):
            end = start + data[start:end].rindex(data[start:end].split()[-1])
            if _NOUN.fullmatch(data[start:end].rstrip()) is None:
                continue
            end = start + len(data[start:end].rstrip())
        word = data[start:end].decode("ascii")
        yield Mention(start, end, who, _SUBJECT_OF_CONTRACTION.get(word, word), _gender(data[start:end], who))


def words(sentence: Sentence, mention: Mention) -> str:
    """The mention as it was written."""
    start, end = sentence.folded.source(mention.start, mention.end)
    return " ".join(sentence.text[start:end].split()).strip(" ,")


def _is_name(sentence: Sentence, start: int, end: int) -> bool:
    """A title begins a name where the name has its capital, or nothing else begins so."""
    if sentence.folded.data[start:end].startswith(_CLEAR_TITLE):
        return True
    first, last = sentence.folded.source(start, end)
    return any(word[:1].isupper() for word in sentence.text[first:last].split()[-1:])


def _gender(data: bytes, who: Who) -> str:
    if who not in {Who.NAMED, Who.PRONOUN}:
        return ""
    male, female = _IS_MALE.search(data) is not None, _IS_FEMALE.search(data) is not None
    # The last noun decides of "his sister"; a pattern that sees both sees the owner too.
    last = data.split()[-1]
    if male and female:
        male, female = _IS_MALE.search(last) is not None, _IS_FEMALE.search(last) is not None
    return "m" if male and not female else "f" if female and not male else ""
