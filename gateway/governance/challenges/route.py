"""Which way the policy leaves to dispute a decision, within which days, before whom."""

from __future__ import annotations

from datetime import date

from gateway.governance.challenges.disputed import told_from
from gateway.governance.challenges.file import ChallengeFile
from gateway.governance.demands.approving import deciding_roles
from gateway.governance.registers.rules import rule_of
from gateway.governance.situation import Situation


def has_route(file: ChallengeFile, situation: Situation) -> bool:
    """Whether the policy offers a way of its own to dispute this."""
    dispute = situation.rules.dispute
    return bool(dispute.to) and file.received.about_kind in dispute.covers


def warning(file: ChallengeFile, situation: Situation) -> str | None:
    """What to know where there is none."""
    if has_route(file, situation):
        return None
    onward = "; ".join(situation.rules.dispute.onward) or "an ombudsman"
    return (
        f"the policy offers no way of its own to dispute this; tell the person who else may look at it: {onward}. "
        "The Ombudsman found fault with a council that let nobody ask for a review (LGSCO 21 001 276, Cheshire West): "
        "think of looking at it all the same, as a review of the strategy"
    )


def reviewers(situation: Situation) -> tuple[str, ...]:
    """The roles that look at a challenge."""
    dispute = situation.rules.dispute
    return dispute.reviewed_by or dispute.to


def allowing(file: ChallengeFile, situation: Situation) -> tuple[str, ...]:
    """The roles that may let somebody look at it who wrote or decided it: those who decide, review or hear disputes."""
    rules, received = situation.rules, file.received
    if received.about_kind == "strategy":
        strategy = situation.strategy(received.about)
        deciding = deciding_roles(rules, strategy.stage if strategy is not None else 1)
    else:
        rule = rule_of(received.about_kind, situation)
        deciding = rule.approvers if rule is not None else ()
    return (*deciding, *rules.review.reviewers, *rules.dispute.to, *rules.dispute.reviewed_by)


def last_day(file: ChallengeFile, situation: Situation) -> date | None:
    """The last day on which it is in time; None where nothing limits the person.

    Counted from the last letter before it that offered it, as far as is known by now: evidence of one may come on file
    after the challenge, and so may that one came back.
    """
    window, received = situation.rules.dispute.window, file.received
    strategy = situation.strategy(received.about)
    told = received.notified_on if strategy is None else told_from(strategy, received.on)
    return None if window is None or told is None else situation.working_days_after(told, window)


def is_late(file: ChallengeFile, situation: Situation) -> bool:
    """Whether it came after the window."""
    last = last_day(file, situation)
    return last is not None and file.received.on > last


def is_turned_away(file: ChallengeFile, situation: Situation) -> bool:
    """Whether it came late, and somebody decided that it is not looked at."""
    return is_late(file, situation) and file.admitted is not None and not file.admitted.admitted


def needs_writing(file: ChallengeFile, situation: Situation) -> bool:
    """Whether it is still to be put in writing with reasons."""
    return situation.rules.dispute.in_writing and not file.is_complete


def answer_due(file: ChallengeFile, situation: Situation) -> date | None:
    """The day by which the outcome is told; None where the policy sets none.

    It runs from the receipt, as every letter promises: of the writing, where that came later and was needed; of one
    that came late, for which nothing is promised, from when it was admitted.
    """
    days, from_ = situation.rules.dispute.outcome, [file.received.on]
    if file.written is not None:
        from_.append(file.written.on)
    if file.admitted is not None and is_late(file, situation):
        from_.append(file.admitted.taken_on)
    return None if days is None else situation.working_days_after(max(from_), days)
