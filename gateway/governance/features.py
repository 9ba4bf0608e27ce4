"""What the product does for every pack: the names that a pack's rules may lead to as `feature:NAME`."""

from __future__ import annotations

from typing import Final, NamedTuple


class Feature(NamedTuple):
    """`says`: one plain sentence. `module`: where it is."""

    says: str
    module: str


FEATURES: Final[dict[str, Feature]] = {
    "every_channel": Feature(
        "Mail, calls, letters, visits and notes from anybody are taken in alike, whoever they are.", "gateway.intake"
    ),
    "always_stored": Feature(
        "Every contact is on the disk and in the log before anything else is done with it.", "gateway.store.spool"
    ),
    "always_scanned": Feature(
        "Every contact is read for crime, safeguarding and rights requests, whatever restriction applies.",
        "classifiers.scan",
    ),
    "always_seen": Feature(
        "A person looks at every contact of somebody restricted, also where no reply is due.",
        "routing.rules.restricted",
    ),
    "concern_alerts": Feature(
        "A concern is put before a person and alerted at once, over any restriction.", "routing.rules.concerns"
    ),
    "rights_never_withheld": Feature(
        "Requests for information, complaints and applications for review are never withheld nor counted as a breach.",
        "routing.rules.rights_requests",
    ),
    "complaint_routing": Feature(
        "A complaint about somebody who would handle it goes to another too, and is never closed by the machine.",
        "routing.rules.rights_requests",
    ),
    "divert_never_drop": Feature(
        "A block diverts: the contact is accepted, kept, scanned and sent to whom it may go, never refused or dropped.",
        "routing.rules.deliveries",
    ),
    "matter_verdict": Feature(
        "Each contact is judged to be about a known matter, a new one, or neither for certain; only the same matter is "
        "restricted.",
        "classifiers.matter",
    ),
    "new_information": Feature(
        "Something new about a known matter is shown as a reason to look at it again.", "routing.rules.restricted"
    ),
    "adjustment_exempts": Feature(
        "A recorded adjustment goes before a restriction until a person changes it.", "routing.restrictions.adjusted"
    ),
    "disclosed_needs_only": Feature(
        "Only needs that somebody told the office of are kept; nothing about health is inferred.", "models.person"
    ),
    "tone_is_no_ground": Feature(
        "Tone is noted for people to weigh. It is never a breach by itself, and whether a complaint has merit is kept "
        "apart from it.",
        "routing.rules.intake",
    ),
    "no_reply_due": Feature(
        "Where a contact breaks a measure no reply is due, and it is read all the same.", "routing.rules.replies"
    ),
    "open_matters_go_on": Feature(
        "No measure that files or refuses contact unanswered is about a matter that is still open.",
        "gateway.governance.demands.measures",
    ),
    "reply_cycles": Feature(
        "A reply that goes on a cycle is a task of the point of contact until a person says that it went; late, it is "
        "told each working day.",
        "gateway.reply_cycles",
    ),
    "audit_trail": Feature("Who did what, and when, is on a trail that proves itself.", "gateway.store.audit"),
    "view_log": Feature("Looking at a register or file is on the trail, too.", "gateway.store.audit"),
    "person_decides": Feature(
        "A machine proposes; a named person makes, tightens, extends and ends a strategy.", "gateway.governance.life"
    ),
    "four_eyes": Feature(
        "The acts of the chain are taken in their order by different people, none of them the author where the policy "
        "wants another.",
        "gateway.governance.life",
    ),
    "needs_shown": Feature(
        "The person's recorded needs stand beside every decision about them.", "gateway.governance.life"
    ),
    "policy_version": Feature(
        "A strategy keeps the version of the policy it was made under.", "gateway.governance.life"
    ),
    "notice_evidence": Feature(
        "A strategy is not in force until there is evidence of every copy of its notice that the policy wants.",
        "gateway.governance.life",
    ),
    "spoc_deputy": Feature("A single point of contact has a deputy, named in the strategy.", "gateway.governance.life"),
    "staff_breach": Feature(
        "A breach by the office itself is recorded, and is a task until it is settled.", "gateway.governance.life"
    ),
    "clocks": Feature(
        "Reviews, ends, answers and tasks have a day on which they are due; what is overdue is told, and lapses never.",
        "gateway.governance.clocks",
    ),
    "letters": Feature(
        "Letters are made from parts, read and let go by a person, and kept on the file.", "gateway.governance.letters"
    ),
    "emergency_line": Feature("Every notice says how to reach help in an emergency.", "gateway.governance.letters"),
    "incidents": Feature(
        "A call that was ended, abuse in writing or online, or a visit is recorded with the questions and tasks of the "
        "policy.",
        "gateway.governance.incidents",
    ),
    "breach_by_a_person": Feature(
        "The machine flags a breach; a named person confirms or dismisses it before anything follows.",
        "gateway.governance.breaches",
    ),
    "breach_ladder": Feature(
        "After a confirmed breach the policy's next answer is proposed to those who may decide it.",
        "gateway.governance.breaches",
    ),
    "challenges": Feature(
        "A dispute about a decision goes to somebody who neither wrote nor decided it, with its days counted.",
        "gateway.governance.challenges",
    ),
    "registers": Feature(
        "Registers of strategies, dangerous persons and properties, and complex cases, each with its approvals and "
        "reviews.",
        "gateway.governance.registers",
    ),
    "asked_before_a_visit": Feature(
        "Before a visit somebody may ask about one address or person, and is told what staff do there and whom to ask: "
        "never the list, nor why.",
        "gateway.governance.registers.before_visit",
    ),
    "case_conference": Feature(
        "A conference on a complex case: who was there, what was agreed, who does it by when.",
        "gateway.governance.cases",
    ),
    "training_record": Feature("Who was trained, when, and when again.", "gateway.governance.training"),
    "spreadsheet_import": Feature(
        "A register kept in a spreadsheet is taken over, row by row, with its faults named.",
        "gateway.spreadsheets",
    ),
    "retention": Feature(
        "Each kind of record is deleted when its period is over, unless an exception with its reason and end holds it.",
        "gateway.governance.retention",
    ),
    "subject_access": Feature("Everything held on one person is put together.", "gateway.governance.subject_access"),
    "reports": Feature(
        "Strategies, by the behaviours they are about, and breaches are counted for a year.",
        "gateway.governance.reports",
    ),
    "equality_assessment": Feature(
        "The day on which the policy's effect on equality was assessed is shown, or that it is not known, which is a "
        "caution.",
        "gateway.governance.pack_explained",
    ),
    "sharing_log": Feature(
        "Details go to a partner only after the advice that the policy wants, and each time is on record.",
        "gateway.governance.disclosures",
    ),
}
