"""Intervals, rankings, certificates: against values known from tables or by hand."""

import numpy as np
import pytest

from classifiers.authored import Item, Kind
from classifiers.evaluation.certificates import certificate
from classifiers.evaluation.figures import auc, calibration_error, curve, limit, ranking, reliability
from classifiers.evaluation.groups import ANY_CONCERN, GROUPS, KIND_OF
from classifiers.evaluation.intervals import at_least, fewest_for, misses_allowed, share
from classifiers.evaluation.letters import Text
from classifiers.evaluation.pairs import pair_accuracy
from classifiers.evaluation.scored import Scored
from classifiers.stages import LABEL_INDEX
from models.finding import SCORED_LABELS, Label


def flags(found: int, of: int) -> np.ndarray:
    return np.arange(of) < found


@pytest.mark.parametrize(
    ("found", "of", "low", "high"),
    [(0, 10, 0.0, 0.3085), (10, 10, 0.6915, 1.0), (8, 10, 0.4439, 0.9748), (50, 100, 0.3983, 0.6017), (0, 0, 0.0, 1.0)],
)
def test_exact_intervals(found: int, of: int, low: float, high: float):
    own = share(flags(found, of))
    assert (own.found, own.of, own.low, own.high) == (found, of, low, high)


@pytest.mark.parametrize(("target", "fewest"), [(0.90, 29), (0.95, 59), (0.99, 299)])
def test_how_many_without_a_miss_vouch_for_a_share(target: float, fewest: int):
    assert fewest_for(target) == fewest
    assert at_least(fewest, fewest) >= target > at_least(fewest - 1, fewest - 1)
    assert misses_allowed(fewest, target) == 0
    assert misses_allowed(fewest - 1, target) is None


def test_more_cases_allow_misses():
    assert misses_allowed(46, 0.90) == 1
    assert misses_allowed(45, 0.90) == 0


@pytest.mark.parametrize("burden", [0.05, 0.10, 0.3])
@pytest.mark.parametrize("count", [7, 20, 213])
def test_a_limit_keeps_its_burden(burden: float, count: int):
    harmless = np.linspace(0.0, 1.0, count)
    over = int((harmless > limit(harmless, burden)).sum())
    assert over == int(burden * count + 1e-9)


def test_where_too_many_have_the_highest_score_nothing_is_above_it():
    own = ranking(np.ones(10), np.r_[np.zeros(8), np.ones(2)])
    assert (own.at_5.found, own.at_10.found) == (0, 0)
    assert own.auc == 0.9


@pytest.mark.parametrize(
    ("having", "harmless", "area"),
    [([1, 2], [0, 0.5], 1.0), ([0], [1], 0.0), ([1], [1], 0.5), ([1, 3], [2], 0.5), ([], [1], 0.5)],
)
def test_area_under_the_curve(having: list[float], harmless: list[float], area: float):
    assert auc(np.array(having), np.array(harmless)) == area


def test_a_curve_never_falls():
    draws = np.random.default_rng(3)
    points = curve(draws.normal(1, 1, 200), draws.normal(0, 1, 300))
    assert [point.burden for point in points] == [n / 100 for n in range(1, 31)]
    assert [point.recall for point in points] == sorted(point.recall for point in points)


def test_scores_that_are_probabilities_have_no_gap():
    scores = np.repeat([0.25, 0.75, 1.0], [4, 4, 2])
    bins = reliability(scores, np.array([1, 0, 0, 0, 1, 1, 1, 0, 1, 1]))
    assert [(own.low, own.true.found, own.true.of) for own in bins] == [(0.2, 1, 4), (0.7, 3, 4), (0.9, 2, 2)]
    assert calibration_error(bins) == 0.0
    assert calibration_error(reliability(scores, np.zeros(10))) == 0.6


def test_every_label_is_noticed_in_one_group_and_told_in_its_own():
    assert set(KIND_OF) == set(SCORED_LABELS)
    assert set(GROUPS[ANY_CONCERN]) == {*GROUPS["criminal"], *GROUPS["safeguarding"]}


def scored(*texts: tuple[Item, dict[Label, float]]) -> Scored:
    scores = np.zeros((len(texts), len(SCORED_LABELS)))
    for row, (_, given) in enumerate(texts):
        for label, value in given.items():
            scores[row, LABEL_INDEX[label]] = value
    limits = np.full(len(SCORED_LABELS), 0.5)
    made = tuple(Text(item.text, item, frozenset(item.labels), 0, len(item.text)) for item, _ in texts)
    return Scored(made, scores, scores >= limits, limits)


def concern(score: float, family: str = "f") -> tuple[Item, dict[Label, float]]:
    item = Item(text="t", kind=Kind.CONCERN, family=family, labels=(Label.SELF_HARM,))
    return item, {Label.SELF_HARM: score}


def contrast(score: float, twin: str | None = "f") -> tuple[Item, dict[Label, float]]:
    item = Item(text="c", kind=Kind.CONTRAST, family="c", twin=twin, near=(Label.SELF_HARM,))
    return item, {Label.SELF_HARM: score}


ORDINARY = scored(*((Item(text="o", kind=Kind.HOST, family="o"), {Label.SELF_HARM: n / 100}) for n in range(100)))


@pytest.mark.parametrize(
    ("found", "missed", "certified", "enough", "threshold", "flagged"),
    [
        (29, 0, True, True, 0.9, 10),
        (28, 0, False, False, None, None),
        (29, 1, False, True, 0.2, 80),
        (45, 1, True, True, 0.9, 10),
    ],
)
def test_certificates(
    found: int, missed: int, certified: bool, enough: bool, threshold: float | None, flagged: int | None
):
    letters = scored(*[concern(0.9)] * found, *[concern(0.2)] * missed)
    own = certificate(letters, ORDINARY, Label.SELF_HARM, 0.9)
    assert (own.certified, own.enough, own.threshold) == (certified, enough, threshold)
    assert (own.burden and own.burden.found) == flagged


def test_a_threshold_of_nothing_is_none():
    own = certificate(scored(*[concern(0.0)] * 40), ORDINARY, Label.SELF_HARM, 0.9)
    assert own.enough and own.threshold is None and own.burden is None


def test_pairs_are_right_only_where_the_sentence_scores_above_its_twin():
    sentences = scored(concern(0.6), concern(0.3), concern(0.9, family="other"))
    contrasts = scored(contrast(0.5), contrast(0.5), contrast(0.6), contrast(0.1, twin=None), contrast(0.1, twin="x"))
    own = pair_accuracy(sentences, contrasts, (Label.SELF_HARM,))
    # 0.6 over 0.5; 0.3 under 0.5; the first again, a tie; two that are nobody's twin.
    assert (own.found, own.of) == (1, 3)
