"""The figures the scan was to reach, set before the locked test was opened."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from classifiers.evaluation.groups import ANY_CONCERN
from classifiers.evaluation.report import Report
from classifiers.shares import Share
from models.finding import Label

LIFE_AT_RISK = (Label.SELF_HARM, Label.THREAT_TO_LIFE, Label.CHILD_AT_RISK)


@dataclass(frozen=True, slots=True)
class Target:
    """`wanted`: the least that `measured` should be, or the most where `at_most`."""

    what: str
    wanted: float
    measured: Share
    at_most: bool = False

    @property
    def reached(self) -> str:
        """`yes` and `no` where the whole interval says so, or else what the figure says, and that chance could."""
        value, sure = (
            (-self.measured.value, -self.measured.high) if self.at_most else (self.measured.value, self.measured.low)
        )
        wanted = -self.wanted if self.at_most else self.wanted
        other = -self.measured.low if self.at_most else self.measured.high
        if not self.measured.of:
            return "not measured"
        if value >= wanted:
            return "yes" if sure >= wanted else "yes, though it could be chance"
        return "no" if other < wanted else "no, though it could be chance"


def targets(report: Report) -> Iterator[Target]:
    """Every target with what was measured."""
    concern, rights = report.groups[ANY_CONCERN], report.groups["rights"]
    yield Target("any concern, R@5", 0.85, concern.ranking.at_5)
    yield Target("any concern, R@10", 0.93, concern.ranking.at_10)
    for label in LIFE_AT_RISK:
        yield Target(f"`{label}` noticed, R@10", 0.97, report.labels[label].kind_ranking.at_10)
    yield Target("contrasts flagged as a concern, alone", 0.15, concern.contrasts_alone, at_most=True)
    yield Target("contrasts flagged as a concern, in letters", 0.15, concern.contrasts_in_letters, at_most=True)
    yield Target("minimal pairs of concerns", 0.80, concern.pairs)
    yield Target("rights, R@5", 0.93, rights.ranking.at_5)
    yield Target("rights, recall at own thresholds", 0.93, rights.recall)
    yield Target("rights flagged in harmless letters", 0.05, rights.false_letters, at_most=True)
    yield Target("matter verdicts right", 0.85, report.matters.accuracy)
    yield Target("new matters taken for the same", 0.05, report.matters.new_taken_for_same, at_most=True)
