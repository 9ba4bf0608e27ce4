"""A contact's decision for somebody who does not need to know of a strategy that it rests on (Stoke 5.2.4).

What the contact is, what was found in it and where it went is theirs to read; what the strategy holds its person to,
and whether they kept to it, is not. That something is left out, and whom to ask, is said.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Final

from models.decision import AlertKind, Decision, Delivery, LiveAnswer, Reason
from models.policy_life import Cites

OF_THE_CONTACT: Final = frozenset(
    """
    scan_incomplete unreadable_part unsupported_language low_confidence_transcript conduct_noted authentication_failed
    check_reply_address representative representative_limited representative_expired identity_unsure other_writer
    shared_identifier several_people several_senders resent withheld_number own_address deceased invited automatic_reply
    automatic_reply_unsolicited rights_request rights_copied complaint_subject complaint_conflict sent_by_us
    concern concern_overrides_restriction protected_recipient
    """.split()  # noqa: SIM905 - a page of words reads better than as many quoted strings
)
"""The reasons that would be the same without any strategy. One that is not among them is withheld, so a new one is."""

_OF_A_STRATEGY: Final = frozenset({AlertKind.BREACH, AlertKind.STRATEGY})


def strategies_in(decision: Decision) -> frozenset[str]:
    """The strategies that a decision names."""
    because = (restriction.partition("/")[0] for delivery in decision.deliveries for restriction in delivery.because)
    return frozenset((*decision.strategies, *(breach.strategy for breach in decision.breaches), *because))


def rests_on_a_strategy(decision: Decision) -> bool:
    """Whether anything in it comes from a strategy, if only that it is not in force."""
    return bool(strategies_in(decision)) or any(reason.rule not in OF_THE_CONTACT for reason in decision.reasons)


def without(decision: Decision, closed: Mapping[str, str], cites: Cites) -> Decision:
    """The decision without what these strategies say; the ids stay, as they do in lists. `closed`: whom one asks."""
    if not closed:
        return decision
    told = [
        Reason(
            rule="need_to_know",
            cites=cites,
            text=f"What {id_} says and brings about is for those who need to know and left out here; ask {owner}.",
        )
        for id_, owner in sorted(closed.items())
    ]
    live = decision.live if decision.live is not None and decision.live.answer is LiveAnswer.CONNECT else None
    return decision.model_copy(
        update={
            "deliveries": tuple(_without(delivery, closed) for delivery in decision.deliveries),
            "breaches": tuple(breach for breach in decision.breaches if breach.strategy not in closed),
            "alerts": tuple(alert for alert in decision.alerts if alert.kind not in _OF_A_STRATEGY),
            "reasons": (*(reason for reason in decision.reasons if reason.rule in OF_THE_CONTACT), *told),
            "live": live,
        }
    )


def _without(delivery: Delivery, closed: Collection[str]) -> Delivery:
    because = tuple(one for one in delivery.because if one.partition("/")[0] not in closed)
    return delivery.model_copy(update={"because": because})
