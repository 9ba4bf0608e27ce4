"""Warwickshire: one point of contact before any restriction, one authoriser, a dispute before the Chief Executive."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from tests.acceptance.policies.office import (
    AUTHOR,
    DRAFT,
    STRICT,
    Office,
    answers,
    broken,
    deleted,
    incident_closed,
    told_of_the_end,
)

OTHER = {"name": "Lee Contact", "address": "lee@office.example", "deputy": "deputy@office.example", "phones": []}
SOFT, ID, INCIDENT = "CS-2026-0001", "CS-2026-0002", "IN-2026-0001"
HEAD = ("--by", "Hal Head", "--role", "head_of_business_services")
MANAGER = ("--by", "Mo Manager", "--role", "manager")
CHIEF = ("--by", "Cy Chief", "--role", "chief_executive")
TEN = {
    "process_explained": "yes", "handled_proportionately": "yes", "communicated_regularly": "yes",
    "support_offered": "yes", "rationale_given": "yes", "addressed_properly": "yes", "communication_adequate": "yes",
    "access_considered": "yes", "misunderstandings_dispelled": "yes", "fair_and_proportionate": "yes",
}  # fmt: skip


def test_a_strategy_under_warwickshires_policy(open_office: Callable[[str], Office]) -> None:
    office = open_office("warwickshire")

    # 6 L258-290: a single point of contact as a soft measure, before any restriction; nobody is held to it.
    soft = {**DRAFT, "restrictions": [], "reasons": "One person who knows the case."}
    office.do("strategy", "draft", office.file("soft.yaml", soft), *AUTHOR, "--soft")
    assert "was not told whom to write to" in office.refused("strategy", "activate", SOFT, *AUTHOR)
    office.do("strategy", "warned", SOFT, *AUTHOR, "--on", "2026-03-02", "--how", "Told whom to write to, by letter.")
    office.do("strategy", "activate", SOFT, *AUTHOR)
    assert broken(office.message()) == []

    # She who was the contact has left: another takes over at once, and the person is told (7.1 L414-417).
    leaves = ("strategy", "change", SOFT, office.file("contact.yaml", {"spoc": OTHER}), "--reasons", "Pat has left us.")
    taken = office.do(*leaves, *AUTHOR)
    assert taken == f"{SOFT}: changed, active\n"
    shown = office.told("strategy", "show", SOFT, *AUTHOR)
    assert shown["strategy"]["spoc"] == OTHER and shown["undo"] == {"step": len(shown["steps"]), "by": "Ann Author"}
    assert f"{SOFT}/change_letter" in office.tasks()
    office.letter(SOFT, "L1", "change", by="Hal Head", role="head_of_business_services")
    assert "is now Lee Contact" in " ".join(office.do("letter", "show", SOFT, "L1", *AUTHOR).split())
    office.emailed(SOFT, "L1")
    assert f"{SOFT}/change_letter" not in office.tasks()
    assert broken(office.message()) == []

    # 6 L326-328: a post is recorded before it is deleted.
    record = ("incident", "record", "social_media", *AUTHOR, "--on", "2026-03-02", "--what", "A post with abuse.")
    office.do(*record, "--person", "P-001")
    post = "https://social.example/p/17"
    remove = ("incident", "deleted", INCIDENT, post, *AUTHOR)
    office.refused(*remove, cites="Warwickshire 6")
    copy = office.file("post.yaml", "The post.")
    office.do("incident", "capture", INCIDENT, post, copy, *AUTHOR, "--filed", "Case 7")
    office.do(*remove)
    office.do("incident", "police", INCIDENT, "no", *MANAGER, "--reason", "No threat was made.")
    incident_closed(office, INCIDENT, ("captured",), {"block_considered": HEAD, "welfare": MANAGER})

    # 6 L317-322: read without action only after a written warning.
    filed = {**DRAFT, "restrictions": [{"id": "R1", "kind": "same_matter_filed"}]}
    office.do("strategy", "draft", office.file("draft.yaml", filed), *AUTHOR)
    answers(office, ID, TEN)
    waiver = ("--waiver", "not_possible", "--note", "No address was known.")
    office.do("strategy", "waive-warning", ID, *AUTHOR, *waiver)
    fault = office.refused("strategy", "submit", ID, *AUTHOR, cites="Warwickshire 6")
    assert "same_matter_filed only after a written warning" in fault
    office.do("strategy", "warned", ID, *AUTHOR, "--on", "2026-02-20", "--how", "By letter: stop, and what follows.")
    office.do("strategy", "submit", ID, *AUTHOR)

    # 7 L333-336: the Head of Business Services and Assurance, or a nominee of the Chief Executive; nobody else.
    office.refused("strategy", "act", ID, "authorised", *CHIEF, cites="Warwickshire 7")
    office.refused("strategy", "act", ID, "authorised", *AUTHOR, "--role", "manager", cites="Warwickshire 7")
    nominee = ("--by", "Nia Nominee", "--role", "senior_manager")
    office.refused("strategy", "act", ID, "authorised", *nominee, cites="Warwickshire 7")
    office.do("strategy", "nominate", ID, "authorised", "Nia Nominee", *CHIEF, "--reason", "The head is on leave.")
    office.do("strategy", "act", ID, "authorised", *nominee)

    # 7 L366-375: told in writing, in a form that she can read.
    office.refused("strategy", "activate", ID, *AUTHOR, cites="Warwickshire 7")
    office.letter(ID, "L1", "notice", by="Hal Head", role="head_of_business_services",
                  passages=("behaviour=You wrote every day.",))  # fmt: skip
    shown = office.do("letter", "show", ID, "L1", *AUTHOR)
    assert "999" in shown and "large_print" in shown
    office.emailed(ID, "L1")
    office.do("strategy", "activate", ID, *AUTHOR)
    office.on(date(2026, 3, 3))
    contact = office.message()
    # 7.1 L406-408, 7.2 L439-441: no answer is due, and a person looks all the same.
    assert ID in contact.strategies and contact.reply.due is False
    assert contact.review
    # 9: a request for information is answered whatever the strategy says.
    request = office.message("Under the Freedom of Information Act send me the number of complaints in 2025.")
    assert request.reply.due and "rights_copied" in [reason.rule for reason in request.reasons]

    # 7.3: disputed in writing to the Chief Executive, who answers in writing.
    receive = ("challenge", "receive", ID, *AUTHOR, "--on", "2026-03-03", "--reasons", "It is not so.")
    office.do(*receive)
    challenge = "CH-2026-0001"
    decide = ("challenge", "decide", challenge, "changed", "--reasons", "One message a month is fair.")
    office.refused(*decide, *HEAD, cites="Warwickshire 7.3")
    office.do(*decide, *CHIEF)
    told = ("challenge", "told", challenge, *CHIEF, "--on", "2026-03-03", "--way", "email")
    office.refused(*told, cites="Warwickshire 7.3")
    assert office.tasks()[f"{challenge}/carry_out"]["cites"] == ["Warwickshire 7.3"]
    monthly = [{"id": "R1", "kind": "contact_limit", "channels": ["email"], "count": 1, "per": "month"}]
    change = ("strategy", "change", ID, office.file("monthly.yaml", {"restrictions": monthly}))
    office.do(*change, *HEAD, "--reasons", "One message a month is fair.")
    carried_out = ("challenge", "carried-out", challenge, *CHIEF, "--note", "In force from 4 March.")
    assert f"the change of {ID} is not in force yet" in office.refused(*carried_out)
    for name, purpose in (("L2", "change"), ("L3", "challenge_outcome")):
        reasons = ("reasons=One message a month is fair.",)
        office.letter(ID, name, purpose, by="Hal Head", role="head_of_business_services", passages=reasons)
        office.emailed(ID, name)
    office.do(*told, "--letter", "L3", "--onward", "all")
    office.on(date(2026, 3, 4))
    office.do("strategy", "in-force", ID, *AUTHOR)
    office.do(*carried_out)
    assert [task for task in office.tasks() if task.startswith(challenge)] == []

    # 7: an agreed review date, late; it goes on, and somebody is told (7.1 L414-417).
    office.on(date(2026, 6, 1))
    assert office.tasks()[f"{ID}/review"]["due"] == "2026-05-29"
    assert ID in office.message().strategies
    senior = ("--by", "Sen Ior", "--role", "senior_manager")
    office.do("strategy", "review", ID, "lift", *senior, "--reasons", "It has stopped.")
    office.do("strategy", "end", ID, *HEAD, "--reasons", "It has stopped.")
    told_of_the_end(office, ID, "L4", by="Hal Head", role="head_of_business_services")

    # 9: kept as the law says; the strict default, for the policy gives no period.
    office.on(date(2028, 5, 31))
    assert ID not in office.due()
    office.on(date(2028, 6, 1))
    deleted(office, ID, rule=STRICT)
