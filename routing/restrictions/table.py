"""The one table from a restriction's kind to its rule."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from models.restriction import Restriction
from routing.restrictions.advocate import advocate_only
from routing.restrictions.agreement import contact_agreement
from routing.restrictions.call_window import call_window
from routing.restrictions.calls import call_duration, call_recording, call_script
from routing.restrictions.channels import channel_blocked, channel_only
from routing.restrictions.identifiers import identifier_blocked
from routing.restrictions.limits import contact_limit
from routing.restrictions.orders import cease_and_desist, injunction
from routing.restrictions.recipients import dedicated_address, no_copy_in, spoc_only
from routing.restrictions.reply_cycle import reply_cycle
from routing.restrictions.same_matter import same_matter
from routing.restrictions.situation import Effect, Situation
from routing.restrictions.visits import (
    designated_premises,
    premises_ban,
    supervised_meetings,
    visits_by_appointment,
)

RULES: dict[str, Callable[[Any, Situation], Effect]] = {
    "channel_blocked": channel_blocked,
    "channel_only": channel_only,
    "identifier_blocked": identifier_blocked,
    "spoc_only": spoc_only,
    "dedicated_address": dedicated_address,
    "call_window": call_window,
    "contact_limit": contact_limit,
    "call_duration": call_duration,
    "advocate_only": advocate_only,
    "same_matter_filed": same_matter,
    "same_matter_refused": same_matter,
    "reply_cycle": reply_cycle,
    "call_script": call_script,
    "call_recording": call_recording,
    "contact_agreement": contact_agreement,
    "supervised_meetings": supervised_meetings,
    "visits_by_appointment": visits_by_appointment,
    "designated_premises": designated_premises,
    "premises_ban": premises_ban,
    "no_copy_in": no_copy_in,
    "cease_and_desist": cease_and_desist,
    "injunction": injunction,
}


def effect_of(restriction: Restriction, situation: Situation) -> Effect:
    """What `restriction` says of the contact in `situation`."""
    return RULES[restriction.kind](restriction, situation)
