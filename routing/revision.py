"""A later look at the same contact may only add (CONTRACT §6; DESIGN §1.4)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeVar

from models.decision import Decision, Reply
from models.finding import URGENCIES, Evidence, Finding
from routing.consequences import fold_review

T = TypeVar("T")


def later_revision(previous: Decision, again: Decision) -> Decision:
    """`previous` with what `again` adds: findings, copies, breaches, review items, alerts and reasons.

    Deliveries, matches, the matter and the live answer stand. A right seen late makes a reply due; nothing seen late
    takes a due reply away. The scan and the versions are those of the later look.
    """
    return previous.model_copy(
        update={
            "revision": previous.revision + 1,
            "strategies": _union(previous.strategies, again.strategies),
            "findings": _findings(previous.findings, again.findings),
            "copies": _union(previous.copies, again.copies),
            "breaches": _union(previous.breaches, again.breaches),
            "review": fold_review((*previous.review, *again.review)),
            "alerts": _union(previous.alerts, again.alerts),
            "reply": _reply(previous.reply, again.reply),
            "reasons": _union(previous.reasons, again.reasons),
            "scan": again.scan,
            "versions": again.versions,
        }
    )


def _union(first: Iterable[T], second: Iterable[T]) -> tuple[T, ...]:
    return tuple(dict.fromkeys((*first, *second)))


def _findings(first: tuple[Finding, ...], second: tuple[Finding, ...]) -> tuple[Finding, ...]:
    """One finding a label: the higher score, the greater urgency, who is at risk, and the evidence of both."""
    merged = {finding.label: finding for finding in first}
    for finding in second:
        have = merged.get(finding.label)
        merged[finding.label] = _stronger(have, finding) if have else finding
    return tuple(merged.values())


def _stronger(have: Finding, again: Finding) -> Finding:
    return have.model_copy(
        update={
            "score": max(have.score, again.score),
            "urgency": min(have.urgency, again.urgency, key=URGENCIES.index),
            "at_risk": have.at_risk or again.at_risk,
            "evidence": _evidence((*have.evidence, *again.evidence)),
        }
    )


def _evidence(both: Iterable[Evidence]) -> tuple[Evidence, ...]:
    """Each piece once: a later look may explain what an earlier one cited."""
    merged: dict[Evidence, Evidence] = {}
    for piece in both:
        bare = piece.model_copy(update={"like": None, "because": None})
        have = merged.setdefault(bare, piece)
        merged[bare] = have.model_copy(
            update={"like": have.like or piece.like, "because": have.because or piece.because}
        )
    return tuple(merged.values())


def _reply(first: Reply, second: Reply) -> Reply:
    due = tuple(reply for reply in (first, second) if reply.due)
    return Reply(due=bool(due), by=min((reply.by for reply in due if reply.by is not None), default=None))
