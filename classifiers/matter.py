"""Whether a contact is about a matter the register knows, is about something new, or cannot be told (CONTRACT §4.7).

Only new text counts: never quoted history or signatures. A small linear model weighs how much of the matter comes back
and how the writer speaks (of an answer had already, or for the first time), by words and, where the sentence encoder is
at hand, by that; a case reference, and the writer's own word
that this is something else, go before it. Doubt is `unclear`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache
from pathlib import Path

from classifiers import matter_meaning, matter_named
from classifiers import matter_phrases as phrases
from classifiers.matter_features import (
    ELSEWHERE,
    GOES_BACK,
    RECENT,
    SECOND,
    SHARED,
    TELLING,
    TITLE_SHARED,
    Compared,
    Message,
    compared,
    features,
    message,
    passage_of,
    share,
    shared,
)
from classifiers.matter_meaning import Meaning
from classifiers.matter_model import Chances, MatterLimits, MatterModel, Told
from classifiers.matter_passages import Turn, is_about_another, may_be_about_another, runs
from classifiers.matter_text import Reading, read, stem, words_of
from classifiers.normalise import to_ascii
from classifiers.patterns import InALine, Pattern
from classifiers.sentences import split
from models.contact import NOT_NEW_TEXT, Contact, Part
from models.matter import EarlierText, Matter
from models.scan import ComparedPassage, MatterVerdict, Verdict

_FEWEST_WORDS = 3
"""Words that say something, below which nothing is told from what a message is like."""
_LONGEST = 4000
"""Words of a message that are read: what it is about has been said by then."""
_REPEATS, _ADDS = 0.5, 3.0
"""Share of an earlier text that comes back, and weight of the words beside it (one telling word): from and up to which
a message is that text written again. No two open texts of one matter are that near, told apart or not."""
_MOST_EARLIER = 20
_PASSAGE_FROM = 0.3
_MOST_PASSAGES = 5
_LIKE_FROM = 0.5
"""Likeness from which somebody who says that this is something else is not simply believed."""
_UNLIKE = 0.1
"""Likeness below which one who says that this is something else is believed."""
_PLAIN_FROM = 0.85
"""Likeness from which one who has had an answer, and speaks of nothing else, plainly means this matter: of 28 such open
pairs 26 were `same`."""
_ONLY_FROM = 0.7
"""The same for one who says nothing else at all, as in a note of a call: of 18 such open pairs 14 were `same`."""
_NEVER_NEW_FROM = 0.85
"""Likeness from which nothing is taken for new on how it is written alone: of 186 open pairs rightly told `new` 3 had
it."""
_LIKELY = 0.5
"""What is taken for new is likelier new than not: of 1,289 short open pairs this leaves 9 of 17 wrong `new` in doubt,
and 4 of 531 right ones."""
_ENOUGH_WORDS = 8
_HARDLY_SAME, _HARDLY_NEW = 0.3, 0.15
"""A message that says enough, in not a word of the matter and as nobody who has had an answer, is new though the model
is not sure: of 23 such open pairs 16 were `new` and 2 `same`."""
_SURELY_NEW, _MORE_THAN_ITS_PLACE = 0.85, 0.7
"""What tells of these days is new though its subject line names nothing but the matter ("Chapel Street"), unless more
than that comes back: of five open pairs as likely new four were."""
_FEW_WORDS = 6
_LIKE_IN_FEW = 0.3
"""A note of a call, or a line, that says hardly more than what the matter is called, is not told to be new by how it is
written: 16 of 531 right `new` of short open pairs go into doubt by this."""
_OF_A_DECISION = frozenset({"decided", "refuse"})
_APART = 0.2
"""How much nearer the matter must be than any other: with two strangers' matters beside their own, 18 of 100 open pairs
told `same` named a wrong matter without this, 10 with it."""
_NAMED = 0.9
"""Likeness of a message that gives the matter's reference, or repeats one about it."""
_TITLE_COMES_BACK = 0.7
"""Share of the title from which a text that gives the matter's reference, or has none but the matter's words and speaks
of an answer had, is about it, however common its words are."""
_OPENING = 3
"""Sentences, the subject among them, in which somebody who writes of something else says so."""


def _any_of(alternatives: Sequence[str]) -> bytes:
    return (r"\b(?:" + "|".join(alternatives) + r")(?:\b|$|[^a-z])").encode()


_ANNOUNCES = InALine(_any_of(phrases.ANNOUNCES))
_NEW_INFORMATION = Pattern(_any_of(phrases.NEW_INFORMATION))
_NOTHING_NEW = Pattern(_any_of(phrases.NOTHING_NEW))


@dataclass(frozen=True, slots=True)
class _Passage:
    """A sentence. `begins`: it stands first in a part or a paragraph."""

    part: str
    start: int
    end: int
    text: str
    begins: bool


@dataclass(frozen=True, slots=True)
class _Candidate:
    """A matter as the message compares with it.

    `meant`: as the encoder reads it. `likeness` is for people to read; `nearness`, all measures of likeness added up,
    says which matter is nearest.
    `title_back`: how much of the title comes back.
    `names_it_only`: not a telling word in the message but the matter's own. `entitles`: the same of its subject line.
    """

    matter: Matter
    known: Compared
    meant: str
    chances: Chances
    likeness: float
    nearness: float
    title_back: float
    names_it_only: bool
    entitles: bool


def judge(
    contact: Contact, matters: Sequence[Matter], earlier: Sequence[EarlierText] = (), meaning: Meaning | None = None
) -> MatterVerdict | None:
    """The verdict on `contact` against the sender's `matters`; None where there are none.

    `earlier`: what the sender wrote before about these matters, the newest last: what repeats one of them, and says
    nothing else, is about the same. `meaning`: the encoder of the scan's late stage, where it is at hand; without it
    more is left `unclear`. Where it is in doubt which of several matters is meant, none is named as the nearest:
    nothing may rest on a guess. Raises WeightsError.
    """
    if not matters:
        return None
    model = _model()
    passages = list(_passages(contact))
    sentences = [passage.text for passage in passages]
    writer = contact.sender.name or ""
    told = message(sentences, model.lexis, writer)
    alone = model.told(told, sentences, meaning)
    subject = read([word for p in passages if p.part == "subject" for word in words_of(p.text)], model.lexis)
    candidates = [_candidate(told, subject, alone, matter, model) for matter in matters]
    given = matter_named.named(sentences, told.away, matters)
    names = given.matters
    named = names[0] if names else None
    if named is None:
        nearest = max(candidates, key=lambda candidate: candidate.nearness)
    else:
        nearest = max(
            (candidate for candidate in candidates if candidate.matter.id == named.id),
            key=lambda candidate: candidate.likeness,
        )
    similarity = nearest.likeness if named is None else max(_NAMED, nearest.likeness)
    rivals = [candidate for candidate in candidates if candidate.matter.id != nearest.matter.id]
    fresh = [_brings(passage) for passage in passages]
    denies = any(_NOTHING_NEW.matches(to_ascii(passage.text).lower()) for passage in passages)
    tells = nearest.chances.new_information >= alone.limits.information_from or any(fresh)
    in_doubt = named is None and any(nearest.nearness - rival.nearness < _APART for rival in rivals)
    # Whoever says that it is not about a matter, and goes on about it, has settled nothing.
    goes_on = any(one.likeness >= _LIKE_FROM for one in candidates if one.matter.id in given.denied)
    says_new = _says_new(told, frozenset() if goes_on else given.settled)
    verdict = _verdict(
        told, nearest, alone.limits, says_new, named=named is not None, in_doubt=in_doubt, brings=any(fresh)
    )
    stretches = list(_stretches(passages, told, nearest, model, meaning))
    has_both = verdict is Verdict.NEW and any(one.is_the_matter for one in stretches)
    # Of what is new altogether nothing is set apart, and nobody need be asked.
    apart = [] if verdict is Verdict.NEW and not has_both else [one for one in stretches if one.is_apart]
    if has_both or (verdict is Verdict.SAME and (apart or len(names) > 1)):
        # With a part about another matter, what is said of the one does not hold for the whole.
        verdict = Verdict.UNCLEAR
    elif verdict is Verdict.UNCLEAR and named is None and not apart and not any(says_new):
        again = _repeated(told, candidates, earlier, model)
        if again is not None:
            verdict, nearest, similarity = Verdict.SAME, again, max(_NAMED, again.likeness)
    return MatterVerdict(
        verdict=verdict,
        nearest=None if verdict is Verdict.UNCLEAR and in_doubt else nearest.matter.id,
        similarity=round(min(1.0, similarity), 4),
        new_information=tells and not denies,
        passages=(
            *_compared(passages, told, fresh, nearest),
            *(one.cited(nearest.matter.id) for one in apart if verdict is Verdict.UNCLEAR),
        ),
    )


def _verdict(
    told: Message,
    nearest: _Candidate,
    limits: MatterLimits,
    says_new: Sequence[bool],
    *,
    named: bool,
    in_doubt: bool,
    brings: bool,
) -> Verdict:
    """`says_new`: of `_says_new`; `in_doubt`: another matter is nearly as near; `brings`: fresh evidence."""
    by_text = _by_text(told, nearest, limits, says_new, in_doubt=in_doubt, brings=brings)
    if named:
        # The reference given, and yet something else said: then a person decides.
        comes_back = nearest.likeness >= _LIKE_FROM or nearest.title_back >= _TITLE_COMES_BACK
        something_else = by_text is Verdict.NEW and not comes_back
        return Verdict.UNCLEAR if any(says_new) or something_else else Verdict.SAME
    return by_text


def _says_new(told: Message, settled: Collection[int]) -> list[bool]:
    """Of each sentence, whether it says that this is something else: `settled` ones say which matter it is."""
    announcing = _ANNOUNCES.among(told.plain)
    return [number in announcing or (away and number not in settled) for number, away in enumerate(told.away)]


def _by_text(
    told: Message,
    nearest: _Candidate,
    limits: MatterLimits,
    says_new: Sequence[bool],
    *,
    in_doubt: bool,
    brings: bool,
) -> Verdict:
    """The verdict where no reference is looked at. `says_new`: of `_says_new`."""
    chances = nearest.chances
    telling = sum(weight > 0 for weight in told.likened.weights.values())
    if telling < _FEWEST_WORDS:
        return Verdict.UNCLEAR
    goes_back = bool(told.cues & GOES_BACK)
    unlike = nearest.likeness < _UNLIKE or (nearest.likeness < _LIKE_FROM and chances.new > chances.same)
    at_once = any(says_new[:_OPENING]) and unlike
    if at_once and (nearest.likeness < _UNLIKE or not goes_back):
        return Verdict.NEW
    means_it = goes_back and nearest.likeness >= _PLAIN_FROM
    # "The damp again. You shut the file": of such open pairs, whose title wholly comes back, four of five were `same`.
    entirely = nearest.likeness >= _ONLY_FROM or (goes_back and nearest.title_back >= _TITLE_COMES_BACK)
    plainly = (means_it or (nearest.names_it_only and entirely)) and not told.cues & SECOND
    if plainly or (chances.same >= limits.same_from and chances.same > chances.new):
        return Verdict.UNCLEAR if any(says_new) or in_doubt else Verdict.SAME
    is_new = chances.new >= max(limits.new_from, _LIKELY) or _has_nothing_of(nearest, told, telling)
    if is_new and not _may_be_the_matter(nearest, told, telling, says_new=any(says_new), brings=brings):
        return Verdict.NEW
    return Verdict.UNCLEAR


def _has_nothing_of(nearest: _Candidate, told: Message, telling: int) -> bool:
    """Whether the message says enough, and nothing of it is the matter's, nor how one speaks who has had an answer."""
    chances = nearest.chances
    apart = nearest.likeness < _UNLIKE and telling >= _ENOUGH_WORDS and not told.cues & GOES_BACK
    return apart and chances.same < _HARDLY_SAME and chances.new >= _HARDLY_NEW


def _may_be_the_matter(nearest: _Candidate, told: Message, telling: int, *, says_new: bool, brings: bool) -> bool:
    """Whether the message is too near to it, or says too little beside it, to be taken for something new."""
    says_little = telling < _FEW_WORDS and nearest.likeness >= _LIKE_IN_FEW and not says_new
    of_these_days = RECENT in told.cues and not told.cues & GOES_BACK
    news = of_these_days and nearest.chances.new >= _SURELY_NEW and nearest.likeness < _MORE_THAN_ITS_PLACE
    # Who names the whole matter, and speaks of a decision, will not have it or brings something: most likely to it. One
    # right `new` of 297 open pairs goes into doubt by this.
    names_it = nearest.title_back >= _TITLE_COMES_BACK and not says_new
    of_it = names_it and (brings or bool(told.cues & _OF_A_DECISION))
    return nearest.likeness >= _NEVER_NEW_FROM or (nearest.entitles and not news) or says_little or of_it


@dataclass(frozen=True)
class _Stretch:
    """A passage of several sentences beside the matter, and what it is about were it the whole message.

    `may_be_apart`: by its words; `like`: how much of the matter comes back. What words leave open is asked where it is
    wanted.
    """

    sentences: Sequence[_Passage]
    turn: Turn
    alone: Message
    may_be_apart: bool
    like: float
    nearest: _Candidate
    model: MatterModel
    meaning: Meaning | None

    @property
    def is_apart(self) -> bool:
        """Whether it is about something else."""
        return self.may_be_apart and is_about_another(self.turn, self.alone, self._values, self._chances)

    @property
    def is_the_matter(self) -> bool:
        """Whether it is about the matter."""
        if self.like < _LIKE_FROM:
            return False
        chances = self._chances
        return chances.same >= max(chances.new, self._speaks.limits.same_from)

    @cached_property
    def _values(self) -> list[float]:
        return features(self.alone, self.nearest.known)

    @cached_property
    def _speaks(self) -> Told:
        return self.model.told(self.alone, self.alone.written, self.meaning)

    @cached_property
    def _chances(self) -> Chances:
        # By its words alone a passage of thanks or of the weather is about another matter.
        return self.model.chances(self._values, self._speaks, self.nearest.meant, meaning_counts=1.0)

    def cited(self, matter: str) -> ComparedPassage:
        first, last = self.sentences[0], self.sentences[-1]
        return ComparedPassage(
            part=first.part, start=first.start, end=last.end, matter=matter, similarity=0.0, apart=True
        )


def _stretches(
    passages: Sequence[_Passage], told: Message, nearest: _Candidate, model: MatterModel, meaning: Meaning | None
) -> Iterable[_Stretch]:
    """The passages of what is written that may be about something else, or are like the matter."""
    for run in runs(told.plain, [own.begins for own in passages], [own.text for own in passages]):
        own = passages[run.first : run.last]
        if own[0].part == "subject":
            continue
        alone = passage_of(told, run.first, run.last)
        like = shared(alone, nearest.known)
        may_be_apart = may_be_about_another(run.turn, alone, like, nearest.known.whole)
        if may_be_apart or like >= _LIKE_FROM:
            yield _Stretch(own, run.turn, alone, may_be_apart, like, nearest, model, meaning)


@cache
def _model() -> MatterModel:
    return MatterModel.load(Path(__file__).parent / "weights" / "matter")


@lru_cache(maxsize=256)
def _known(title: str, summary: str) -> Compared:
    return compared(title, summary, _model().lexis)


def _repeated(
    told: Message, candidates: Sequence[_Candidate], earlier: Sequence[EarlierText], model: MatterModel
) -> _Candidate | None:
    """The matter of the newest earlier text that the message writes again, without more."""
    own = told.likened.weights
    for one in reversed(earlier[-_MOST_EARLIER:]):
        before = message([one.text[span.start : span.end] for span in split(one.text)], model.lexis).likened.weights
        added = sum(weight for stem, weight in own.items() if stem not in before)
        back = sum(weight for stem, weight in before.items() if stem in own)
        if added <= _ADDS and back >= _REPEATS * sum(before.values()):
            return next((candidate for candidate in candidates if candidate.matter.id == one.matter), None)
    return None


def _candidate(told: Message, subject: Reading, alone: Told, matter: Matter, model: MatterModel) -> _Candidate:
    known = _known(matter.title, matter.summary)
    values = features(told, known)
    meant = matter_meaning.known(matter.title, matter.summary)
    chances = model.chances(values, alone, meant)
    telling = [stem for stem, weight in subject.weights.items() if weight > TELLING]
    return _Candidate(
        matter=matter,
        known=known,
        meant=meant,
        chances=chances,
        likeness=values[SHARED],
        nearness=sum(values[:ELSEWHERE]),
        title_back=values[TITLE_SHARED],
        names_it_only=values[ELSEWHERE] == 0.0,
        entitles=bool(telling) and all(stem in known.whole.weights for stem in telling),
    )


def _new_text(contact: Contact) -> Iterable[Part]:
    if contact.subject and not any(part.name == "subject" for part in contact.parts):
        yield Part(name="subject", text=contact.subject)
    for part in contact.parts:
        if part.name not in NOT_NEW_TEXT:
            yield part


def _passages(contact: Contact) -> Iterable[_Passage]:
    left = _LONGEST
    for part in _new_text(contact):
        before = 0
        for start, end in _sentences(part):
            if left <= 0:
                return
            text = part.text[start:end]
            left -= text.count(" ") + 1
            begins = before == 0 or part.text.count("\n", before, start) > 1
            yield _Passage(part.name, start, end, text, begins)
            before = end


def _sentences(part: Part) -> Iterable[tuple[int, int]]:
    for at, text in part.own():
        for span in split(text):
            yield at + span.start, at + span.end


def _compared(
    passages: Sequence[_Passage], told: Message, fresh: Sequence[bool], nearest: _Candidate
) -> list[ComparedPassage]:
    """The sentences most like the matter, and those that bring something new to it."""
    whole = nearest.known.whole.weights
    scored = []
    for passage, words, off, brings in zip(passages, told.sentences, told.away, fresh, strict=True):
        common = sum(whole.get(own, 0.0) for own in {stem(word) for word in words})
        score = 0.0 if off else share(common)
        if score >= _PASSAGE_FROM or brings:
            scored.append((score, passage))
    best = sorted(scored, key=lambda pair: -pair[0])[:_MOST_PASSAGES]
    return [
        ComparedPassage(part=p.part, start=p.start, end=p.end, matter=nearest.matter.id, similarity=round(score, 4))
        for score, p in best
    ]


def _brings(passage: _Passage) -> bool:
    folded = to_ascii(passage.text).lower()
    return _NEW_INFORMATION.matches(folded) and not _NOTHING_NEW.matches(folded)
