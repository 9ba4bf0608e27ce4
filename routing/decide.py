"""What the gateway does with one contact: the contract's ten rules, in their order (CONTRACT §4).

A pure function of the case: no clock, no chance, nothing read or sent.
"""

from __future__ import annotations

from datetime import datetime

from models.decision import DecidedMatter, Decision, Reply, Versions
from routing.calendar import local_day
from routing.case import Case
from routing.invitation import is_automatic, is_sent_by_us, is_solicited
from routing.rules.breaches import breaches
from routing.rules.concerns import concerns
from routing.rules.deliveries import deliveries, protected_mail
from routing.rules.enforcement import enforce
from routing.rules.identity import identity
from routing.rules.intake import automatic, conduct, intake
from routing.rules.live import live
from routing.rules.replies import reply
from routing.rules.represented import seen_for_the_represented
from routing.rules.restricted import allowance, seen_by_somebody, strategy_upkeep, to_the_spoc
from routing.rules.rights_requests import rights_requests
from routing.standing import strategies_in_force


def decide(case: Case, *, now: datetime, revision: int = 0) -> Decision:
    """The decision on `case`. `now` is when the contact was received; rule 1 (recorded first) is the caller's."""
    day = local_day(now, case.zone)

    if is_sent_by_us(case.contact):
        return _noted(case, revision)

    # Rules 3 and 4: who, and what is in force for them. Only an exact match can be restricted.
    in_force = strategies_in_force(case, day)

    # Rules 4 to 7: what each restriction says, and what is never a breach.
    enforced = enforce(case, in_force, day)
    delivered = deliveries(case, enforced)

    total = (
        # Rule 8 stands by itself and comes first: nothing below can take from it.
        concerns(case, now, restricted=any(one.applied for one in enforced))
        # Rule 2: what the scan could not see.
        + intake(case, now)
        + conduct(case)
        # Rule 3.
        + identity(case, now)
        # Rule 4.
        + strategy_upkeep(case, day, in_force, enforced)
        # Rules 5 and 10: flagged, for a person to confirm.
        + automatic(case, automatic_reply=is_automatic(case.contact), solicited=is_solicited(case))
        + breaches(case, enforced)
        + allowance(case, in_force, enforced)
        # Rule 6.
        + rights_requests(case, day)
        # Rules 7 and 9: diverted or not, somebody sees it.
        + seen_by_somebody(case, now, in_force)
        + seen_for_the_represented(case, now, day)
        + to_the_spoc(enforced, delivered)
        + protected_mail(case)
    ).folded()

    return Decision(
        revision=revision,
        contact=case.contact.summary(),
        matches=case.matches,
        strategies=tuple(one.strategy.id for one in in_force),
        matter=DecidedMatter.of(case.matter) if case.matter else None,
        findings=case.scan.findings,
        deliveries=delivered,
        copies=total.copies,
        breaches=total.breaches,
        review=total.review,
        alerts=total.alerts,
        reply=reply(case, day, enforced),
        reasons=total.reasons,
        scan=case.scan.status,
        live=live(case, enforced),
        versions=_versions(case),
    )


def _noted(case: Case, revision: int) -> Decision:
    """Our own email on its way out is no contact: it goes where it was sent, and what it answers is on record.

    What the scan saw in it is shown, but a colleague's words about somebody's danger raise no second alarm.
    """
    return Decision(
        revision=revision,
        contact=case.contact.summary(),
        matches=case.matches,
        findings=case.scan.findings,
        deliveries=deliveries(case, ()),
        reply=Reply(due=False),
        reasons=(case.reason("sent_by_us", "We sent this ourselves: an answer to it will count as invited."),),
        scan=case.scan.status,
        versions=_versions(case),
    )


def _versions(case: Case) -> Versions:
    return Versions(
        register_version=case.register_version,
        policy=f"{case.policy.id} {case.policy.version}",
        model=case.scan.status.model,
    )
