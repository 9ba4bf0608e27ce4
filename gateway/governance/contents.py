"""Whether the content of a contact is needed still, once all that had to be done with it is done. Pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from models.decision import CONCERN_QUEUES, Decision, Judgement, Queue
from models.finding import Finding


def kept_because(
    decisions: Sequence[Decision],
    judged: Mapping[Queue, Judgement],
    *,
    restricted: Collection[str],
    held: Collection[str],
) -> str | None:
    """Why the content is kept; None where nobody needs it.

    `decisions`: every revision, for a later look may find what an earlier one did not. `judged`: what people said of
    it, by queue. `restricted`: people who have a strategy or any other file; `held`: people and contacts on hold.
    """
    if not decisions:
        return "undecided"
    people = people_of(decisions)
    if {decisions[0].contact.id, *people} & set(held):
        return "hold"
    if people & set(restricted):
        return "restricted person"
    if any(not _is_dismissed(finding, judged) for decision in decisions for finding in decision.findings):
        return "finding"
    return None


def people_of(decisions: Sequence[Decision]) -> frozenset[str]:
    """Everybody whom it may be from, however uncertain: a doubt is no reason to delete."""
    return frozenset(match.person for decision in decisions for match in decision.matches)


def _is_dismissed(finding: Finding, judged: Mapping[Queue, Judgement]) -> bool:
    """Whether a named person said that there is nothing in it. Only a concern is ever dismissed so."""
    queue = CONCERN_QUEUES.get(finding.category)
    return queue is not None and judged.get(queue) is Judgement.DISMISSED
