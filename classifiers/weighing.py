"""How the stages' answers become one score for each label: rules, the fast model and the encoder weighed together.

A model's score is a likelihood, and a rule's is one too (the share of such sentences that mean it), so a rule that hits
adds its log odds to the model's. Where the encoder looked its score stands for the fast model's, which it contains.
What a rule finds stands though the models disagree: it is found, but ranks low. It does not where the encoder has
looked at the sentence and is nearly sure that nothing of the kind is said; a rule of everyday verbs, which yields, not
where it hears nothing of the kind: husbands hit the brakes as well.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from classifiers.fast import COLUMNS
from classifiers.stages import LABEL_INDEX, Excuse, Hit, Sentence, Stage, StageScores
from models.finding import CATEGORY_OF, CONCERN_CATEGORIES, SCORED_LABELS, Category, Label

THRESHOLD = 0.5
"""From which what is said is plain; each score is calibrated to that. Below it, down to a label's own threshold, it is
doubtful (`scan`)."""
UNCONFIRMED = 0.75
"""What a right counts that models alone see in a sentence: it clears a breach, so it must be sure. Of requests on the
dev side 73 of 100 are found so, beside 3 of 100 harmless letters and 6 of 100 contrasts flagged."""
UNCONFIRMED_COMPLAINT = 0.55
"""The same of a complaint, and of a request to review one: most who are restricted are dissatisfied in every letter,
and grievance is not yet either. With it 68 of 100 requests are found, and 5 of 100 contrasts flagged."""

UNLIKELY = 0.05
"""Of a kind, by the encoder: of the hits by concern rules on the dev side that scored less, one in six meant it."""
SURELY_NOT = 0.02
RIGHT_SURELY_NOT = 0.01
"""The same for rules that do not yield: of 25 hits on concerns two meant it, of 42 on rights six."""
_SUREST_RULE = 0.97
_STANDS = 0.2
"""How far above the threshold a rule's hit stands at most where no model agrees."""
_AGREED = 0.9
"""From which what a sentence asks for is known."""
_HARDLY_SAID = 0.3
"""Below which a sentence by itself says hardly anything of a concern. Of what the encoder then found only beside
another concern, one in twelve was the right label on letters of the dev side."""
_NOBODY_ASKS = 0.2
"""What is left of a rule's score for a right in a footer or in staff's words, which is shown and never found."""
_LEAST = 1e-4
_SHOWN_FROM = 0.05
_CONCERN_COLUMNS = np.array([CATEGORY_OF[label] in CONCERN_CATEGORIES for label in SCORED_LABELS])
_RIGHTS = tuple(label for label in SCORED_LABELS if CATEGORY_OF[label] is Category.RIGHTS)
_ASKED_AT_ONCE = np.array(
    [
        CATEGORY_OF[label] is Category.RIGHTS
        and label not in {Label.RESTRICTION_CHALLENGE, Label.DATA_PROTECTION_COMPLAINT}
        for label in SCORED_LABELS
    ]
)
"""Rights that one sentence asks for; the others are told of in several, of which each says a part."""
_A_PART = 0.1
"""What a sentence that tells a part of it scores by itself at least."""
_RIGHTS_COLUMNS = np.array([CATEGORY_OF[label] is Category.RIGHTS for label in SCORED_LABELS])
_COMPLAINTS = frozenset({Label.COMPLAINT, Label.COMPLAINT_REVIEW})
_UNCONFIRMED_RIGHTS = np.array([UNCONFIRMED_COMPLAINT if label in _COMPLAINTS else UNCONFIRMED for label in _RIGHTS])

Values = npt.NDArray[np.floating]
Answers = Sequence[tuple[Stage, StageScores]]


@dataclass(slots=True)
class Batch:
    """The sentences of several contacts, with the contact and the weights each belongs to."""

    sentences: list[Sentence] = field(default_factory=list)
    owner: list[int] = field(default_factory=list)
    concern_weight: list[float] = field(default_factory=list)
    other_weight: list[float] = field(default_factory=list)
    passages: int = 0
    begun: int = 0
    """The first sentence of the contact that is being read."""
    footers: set[int] = field(default_factory=set)
    """The sentences of footers: they name rights, and ask for nothing."""
    staff_from: dict[int, int] = field(default_factory=dict)
    """By sentence of a note that tells what staff said: the character of its part from which it does, to its end."""
    details: set[int] = field(default_factory=set)
    """The sentences of signatures that nobody says of themselves: no model finds a right there."""
    looked: set[int] = field(default_factory=set)
    """The sentences whose meaning the late stage looked at."""

    @property
    def by_staff(self) -> set[int]:
        """The sentences that are staff's words from their beginning."""
        return {row for row, start in self.staff_from.items() if start == self.sentences[row].start}


def weigh(answers: Answers, batch: Batch, contacts: int, limits: Values) -> tuple[Values, list[list[Hit]]]:
    """(contacts x labels) best scores, and by contact the hits worth showing, each with its sentence's score.

    Shown are hits of labels whose best score in the contact is at its limit.
    """
    best = np.zeros((contacts, len(SCORED_LABELS)))
    hits: list[list[Hit]] = [[] for _ in range(contacts)]
    if not batch.sentences:
        return best, hits
    owner = np.array(batch.owner)
    scores = _learnt(answers, batch)
    _leave_concerns_where_they_stand(scores, answers, batch)
    ruled = [_weighed(hit, batch) for _, answer in answers for hit in answer.hits]
    _leave_requests_where_they_stand(scores, ruled, answers, batch)
    by_models = scores >= THRESHOLD
    _add_rules(scores, ruled, _heard(answers, len(batch.sentences)))
    firsts = np.flatnonzero(np.diff(owner, prepend=-1))
    best[owner[firsts]] = np.maximum.reduceat(scores, firsts).clip(0.0, 1.0)
    shown = best >= limits
    by_rule: set[tuple[int, int]] = set()
    for hit in ruled:
        place = hit.sentence, LABEL_INDEX[hit.label]
        if hit.score < THRESHOLD and by_models[place]:
            continue  # the models see it against the rule's doubt: how urgent it is, they say
        if shown[batch.owner[hit.sentence], place[1]]:
            by_rule.add(place)
            hits[batch.owner[hit.sentence]].append(hit._replace(score=float(scores[place])))
    # What scores below the limit is no reason for a finding.
    rows, columns = np.nonzero(scores >= np.maximum(limits, _SHOWN_FROM))
    for row, column, score in zip(rows.tolist(), columns.tolist(), scores[rows, columns].tolist(), strict=True):
        if (row, column) not in by_rule:
            sentence = batch.sentences[row]
            seen_by = _seen_by(answers, row)
            hits[batch.owner[row]].append(Hit(row, SCORED_LABELS[column], score, sentence.start, sentence.end, seen_by))
    return best, hits


def _learnt(answers: Answers, batch: Batch) -> Values:
    """(sentences x labels) what the models think: of two that looked at a sentence the later one's word stands.

    All is eased where the sentence excuses itself.
    """
    scores = np.zeros((len(batch.sentences), len(SCORED_LABELS)))
    weights = np.where(_CONCERN_COLUMNS, np.array(batch.concern_weight)[:, None], np.array(batch.other_weight)[:, None])
    excuses = [excuse for _, answer in answers for excuse in answer.excuses]
    silent = batch.footers | batch.details | batch.by_staff
    excuses += [Excuse(row, label, 0.0) for row in sorted(silent) for label in _RIGHTS]
    asks = _asks_by_rule(answers, batch)
    weights[:, _RIGHTS_COLUMNS] *= np.where(asks[:, None], 1.0, _UNCONFIRMED_RIGHTS)
    eased = weights.copy()
    for excuse in excuses:
        column = LABEL_INDEX[excuse.label]
        eased[excuse.sentence, column] *= excuse.factor
        weights[excuse.sentence, column] *= 1.0 if excuse.around else excuse.factor
    for _, answer in answers:
        if answer.scores is None:
            continue
        if answer.both is not None:
            scores[answer.both] = (answer.scores * weights)[answer.both]
            continue
        weighted: Values = answer.scores * eased
        if answer.alone is not None:
            _ease_pairs(weighted, answer.alone * eased, excuses, batch)
        scores = np.maximum(scores, weighted)
    return scores


def _heard(answers: Answers, count: int) -> Values:
    """(sentences x labels) the most that the encoder gives to any label of that kind; 1 where it has not looked."""
    heard = np.ones((count, len(SCORED_LABELS)))
    for _, answer in answers:
        if answer.scores is None or answer.both is None:
            continue
        looked = np.flatnonzero(answer.both)
        for columns in COLUMNS:
            heard[np.ix_(looked, columns)] = answer.scores[np.ix_(looked, columns)].max(axis=1, keepdims=True)
    return heard


def _stands_from(hit: Hit) -> float:
    """What the encoder must hear at least for the rule's word to stand."""
    if hit.yields is not None:
        return UNLIKELY if hit.yields else 0.0
    category = CATEGORY_OF[hit.label]
    return SURELY_NOT if category in CONCERN_CATEGORIES else RIGHT_SURELY_NOT if category is Category.RIGHTS else 0.0


def _leave_requests_where_they_stand(scores: Values, ruled: Sequence[Hit], answers: Answers, batch: Batch) -> None:
    """Beside a sentence in which a rule finds a right, models find other rights by a sentence's own words alone.

    "I want everything you hold on me. I don't want a summary.": read together both are a request, and of the second by
    itself nothing says which. Nor is "Said I would pass it on." the rest of a complaint.
    """
    others: dict[int, npt.NDArray[np.bool_]] = {}
    for hit in ruled:
        if CATEGORY_OF[hit.label] is Category.RIGHTS and hit.score >= THRESHOLD:
            others.setdefault(hit.sentence, _RIGHTS_COLUMNS.copy())[LABEL_INDEX[hit.label]] = False
    for row, columns in others.items():
        for beside in (row - 1, row + 1):
            inside = 0 <= beside < len(scores) and batch.sentences[beside].passage == batch.sentences[row].passage
            alone = _alone(answers, beside) if inside else None
            if alone is not None:
                by_itself = columns & (_ASKED_AT_ONCE | (alone < _A_PART))
                np.minimum(scores[beside], alone, out=scores[beside], where=by_itself)


def _leave_concerns_where_they_stand(scores: Values, answers: Answers, batch: Batch) -> None:
    """Beside a sentence that is a concern by its own words, the encoder finds no other in a sentence with none.

    "She says I'll never see the boys. I've started sleeping in the van.": read together both are a concern, and of
    what label the second is by itself nothing says. The first stands, so nothing is missed; a wrong label would ring
    at night.
    """
    for _, answer in answers:
        if answer.alone is None or answer.both is None:
            continue
        passage = np.array([sentence.passage for sentence in batch.sentences])
        joined = passage[1:] == passage[:-1]
        own = np.minimum(answer.alone, scores)
        found = (own >= THRESHOLD) & _CONCERN_COLUMNS & answer.both[:, None]
        others = found.sum(axis=1, keepdims=True) > found
        beside = np.zeros_like(found)
        beside[1:] |= others[:-1] & joined[:, None]
        beside[:-1] |= others[1:] & joined[:, None]
        hardly = (answer.alone < _HARDLY_SAID) & _CONCERN_COLUMNS & answer.both[:, None]
        np.minimum(scores, answer.alone, out=scores, where=beside & hardly)


def _alone(answers: Answers, row: int) -> Values | None:
    """What the last model that looked at the sentence says of it by itself; None where none can say."""
    for _, answer in reversed(answers):
        if answer.alone is not None and (answer.both is None or answer.both[row]):
            own: Values = answer.alone[row]
            return own
    return None


def _add_rules(scores: Values, ruled: Sequence[Hit], heard: Values) -> None:
    """Each place that rules hit: the odds of its best rule added to the models', and at least what it stands for."""
    best: dict[tuple[int, int], float] = {}
    stand: dict[tuple[int, int], float] = {}
    for hit in ruled:
        place = hit.sentence, LABEL_INDEX[hit.label]
        best[place] = max(best.get(place, 0.0), hit.score)
        stand[place] = max(stand.get(place, 0.0), hit.score if heard[place] >= _stands_from(hit) else 0.0)
    if not best:
        return
    rows, columns = (np.array(axis) for axis in zip(*best, strict=True))
    rule = np.array(list(best.values()))
    model = scores[rows, columns].clip(_LEAST, 1 - _LEAST)
    sure = rule.clip(THRESHOLD, _SUREST_RULE)
    odds = np.log(model / (1 - model)) + np.log(sure / (1 - sure))
    agreed = 1 / (1 + np.exp(-odds))
    alone = np.array(list(stand.values()))
    stands = np.where(alone >= THRESHOLD, THRESHOLD + _STANDS * (alone - THRESHOLD), alone)
    # Of a sentence of which rule and models agree what it asks for, a rule that they do not follow asks nothing else.
    rights = _RIGHTS_COLUMNS[columns]
    stands[rights & np.isin(rows, rows[rights & (agreed >= _AGREED)])] = 0.0
    scores[rows, columns] = np.maximum(agreed, stands)


def _weighed(hit: Hit, batch: Batch) -> Hit:
    weights = batch.concern_weight if CATEGORY_OF[hit.label] in CONCERN_CATEGORIES else batch.other_weight
    weight = weights[hit.sentence]
    if CATEGORY_OF[hit.label] is Category.RIGHTS and _nobody_asks(hit, batch):
        weight *= _NOBODY_ASKS
    return hit if weight == 1.0 else hit._replace(score=hit.score * weight)


def _nobody_asks(hit: Hit, batch: Batch) -> bool:
    """Whether what a rule found is said by a footer, or by staff in a note."""
    staff_from = batch.staff_from.get(hit.sentence)
    return hit.sentence in batch.footers or (staff_from is not None and hit.start >= staff_from)


def _seen_by(answers: Answers, row: int) -> str:
    """The last model that looked at the sentence."""
    for stage, answer in reversed(answers):
        if answer.scores is not None and (answer.both is None or answer.both[row]):
            return str(stage.name)
    raise ValueError("a score that no model gave, and no rule")


def _ease_pairs(weighted: Values, alone: Values, excuses: Sequence[Excuse], batch: Batch) -> None:
    """What a neighbour of an excused sentence scores only with it is excused too; its own score stands."""
    for excuse in excuses:
        row, column = excuse.sentence, LABEL_INDEX[excuse.label]
        for beside in (row - 1, row + 1):
            inside = 0 <= beside < len(alone) and batch.sentences[beside].passage == batch.sentences[row].passage
            if inside and alone[beside, column] < weighted[beside, column]:
                weighted[beside, column] = max(alone[beside, column], weighted[beside, column] * excuse.factor)


def _asks_by_rule(answers: Answers, batch: Batch) -> npt.NDArray[np.bool_]:
    """Which sentences a written rule finds a rights request in: of these the models may know better which it is."""
    asks = np.zeros(len(batch.sentences), dtype=np.bool_)
    for _, answer in answers:
        for hit in answer.hits:
            is_right = CATEGORY_OF[hit.label] is Category.RIGHTS
            if is_right and hit.score >= THRESHOLD and not _nobody_asks(hit, batch):
                asks[hit.sentence] = True
    return asks
