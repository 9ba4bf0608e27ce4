"""Who is complained of in a sentence, of those named in it: not whoever it only mentions.

They are what follows "I complain about"; whoever it says did wrong ("the Commissioner ignored me", "failed by the
force", "and the Chief Constable too"); and all who are joined to one of these by "and" or in a list.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from itertools import groupby, islice
from typing import Final, NamedTuple

import re2


class Named(NamedTuple):
    """Somebody named in a sentence, and from where to where."""

    who: str
    start: int
    end: int


def complained_now(text: str, names: Sequence[Named]) -> tuple[str, ...]:
    """Those who follow "I complain about" and its like; what an earlier complaint was about is not among them."""
    return tuple(who for group in _after(_NOW, text, names) for who in group)


def complains_again(text: str) -> bool:
    """Whether it complains of something beside what it complained of first: "I also complain about …"."""
    return _AGAIN.search(text) is not None or sum(1 for _ in islice(_NOW.finditer(text), 2)) > 1


def first_complained_of(text: str, names: Sequence[Named]) -> tuple[str, ...]:
    """Those who follow the first "complaint about" or "unhappy with", whoever's and whenever."""
    return next(_after(_ABOUT, text, names), ())


def complained_of(sentence: str, names: Sequence[Named]) -> tuple[str, ...]:
    """Those whom a sentence complains of now."""
    if first_complained_of(sentence, names):
        return complained_now(sentence, names)
    if _adds_only(sentence, names):
        return tuple(name.who for name in names)
    return tuple(
        name.who for group in _groups(sentence, names) if _did_wrong(sentence, group[0], group[-1]) for name in group
    )


def went_wrong_with(behind: str) -> bool:
    """Whether what stands behind a name says that they, "who …", did wrong."""
    return _WHO.match(_plain(behind)) is not None


_FAR: Final = 120
"""Characters beside a name that can tell."""
_TIMES: Final = 20
"""That something is complained of before one name: more tell nothing more."""
_GAP: Final = r"[^a-z0-9]+"
_VERBS: Final = r"(?:complain|complaining|unhappy|dissatisfied|disgusted|appalled|angry)"
_OF: Final = rf"(?:{_GAP}[a-z0-9]+){{0,3}}?{_GAP}(?:about|against|regarding|concerning|of|with|re|at){_GAP}"
_ABOUT: Final = re2.compile(rf"(?i)\b(?:{_VERBS}|complaint|complaints|grievance){_OF}")
_MAKE: Final = r"(?:make|making|raise|raising|lodge|lodging|file|filing|submit|submitting|bring|bringing)"
_KIND: Final = r"(?:a|an|this|is|formal|official|second|another|further|separate|new|other|re|subject|also)"
_NOW: Final = re2.compile(
    rf"(?i)(?:\b(?:i|we)(?:{_GAP}[a-z]+){{0,5}}?{_GAP}{_VERBS}"
    rf"|\b{_MAKE}(?:{_GAP}[a-z]+){{0,4}}?{_GAP}complaints?"
    rf"|\b(?:formal|official|second|another|further|separate|other){_GAP}(?:[a-z]+{_GAP})?complaints?"
    rf"|\b(?:complaint|complaints|grievance){_GAP}(?:is|are)"
    rf"|^[^a-z0-9]*(?:{_KIND}{_GAP}){{0,5}}(?:complaint|complaints|complaining)){_OF}"
)
_COMPLAIN: Final = r"(?:complain|complaint|complaining)"
_AGAIN: Final = re2.compile(
    rf"(?i)\b(?:also|as well|too|further|second|another|secondly){_GAP}(?:[a-z]+{_GAP}){{0,4}}?{_COMPLAIN}\b"
    rf"|\b{_COMPLAIN}{_OF}[^.!?\n]{{1,200}}\band{_GAP}(?:also{_GAP})?(?:about|against|of){_GAP}"
)
_DENIED: Final = re.compile(
    r"\b(?:(?:not|never|n t|don t|didn t|isn t|wasn t|aren t|no|nothing)(?: (?:a|an|my|to|want|wanting|wish|wishing|"
    r"reason|desire|intention|here|going|make|making|made|writing|trying|raise|this|is|meant|as|formal|any|cause|so|very))*"
    r"|(?:had|used)(?: cause)? to|did) (?:complain|complaining|complaint|complaints|grievance|unhappy|dissatisfied|"
    r"disgusted|appalled|angry)(?: [a-z0-9]+){1,4}$"
)
"""`I do not complain about`, `no complaint about`, and what was complained of in the past."""

_DETERMINERS: Final = r"(?: (?:the|your|our|my|his|her|their|this|that|a|local|own|new|current|former|deputy))*"
_ANYHOW: Final = (
    r"(?:(?:who|has|have|had|was|were|is|are|been|being|also|then|both|all|just|simply|too|even|again|either|so|very|s|"
    r"keeps|kept|still|always|himself|herself|themselves|in turn|as well|[a-z]+ly) ){0,5}"
)
_NOT: Final = (
    r"(?:never|cannot|(?:did|does|do|has|have|had|will|would|could|can|is|are|was|were)(?: not|n t)|"
    r"(?:didn|doesn|don|hasn|haven|hadn|won|wouldn|couldn|can|isn|aren|wasn|weren) t)"
)
_DUTY: Final = (
    r"(?:repl(?:y|ied|ies)|answer|respond|r[iau]ng|call|phoned?|wr(?:ite|itten|ote)|sees?|meet|met|listen|hear|help|act|"
    r"care|c[oa]me|attend|investigat|take|taken|took|bother|deal|dealt|return|explain|apolog|look|protect|support|"
    r"interested|get|got|gave|give|sen[dt]|keep|kept|tell|told|record|follow|treat|do|done|did)[a-z]*"
)
_WRONG: Final = (
    rf"(?:{_NOT} (?:[a-z]+ ){{0,2}}?{_DUTY}\b|"
    r"d(?:id|oes|one|o|oing) nothing\b|no better\b|(?:just )?as bad\b|at fault\b|to blame\b|ignor(?:ed|es|ing)\b|"
    r"refus(?:ed|es|ing)\b|fail(?:ed|s|ing)\b|lie[ds]\b|lying\b|rude\b|hung up\b|hangs up\b|fobb(?:ed|ing)\b|"
    r"fobs\b|dismiss(?:ed|es|ive)\b|laugh(?:ed|s)\b|shout(?:ed|s)\b|sw(?:ore|ears)\b|threaten(?:ed|s)\b|"
    r"bull(?:ied|ies)\b|insult(?:ed|s|ing)\b|los(?:t|es) my\b|mislead|misled\b|cover(?:ed|s|ing)? (?:it |this )?up\b|"
    r"let (?:me|us) down\b|treat(?:ed|s) (?:me|us)\b|mistreat|abus(?:ed|es|ive)\b|harass|discriminat|"
    r"mock(?:ed|s)\b|block(?:ed|s) (?:me|us|my|our)\b|hid\b|withh[eo]ld|neglect|useless\b|incompeten|corrupt|"
    r"biased\b|a liar\b|liars\b|a disgrace\b|disgraceful\b|unprofessional|unhelpful|stonewall|brush(?:ed|es)\b|"
    r"mishandl|broke\b|breach(?:ed|es)\b|wrong(?:ed|s)? (?:me|us)\b|negligent\b|assault|hit me\b|punched\b)"
)
_FAULT: Final = re2.compile(_ANYHOW + _WRONG)
_WHO: Final = re2.compile("who " + _ANYHOW + _WRONG)
_BY: Final = re2.compile(
    r"\b(?:ignored|lied to|let down|treated|failed|insulted|bullied|dismissed|fobbed off|misled|shouted at|sworn at|"
    r"laughed at|harassed|threatened|mistreated|refused|brushed off|assaulted|wronged)(?: [a-z]+){0,2} by"
    rf"{_DETERMINERS}$"
)
_SAME: Final = re2.compile(
    r"\b(?:the same (?:goes|applies|is true|holds|with|for|about)(?: (?:for|to|of|with|about))?|not to mention|"
    rf"likewise){_DETERMINERS}$"
)
_SO_DID: Final = re2.compile(rf"\b(?:so|nor|neither|as) (?:is|are|was|were|did|does|do|has|have|had){_DETERMINERS}$")
_AS_WELL: Final = 2
"""Words behind a name in `So did the Commissioner, as well.`; with more it is a question or tells of something else."""
_ASIDE: Final = re2.compile(
    rf"\b(?:when|if|after|until|till|before|while|whether|unless|once|why|where){_DETERMINERS}$"
)
"""Before somebody whose doing is only the time or the condition of something else."""

_MANNER: Final = re2.compile(rf"\b(?:way|manner|how)(?: (?:that|in which))?{_DETERMINERS}$")
_BADLY: Final = re2.compile(
    r"(?:(?:has|have|had) )?(?:spoke|spoken|speak|talk|treat|deal|dealt|handle|behave|act|respond|repl|answer|look|"
    r"wrote|written)[a-z]*(?: [a-z0-9]+){0,8}? (?:disgrac|disgust|appall|unaccept|shock|terribl|awful|dreadful|rude|"
    r"unprofess|horrib|outrag|wrong|humiliat|insult|patroni|condescend|shameful|unfair|"
    r"not (?:right|acceptable|good enough))"
)
"""Behind `the way you …`: what they did, and that it was bad."""

_PLAIN: Final = re.compile(r"[\W_]+")
_CALLED: Final = re.compile(r"[\s,(]{1,3}(?:[A-Z][\w'’-]{0,30}[\s,)]{1,3}){1,3}")
"""A person's name behind their office: `the Commissioner, Jane Smith, …`."""
_TOKEN: Final = re.compile(r"[a-z0-9]+|[,&/\n]")
_AND: Final = frozenset(("and", "or", "nor", "plus", "&", "/", ",", "\n", "well", "together", "along"))
_LINKS: Final = _AND | frozenset(
    (
        *("the", "your", "our", "my", "his", "her", "their", "its", "this", "that", "these", "those", "whole", "both"),
        *("local", "own", "new", "current", "former", "deputy", "boss", "mr", "mrs", "ms", "dr"),
        *("about", "against", "regarding", "concerning", "of", "for", "with", "at", "by", "in", "as", "but", "how"),
        *("way", "which", "also", "then", "even", "indeed", "too", "equally"),
    )
)
"""What may stand beside it; so may single letters and numbers, as marks of a list."""
_OWN: Final = re.compile(r"(?:['’]s?|s['’])\s")
_TO_SOMEBODY: Final = frozenset(("me", "us", "him", "her", "them", "you", "it"))
_SAID_ANEW: Final = frozenset(("about", "against", "regarding", "concerning", "how", "way"))
_ADDS: Final = re.compile(r"^(?:and|also|plus|likewise)\b|\b(?:too|also|as well|likewise)$")


def _plain(text: str) -> str:
    return _PLAIN.sub(" ", text.casefold()).strip()


def _after(pattern: re2.Pattern[str], text: str, names: Sequence[Named]) -> Iterator[tuple[str, ...]]:
    """Those who follow each match, with all who are joined to them; those who were among the last ones only once."""
    starts = [name.start for name in names]
    told = 0
    for first, matches in groupby(pattern.finditer(text), lambda match: bisect_left(starts, match.end())):
        if first == len(names):
            return
        if first >= told and any(not _is_denied(text, match) for match in islice(matches, _TIMES)):
            group = _joined(text, names, first, about=True)
            told = first + len(group)
            yield tuple(name.who for name in group)


def _is_denied(text: str, match: re2.Match[str]) -> bool:
    return _DENIED.search(_plain(text[max(0, match.start() - _FAR) : match.end()])) is not None


def _groups(sentence: str, names: Sequence[Named]) -> Iterator[Sequence[Named]]:
    """The names, each with those that are joined to it."""
    first = 0
    while first < len(names):
        group = _joined(sentence, names, first)
        yield group
        first += len(group)


def _joined(sentence: str, names: Sequence[Named], first: int, *, about: bool = False) -> Sequence[Named]:
    """One of the names and those behind it that are joined to it."""
    end = first + 1
    while end < len(names) and _joins(sentence[names[end - 1].end : names[end].start], about=about):
        end += 1
    return names[first:end]


def _joins(gap: str, *, about: bool) -> bool:
    """Whether what stands between two names joins them. `about`: what they belong to may be said anew (`and about`)."""
    if len(gap) > _FAR:
        return False
    called = _CALLED.match(gap)
    return any(map(_links, (gap, gap[called.end() - 1 :] if called else ""))) or _joins_anew(gap, about=about)


def _links(gap: str) -> bool:
    tokens = _TOKEN.findall(gap.casefold())
    return not _AND.isdisjoint(tokens) and all(
        token in _LINKS or len(token) == 1 or token.isdigit() for token in tokens
    )


def _joins_anew(gap: str, *, about: bool) -> bool:
    """`the PCC's silence and the police`; `the PCC, who lied, and about the police`."""
    tokens = _TOKEN.findall(gap.casefold())
    last = max((place for place, token in enumerate(tokens) if token in _AND), default=0)
    before, behind = tokens[:last], tokens[last:]
    if not before or not all(token in _LINKS for token in behind):
        return False
    if about and not _SAID_ANEW.isdisjoint(behind):
        return True
    return _OWN.match(gap) is not None and before[-1] not in _TO_SOMEBODY


def _adds_only(sentence: str, names: Sequence[Named]) -> bool:
    """`And the Chief Constable too.`: names and nothing else, added to what was said before."""
    left, start = [], 0
    for name in names:
        left.append(sentence[start : name.start])
        start = name.end
    rest = _plain(" ".join((*left, sentence[start:])))
    return _ADDS.search(rest) is not None and all(word in _LINKS or word == "likewise" for word in rest.split())


def _did_wrong(sentence: str, first: Named, last: Named) -> bool:
    """Whether those from the first to the last are said to have done wrong."""
    before = _plain(sentence[max(0, first.start - _FAR) : first.start])
    behind = sentence[last.end : last.end + _FAR]
    if _ASIDE.search(before):
        return False
    if _BY.search(before) or _SAME.search(before):
        return True
    if _SO_DID.search(before):
        return len(_plain(behind).split()) <= _AS_WELL
    called = _CALLED.match(behind)
    told = [_plain(behind), _plain(behind[called.end() :]) if called else ""]
    return any(map(_FAULT.match, told)) or (_MANNER.search(before) is not None and _BADLY.match(told[0]) is not None)
