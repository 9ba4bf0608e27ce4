"""All figures of one side of the corpus."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from classifiers.authored import Corpus, Item, Kind, Side
from classifiers.evaluation.certificates import TARGET, Certificate, certificate
from classifiers.evaluation.figures import Bin, Point, Ranking, calibration_error, curve, ranking, reliability
from classifiers.evaluation.groups import ANY_CONCERN, GROUPS, KIND_OF
from classifiers.evaluation.intervals import share
from classifiers.evaluation.languages import LanguageReport, language_reports
from classifiers.evaluation.letters import Material, Text, alone, respelt
from classifiers.evaluation.matters import MatterReport, matter_report, pairs_of
from classifiers.evaluation.pairs import pair_accuracy
from classifiers.evaluation.scored import Scored
from classifiers.evaluation.spelling import spellings
from classifiers.scan import Scanner
from classifiers.shares import Share
from classifiers.stated import Control
from models.base import Model
from models.finding import SCORED_LABELS, Label

WORDS = (100, 200, 400, 800)
_SIZED = (120, 80)
_RESPELT = (150, 100)
"""How many concerns, and how many harmless letters, are tried at each length and in each spelling."""


class GroupReport(Model):
    """Letters with a sentence of the group. `recall`: any label of the group found, at its own threshold.

    `quoted`: found in that very sentence, and not for something else in the letter; `by_voice`: that by who speaks.
    `ranking` is by the label of the group that is farthest above its threshold. `false_letters`, `false_messages`:
    flagged of letters with a harmless sentence put in, and of ordinary messages as they are. `contrasts_alone` and
    `contrasts_in_letters`: flagged of texts made to look like it. `pairs`: sentences that score above their twin.
    """

    recall: Share
    quoted: Share
    ranking: Ranking
    false_letters: Share
    false_messages: Share
    contrasts_alone: Share
    contrasts_in_letters: Share
    pairs: Share
    by_voice: dict[str, Share]
    curve: tuple[Point, ...]
    calibration: tuple[Bin, ...]
    calibration_error: float


class LabelReport(Model):
    """Letters with a sentence of this label. `named`: it is found itself; `noticed`: any label of its kind is.

    `ranking` is by its own score, `kind_ranking` by the best of its kind. `right`: of the letters in which it is
    found, those that have it.
    """

    threshold: float
    named: Share
    noticed: Share
    ranking: Ranking
    kind_ranking: Ranking
    right: Share
    false_letters: Share
    false_messages: Share
    certificate: Certificate


class Condition(Model):
    """Concerns in letters made in some way, at own thresholds as for a group, and `at_10` as in a ranking.

    `false`: harmless letters made in the same way that are flagged.
    """

    name: str
    recall: Share
    quoted: Share
    at_10: Share
    false: Share


class Report(Model):
    """`stages` took part; `pending` did not. `learnt`: the model was trained on this side, so its figures flatter.

    `control`: how training set each threshold; nothing where it could not say.
    """

    side: Side
    learnt: bool
    seed: int
    stages: tuple[str, ...]
    pending: tuple[str, ...]
    model: str
    corpus_sha256: str
    texts: dict[str, int]
    groups: dict[str, GroupReport]
    labels: dict[Label, LabelReport]
    control: dict[Label, Control]
    lengths: tuple[Condition, ...]
    spellings: tuple[Condition, ...]
    languages: tuple[LanguageReport, ...]
    matters: MatterReport


class _Scans:
    """The texts that most figures are taken from, each scanned once."""

    def __init__(self, scanner: Scanner, material: Material) -> None:
        self.letters = Scored.by(scanner, [material.letter(item) for item in material.sentences])
        self.harmless = Scored.by(scanner, material.harmless())
        self.sentences = Scored.by(scanner, [alone(item) for item in material.sentences])
        self.contrasts = Scored.by(scanner, [alone(item) for item in material.contrasts])
        self.contrast_letters = Scored.by(scanner, [material.letter(item) for item in material.contrasts])
        self.messages = Scored.by(scanner, [alone(item) for item in (*material.hosts, *material.ordinary)])


def evaluate(scanner: Scanner, corpus: Corpus, seed: int, side: Side, other_languages: Sequence[Item] = ()) -> Report:
    """Scans letters made of one side of `corpus`, divided by the seed the model was trained with.

    `other_languages`: Welsh and Polish lines, which are told by themselves. Raises ValueError where the side lacks
    letters or sentences to put into them.
    """
    material = Material.of(corpus, side, seed)
    status = scanner.scan_text("Good morning.").status
    scans = _Scans(scanner, material)
    pairs = pairs_of(corpus, side, seed)
    control = dict(scanner.control)
    return Report(
        side=side,
        learnt=side is not Side.TEST,
        seed=seed,
        stages=tuple(map(str, status.stages)),
        pending=tuple(map(str, status.pending)),
        model=status.model,
        corpus_sha256=corpus.digest,
        texts={
            **{
                kind.value: sum(item.kind is kind for item in (*material.sentences, *material.contrasts))
                for kind in (Kind.CONCERN, Kind.RIGHTS, Kind.CONDUCT, Kind.CONTRAST)
            },
            Kind.ORDINARY.value: len(material.ordinary),
            Kind.HOST.value: len(material.hosts),
            "matter pair": len(pairs),
        },
        groups={name: _group(scans, labels) for name, labels in GROUPS.items()},
        labels={
            label: _label(scans, label, control[label].stated if label in control else TARGET)
            for label in SCORED_LABELS
        },
        control=control,
        lengths=tuple(_length(scanner, material, words) for words in WORDS),
        spellings=tuple(_spelling(scanner, material, name, way) for name, way in spellings(seed).items()),
        languages=language_reports(scanner, other_languages),
        matters=matter_report(pairs, scanner.meaning),
    )


def _group(scans: _Scans, labels: tuple[Label, ...]) -> GroupReport:
    having = scans.letters.carrying(labels)
    harmless = scans.harmless.without(labels)
    over, under = having.over(labels), harmless.over(labels)
    scores = np.concatenate([having.highest(labels), harmless.highest(labels)])
    bins = reliability(scores, np.repeat([1.0, 0.0], [len(over), len(under)]))

    def looks_like(text: Text) -> bool:
        return not set(text.item.near).isdisjoint(labels) and text.labels.isdisjoint(labels)

    return GroupReport(
        recall=share(having.flagged(labels)),
        quoted=share(having.quoting(labels)),
        ranking=ranking(over, under),
        false_letters=share(harmless.flagged(labels)),
        false_messages=share(scans.messages.without(labels).flagged(labels)),
        contrasts_alone=share(scans.contrasts.where(looks_like).flagged(labels)),
        contrasts_in_letters=share(scans.contrast_letters.where(looks_like).flagged(labels)),
        pairs=pair_accuracy(scans.sentences, scans.contrasts, labels),
        by_voice=_by_voice(having, labels),
        curve=curve(over, under),
        calibration=bins,
        calibration_error=calibration_error(bins),
    )


def _by_voice(having: Scored, labels: tuple[Label, ...]) -> dict[str, Share]:
    def spoken(voice: str) -> Scored:
        return having.where(lambda text: text.item.voice == voice)

    voices = sorted({text.item.voice for text in having.texts})
    return {voice: share(spoken(voice).quoting(labels)) for voice in voices}


def _label(scans: _Scans, label: Label, stated: float) -> LabelReport:
    own, kind = (label,), GROUPS[KIND_OF[label]]
    having = scans.letters.carrying(own)
    harmless = scans.harmless.without(kind)
    ordinary = scans.messages.without(own)
    return LabelReport(
        threshold=float(having.limits[SCORED_LABELS.index(label)]),
        named=share(having.flagged(own)),
        noticed=share(having.flagged(kind)),
        ranking=ranking(having.over(own), harmless.over(own)),
        kind_ranking=ranking(having.over(kind), harmless.over(kind)),
        right=_right((scans.letters, scans.harmless, scans.contrast_letters), label),
        false_letters=share(harmless.flagged(own)),
        false_messages=share(ordinary.flagged(own)),
        certificate=certificate(having, ordinary, label, stated),
    )


def _right(letters: Sequence[Scored], label: Label) -> Share:
    """Of the letters in which the label is found, those that have it."""
    truth = [label in text.labels for scored in letters for text in scored.texts]
    found = np.concatenate([scored.flagged((label,)) for scored in letters])
    return share(np.array(truth, dtype=np.bool_)[found])


def _length(scanner: Scanner, material: Material, words: int) -> Condition:
    def letter(item: Item) -> Text:
        return material.sized(item, words)

    return _condition(scanner, material, str(words), letter, _SIZED)


def _spelling(scanner: Scanner, material: Material, name: str, way: Callable[[str], str]) -> Condition:
    def letter(item: Item) -> Text:
        return respelt(material.letter(item), way)

    return _condition(scanner, material, name, letter, _RESPELT)


def _condition(
    scanner: Scanner, material: Material, name: str, letter: Callable[[Item], Text], counts: tuple[int, int]
) -> Condition:
    concerns = [item for item in material.sentences if item.kind is Kind.CONCERN]
    labels = GROUPS[ANY_CONCERN]
    having = Scored.by(scanner, [letter(item) for item in material.sample(concerns, counts[0])])
    harmless = Scored.by(scanner, [letter(item) for item in material.harmless_sample(counts[1])])
    return Condition(
        name=name,
        recall=share(having.flagged(labels)),
        quoted=share(having.quoting(labels)),
        at_10=ranking(having.over(labels), harmless.over(labels)).at_10,
        false=share(harmless.flagged(labels)),
    )
