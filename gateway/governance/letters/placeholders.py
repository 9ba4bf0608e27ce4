"""What may stand in curly brackets in a template, and what it stands for."""

from __future__ import annotations

import re
from typing import Final

Fact = str | tuple[str, ...] | None
"""What a placeholder stands for; several are list items where they are a line of their own."""

PLACEHOLDER: Final = re.compile(r"\{([a-z_]+)\}")

FACTS: Final = frozenset(
    {
        "again", "behaviours", "challenge_allowed", "challenge_allowed_because", "challenge_begun_again",
        "challenge_by_another", "challenge_by_same", "challenge_changed", "challenge_changed_since", "challenge_lifted",
        "challenge_now_changed", "challenge_reference", "challenge_stands", "challenge_still_stands", "challenge_stood",
        "challenge_to_begin_again", "challenge_to_change", "challenge_to_end", "challenge_upheld", "challenged",
        "challenged_on", "contact", "decided_by",
        "dispute_by_another", "dispute_contact", "dispute_outcome", "dispute_to", "dispute_window",
        "emergency", "ended_on", "entry", "entry_about_you", "entry_altered", "entry_changed", "entry_changed_gone",
        "entry_gone", "entry_place", "entry_removed", "entry_stands", "entry_to_change", "entry_to_remove",
        "ends", "exempted", "extended_silently", "fewer_rules", "first_request", "first_request_to",
        "free_again", "free_for_now", "free_until", "has_ended",
        "holds_already", "impact",
        "kept", "matters", "name", "next_review", "no_contact_now", "no_rules", "ombudsmen", "organisation",
        "others_hold",
        "outcome_change", "outcome_continue",
        "outcome_lift", "outcome_next_stage", "outcome_now_changed",
        "reasons", "reasons_before", "reminds", "restrictions", "review_due",
        "reviewed",
        "rights_contact", "seeks_agreement", "signed_by", "soft", "spoc_address", "spoc_name", "spoc_phones",
        "spoc_term", "stage_before_contacts", "stage_before_ended", "stage_before_matters", "stage_before_on",
        "stage_before_reminded", "stage_before_reviewed", "stage_before_rules", "starts", "still_holds",
        "still_matters", "strategy",
        "suspended",
        "to_come", "to_come_from", "to_come_matters", "to_come_rules", "whole", "withdrawn_on",
    }
)  # fmt: skip
"""In the parts, titles and greetings of letters."""

MEASURE_FACTS: Final = frozenset(
    {
        "address", "allowed", "calls", "channels", "every", "identifiers", "limit", "minutes", "none_at_all",
        "premises", "representatives", "slots", "spoc_address", "spoc_name", "spoc_phones", "spoc_term", "text",
    }
)  # fmt: skip
"""In what a restriction means for the person."""
