"""A letter's parts, in the order in which somebody reads them. Pure: nothing is read or written here."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import replace
from typing import Protocol

from gateway.governance.demands.occasion import of_purpose
from gateway.governance.demands.telling import arises, parts_needed
from gateway.governance.lacks import Lack, refuse
from gateway.governance.letters.brief import Brief, Given
from gateway.governance.letters.facts import Beside, facts_of
from gateway.governance.letters.filling import filled, inserted
from gateway.governance.letters.in_part import OF_OTHERS
from gateway.governance.letters.measures import as_eased, measure_facts
from gateway.governance.letters.placeholders import Fact
from gateway.governance.letters.reaching import lacks_address, says_how_to_use_what_is_barred, spoc_for
from gateway.governance.letters.steps import LetterHead, LetterPurpose, OwnWords, Passage
from gateway.governance.letters.wording import Wording
from gateway.governance.representing import matters_of
from gateway.governance.situation import Situation
from gateway.governance.strategy_file import Standing
from models.organisation import Organisation
from models.policy import PolicyPack
from models.policy_course import Layout, NoticePart
from models.strategy import Strategy


class AnyBrief(Protocol):
    """What every letter is composed from, whatever it tells of; see `Brief`."""

    @property
    def situation(self) -> Situation:
        """What it is judged by."""
        ...

    @property
    def pack(self) -> PolicyPack:
        """The policy."""
        ...

    @property
    def organisation(self) -> Organisation:
        """Whose letter it is."""
        ...

    @property
    def purpose(self) -> LetterPurpose:
        """What it is for."""
        ...

    @property
    def layout(self) -> Layout:
        """How it is set."""
        ...

    @property
    def sender(self) -> tuple[str, ...]:
        """The office's address."""
        ...

    @property
    def given(self) -> Mapping[NoticePart, Given]:
        """The author's own words."""
        ...


_ORDER = (
    NoticePart.PURPOSE,
    NoticePart.BEHAVIOUR,
    NoticePart.REASONS,
    NoticePart.RESTRICTIONS,
    NoticePart.EFFECT,
    NoticePart.THIS_MATTER_ONLY,
    NoticePart.FRESH_MATTERS,
    NoticePart.RIGHTS,
    NoticePart.EMERGENCY,
    NoticePart.NON_COMPLIANCE,
    NoticePart.ENDS,
    NoticePart.REVIEW_DATE,
    NoticePart.DISPUTE,
    NoticePart.OMBUDSMAN,
    NoticePart.DATA_USE,
    NoticePart.POLICY_COPY,
)
_IN_OWN_WORDS = frozenset({NoticePart.REASONS, NoticePart.EMERGENCY})
"""Parts in which an author's words may stand: reasons are on the file in words for colleagues, and the way to help is
told whatever is written beside it. To any other part that has its words an author only adds.

That a part has words is no proof that they say what it must (Staffordshire 3.5.2, Cleveland 9.4 and 9.7, Wealden L79,
Warwickshire 7).
"""


_AS_WRITTEN = ("reasons", "reasons_before", "impact", "challenge_allowed_because")
"""What a letter tells in the words of the file."""
_EASY_WORDS = 15
"""The longest sentence of easy read."""
_SENTENCE_END = re.compile(r"[.!?:;]\s+|\n")


def composed(brief: Brief, wording: Wording) -> tuple[LetterHead, tuple[Passage, ...]]:
    """Head and passages. Refused with what only the author can say, where the file has nothing of it."""
    own = tuple(_restrictions(brief, wording))
    facts = facts_of(brief, own, wording, _beside(brief, wording))
    refuse(put_aside(brief, wording, facts, lambda part: arises(part, brief.file)))
    in_part = tuple(_passages(brief, wording, facts_of(brief, own, wording, _without_beside(brief))))
    passages = tuple(map(_with_part, _passages(brief, wording, facts), in_part))
    refuse(_lacks(brief, wording, facts, {passage.part for passage in passages}))
    return head_of(brief, brief.file.id, wording, facts), passages


def head_of(brief: AnyBrief, reference: str, wording: Wording, facts: Mapping[str, Fact]) -> LetterHead:
    """What stands around the passages. `reference`: the file's id."""
    return LetterHead(
        organisation=brief.organisation.name,
        sender=brief.sender,
        person=str(facts["name"]),
        reference=reference,
        dated=brief.situation.day,
        title=filled(wording.title(brief.purpose), facts, line_by_line=False),
        greeting=inserted(wording.greeting, facts),
        closing=inserted(wording.closing, facts),
        marking=brief.situation.rules.marking,
    )


def _restrictions(brief: Brief, wording: Wording) -> Iterator[str]:
    """One item a restriction; in easy read an item a sentence."""
    easy, person = brief.layout is Layout.EASY_READ, brief.situation.person
    for restriction in brief.restrictions:
        holds = as_eased(restriction, brief.file.strategy(), person) if person else restriction
        if holds is None or says_how_to_use_what_is_barred(brief, restriction):
            continue
        facts = measure_facts(
            holds,
            spoc=spoc_for(brief),
            spoc_term=brief.pack.spoc_term,
            person=person,
            matters=matters_of(brief.file.scope, brief.file.matters),
            day=brief.situation.day,
        )
        text = filled(wording.measure(restriction.kind), facts, line_by_line=easy)
        yield from text.split("\n\n")


def _beside(brief: Brief, wording: Wording) -> Beside:
    """As if a letter told of each of the person's other strategies, too."""
    before = brief.stage_before
    return Beside(
        tuple(text for one in brief.others for text in _restrictions(_told_of(brief, one), wording)),
        tuple(text for one in brief.to_come for text in _restrictions(_told_of(brief, one.strategy), wording)),
        stage=before,
        stage_rules=tuple(_restrictions(_told_of(brief, before.file.strategy()), wording))
        if before is not None
        else (),
    )


def _without_beside(brief: Brief) -> Beside:
    """The same for whoever does not need to know of those: that there is something, and not what."""
    return Beside(
        (OF_OTHERS,) if brief.others else (),
        (OF_OTHERS,) if brief.to_come else (),
        stage_rules=(OF_OTHERS,) if brief.stage_before is not None else (),
        names_matters=False,
    )


def _told_of(brief: Brief, other: Strategy) -> Brief:
    file = replace(
        brief.file,
        id=other.id,
        standing=Standing.ACTIVE,
        scope=other.scope,
        matters=other.matters,
        restrictions=other.restrictions,
        spoc=other.spoc,
        starts=other.starts,
        changing=None,
        urgent=None,
    )
    return replace(brief, file=file)


def _with_part(passage: Passage, in_part: Passage) -> Passage:
    if passage.text == in_part.text:
        return passage
    return passage.model_copy(update={"in_part": in_part.text})


def _passages(brief: Brief, wording: Wording, facts: Mapping[str, Fact]) -> Iterator[Passage]:
    wanted = {*wording.purpose_parts(brief.purpose), *parts_needed(brief.file, brief.situation, brief.purpose)}
    if brief.tells_of_the_end:
        wanted |= {*wording.purpose_parts(LetterPurpose.END)}
    wanted = {part for part in wanted if arises(part, brief.file)}
    yield from passages_of(brief, wording, facts, wanted, tuple(_words_of_file(brief, facts)))


def passages_of(
    brief: AnyBrief,
    wording: Wording,
    facts: Mapping[str, Fact],
    wanted: Collection[NoticePart],
    of_file: Collection[str],
) -> Iterator[Passage]:
    """The parts that are wanted, and those in the author's words. `of_file`: what is said as it stands on the file."""
    easy = brief.layout is Layout.EASY_READ
    for part in _ORDER:
        given = brief.given.get(part)
        text, own = "", None
        if part in wanted and (given is None or given.adds):
            text = filled(wording.part(brief.purpose, part), facts, line_by_line=easy)
        if given is not None:
            own = OwnWords.ADDED if text else OwnWords.INSTEAD
            text = "\n\n".join(one for one in (text, given.text.strip()) if one)
        if part is NoticePart.EMERGENCY and brief.pack.emergency_route not in text:
            # Neither an author nor a template puts other words in its place.
            text = "\n\n".join(one for one in (brief.pack.emergency_route, text) if one)
        if text:
            from_file = any(_one_line(words) in _one_line(text) for words in of_file)
            yield Passage(part=part, heading=wording.heading(part), text=text, own_words=own, words_of_file=from_file)


def _words_of_file(brief: Brief, facts: Mapping[str, Fact]) -> Iterator[str]:
    """What somebody wrote on the file in their own words, and a letter says as it stands there."""
    yield from (str(facts[name]) for name in _AS_WRITTEN if facts[name])
    yield from filter(None, (getattr(restriction, "text", "") for restriction in brief.restrictions))


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _hard_to_read(brief: Brief, facts: Mapping[str, Fact]) -> bool:
    """Whether an easy-read letter would tell the reasons in the words of the file, which are for colleagues."""
    given = brief.given.get(NoticePart.REASONS)
    if brief.layout is not Layout.EASY_READ or (given is not None and not given.adds):
        return False
    said = " ".join(str(facts[name]) for name in ("reasons", "reasons_before", "impact") if facts[name])
    return any(len(sentence.split()) > _EASY_WORDS for sentence in _SENTENCE_END.split(said))


def put_aside(
    brief: AnyBrief, wording: Wording, facts: Mapping[str, Fact], is_told: Callable[[NoticePart], bool]
) -> Iterator[Lack]:
    """Words of an author's in the place of what a part must tell. Where nobody knows anything to tell, they stand."""
    for part, given in brief.given.items():
        usual = filled(wording.part(brief.purpose, part), facts, line_by_line=False) if is_told(part) else ""
        if part not in _IN_OWN_WORDS and not given.adds and usual:
            text = f'`{part.value}` has words that it must say; yours are added to them: --passage {part.value}+="…"'
            yield Lack(text, brief.situation.rules.notice.cites, part.value)


def _lacks(brief: Brief, wording: Wording, facts: Mapping[str, Fact], said: set[NoticePart]) -> Iterator[Lack]:
    if brief.situation.person is None:
        yield Lack(f"the register no longer knows {brief.file.person}", field="person")
    unsuited = list(of_purpose(brief.file, brief.purpose, brief.situation))
    if unsuited:  # its parts would be asked for in vain
        yield from unsuited
        return
    if brief.challenge is not None:
        if brief.purpose is not LetterPurpose.CHALLENGE_OUTCOME:
            yield Lack("only a letter of purpose `challenge_outcome` is about a challenge", field="challenge")
        elif brief.answers is None:
            text = f"{brief.challenge} is no challenge of {brief.file.id} that is decided"
            yield Lack(text, field="challenge")
    if lacks_address(brief):
        text = "they may write to us by post only; put the office's postal address into the setting letters.sender"
        yield Lack(text, brief.situation.rules.notice.cites, "sender")
    if _hard_to_read(brief, facts):
        text = f"somebody reads easy read: say the reasons in sentences of at most {_EASY_WORDS} words"
        yield Lack(f'{text}: --passage reasons="…"', field=NoticePart.REASONS.value)
    yield from unsaid(brief, wording, said)
    for part in parts_needed(brief.file, brief.situation, brief.purpose):
        if part not in said and part not in wording.asked(brief.purpose):
            text = f'nothing on the file says `{part.value}`, which the letter must: --passage {part.value}="…"'
            yield Lack(text, brief.situation.rules.notice.cites, part.value)


def unsaid(brief: AnyBrief, wording: Wording, said: Collection[NoticePart]) -> Iterator[Lack]:
    """What only the author can say, and has not."""
    for part, wanted in wording.asked(brief.purpose).items():
        if part not in said:
            yield Lack(f'say {wanted}: --passage {part.value}="…"', field=part.value)
