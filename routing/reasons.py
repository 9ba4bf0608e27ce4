"""Every rule id that a reason can carry, with its meaning (`triage schema reasons`). Ids are stable: never reused."""

from __future__ import annotations

from typing import Final

REASONS: Final[dict[str, str]] = {
    # Rule 2
    "scan_incomplete": "The scan did not finish; a person reads the contact.",
    "unreadable_part": "A part was encrypted, damaged or an image without text; a person reads the contact.",
    "unsupported_language": "Some of the text is in a language that the scan was not evaluated on.",
    "low_confidence_transcript": "The transcript of a recording is uncertain.",
    "conduct_noted": "The tone was noted for people to weigh; it is never a breach by itself.",
    # Rule 3
    "authentication_failed": "The sender's domain did not vouch for the message, so the match is at most possible.",
    "check_reply_address": "Another writer is named or the address is not safe: check where an answer goes.",
    "representative": "From a representative, who is not restricted.",
    "representative_limited": "For which matters a representative has authority; a person checks what is outside them.",
    "representative_expired": "A representative whose authority does not hold at this date; a person checks.",
    "identity_unsure": "It may be from somebody the register knows; a person says whether it is.",
    "other_writer": "The text or signature names somebody other than the person whose address or number it is.",
    "shared_identifier": "The address or number is shared, so it does not say who is writing.",
    "several_people": "The address or number is registered to more than one person.",
    "several_senders": "The message names several senders, so none of them is certain.",
    "resent": "The message was passed on: whoever resent it is its sender.",
    "withheld_number": "The number was not shown, so the call is matched to nobody by it.",
    "own_address": "The message comes from one of our own addresses, which tie nobody.",
    "deceased": "The register says the person has died; nothing is enforced and every contact is reviewed.",
    # Rule 4
    "outside_scope": "About another matter that the register knows, which the strategy does not cover.",
    "review_overdue": "The strategy's review is overdue; it stays in force and somebody is told.",
    "not_in_force": "A strategy of this person is not enforced, and why.",
    "advocate_missing": "A representative is asked for and none has live authority; the measure is not enforced.",
    # Rule 5
    "invited": "We asked for this contact, or made it.",
    "automatic_reply": "An automatic reply to something we sent.",
    "automatic_reply_unsolicited": "It says it is automatic, but nothing we sent could have caused it.",
    "adjustment_exempts": "A reasonable adjustment exempts the channel from restrictions.",
    "uses_no_allowance": "The contact could not have been a breach, so it uses up no allowance.",
    "injunction_exception": "What speaks against a breach of an injunction is for Legal to weigh.",
    # Rule 6
    "rights_request": "A rights request is never a breach and never withheld.",
    "rights_copied": "A rights request was copied to those who answer it, with its statutory date.",
    "repeated_request": "A complaint or application about the same matter again: seen, but no clearance.",
    "review_right_unknown": "Whether the outcome can still be reviewed is not on record; a question for the SPOC.",
    "complaint_subject": "Whom a complaint seems to be about, and who deals with that; a person decides.",
    "complaint_elsewhere": "Such a complaint is another body's: a person passes it on and records that.",
    "complaint_conflict": "A complaint names somebody who would handle it, so it goes to another too, who decides it.",
    "sent_by_us": "Our own email on its way out; noted, so that an answer to it counts as invited.",
    # Rule 7
    "new_matter": "Something new from a restricted person; the SPOC confirms and releases it.",
    "unclear_matter": "Whether the contact is about the restricted matter is a question for the SPOC.",
    "new_information": "It tells something new about a known matter; a reason to look again, not a clearance.",
    # Rule 8
    "concern": "A concern is reviewed and alerted at once.",
    "concern_overrides_restriction": "A concern is reviewed and alerted at once, whatever restriction applies.",
    # Rule 9
    "always_reviewed": "A person looks at every contact of somebody restricted.",
    "protected_recipient": "Addressed to somebody whose mail is never diverted nor a breach.",
    # Rule 10
    "breach_flagged": "A breach was flagged; a named person confirms or dismisses it.",
    "flagged_on_copy": "Another copy of the same email was flagged for it: one contact, one breach.",
    # Measures
    "channel_blocked": "Contact on this channel is not allowed.",
    "channel_only": "Contact is allowed on other channels only.",
    "identifier_blocked": "Contact from this address or number is not allowed.",
    "spoc_only": "Only the single point of contact may be addressed.",
    "dedicated_address": "Email goes to one address only.",
    "call_window": "Calls only at agreed times, so many of them.",
    "contact_limit": "So many contacts in a period and no more.",
    "call_duration": "Calls are kept to an agreed length.",
    "over_duration": "A call went on for longer than agreed; for staff, never a breach.",
    "advocate_only": "Contact goes through a representative.",
    "same_matter_filed": "More about the same matter is read and filed, without reply.",
    "same_matter_refused": "More about the same matter is not registered again.",
    "reply_cycle": "Replies go on set dates.",
    "call_script": "Calls are ended with a script, in which the emergency line stands.",
    "call_recording": "Calls are recorded or monitored.",
    "contact_agreement": "There is an agreement on future contact.",
    "supervised_meetings": "Meetings take place with a third person.",
    "third_party_needed": "No third person was at a visit that needs one; for staff, never a breach.",
    "visits_by_appointment": "Visits are by appointment.",
    "designated_premises": "Visits are to named premises only.",
    "premises_ban": "Visits to these premises are not allowed.",
    "no_copy_in": "We are not to be copied into correspondence with others.",
    "cease_and_desist": "The person was asked to cease contact on this.",
    "injunction": "A court's order does not allow this contact.",
}
"""Rule id to its meaning in one line, grouped by the contract's rules."""
