"""Staffordshire: one person's strategy from the register to the deletion of its file."""

from __future__ import annotations

import json
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
    told_of_the_end,
)

ID = "CS-2026-0001"
MANAGER = ("--by", "Iris Manager", "--role", "independent_review_manager")
COMMISSIONER = ("--by", "Cora Commissioner", "--role", "pfcc")
NINE = {
    "needs_considered": "no", "signposted_to_faq": "yes", "outcome_explained": "yes", "route_of_challenge": "yes",
    "signposted": "na", "told_why": "yes", "aim": "yes", "review_planned": "yes",
}  # fmt: skip


def test_a_strategy_under_staffordshires_policy(open_office: Callable[[str], Office]) -> None:
    office = open_office("staffordshire")
    office.do("strategy", "draft", office.file("draft.yaml", DRAFT), *AUTHOR)

    # 1.5: whoever looks at the draft is told what to read with the policy.
    assert "IOPC guidance" in office.do("strategy", "show", ID, *AUTHOR).splitlines()[-1]

    # 4.1: all nine questions, and nothing is put forward before what fell short is put right.
    answers(office, ID, {**NINE, "fresh_matters_open": "no"})
    fault = office.refused("strategy", "submit", ID, *AUTHOR, cites="Staffordshire 4.1")
    assert "put this right first: Will our services stay open" in fault
    assert "the person was not warned first" in fault
    answers(office, ID, {"fresh_matters_open": "yes"})
    office.do("strategy", "warned", ID, *AUTHOR, "--on", "2026-02-20", "--how", "By letter, with what would follow.")

    # 5.3: the Independent Review Manager is consulted before, and is neither the author nor the one who agrees.
    office.refused("strategy", "submit", ID, *AUTHOR, cites="Staffordshire 5.3")
    mine = (*AUTHOR, "--role", "independent_review_manager")
    office.refused("strategy", "act", ID, "consulted", *mine, cites="Staffordshire 5.3")
    office.do("strategy", "act", ID, "consulted", *MANAGER, "--note", "Proportionate.")
    office.do("strategy", "submit", ID, *AUTHOR)
    # Whoever decides reads what they decide on: why, what for, the answers, what the person needs.
    shown = office.do("strategy", "show", ID, "--by", "Cora Commissioner", "--role", "pfcc")
    for said in (
        DRAFT["reasons"],
        DRAFT["impact"],
        "they need: large print",
        "check: told_why",
        "note: Proportionate.",
    ):
        assert said in shown, said
    same = ("--by", "Iris Manager", "--role", "pfcc")
    office.refused("strategy", "act", ID, "agreed", *same, cites="Staffordshire 5.3")
    office.do("strategy", "act", ID, "agreed", *COMMISSIONER)

    # 5.3: by post and by email; one of them is no notice.
    office.refused("strategy", "activate", ID, *AUTHOR, cites="Staffordshire 5.3")
    office.letter(ID, "L1", "notice", by="Sal Staff", role="staff")
    office.post(ID, "L1")
    fault = office.refused("strategy", "activate", ID, *AUTHOR, cites="Staffordshire 5.3")
    assert "no evidence that the notice went by email" in fault
    office.emailed(ID, "L1")
    office.do("strategy", "activate", ID, *AUTHOR)

    # 5.3: it holds nobody before the last copy counts as received, on Wednesday.
    before = office.message()
    assert broken(before) == [] and "not_in_force" in [reason.rule for reason in before.reasons]
    office.on(date(2026, 3, 4))
    contact = office.message()
    assert broken(contact) == [f"{ID}/R1"]
    assert "always_reviewed" in [reason.rule for reason in contact.reasons]
    # 5.1: what is open goes on, and is no breach.
    assert broken(office.message("About REF-2203: the street lights in Hill Road are still out.")) == []

    # 6.1, 6.2: a named person confirms; the Independent Review Manager may tighten, and nothing happens by itself.
    office.do("breach", "confirm", contact.contact.id, f"{ID}/R1", *AUTHOR)
    waiting = [task for task in office.tasks().values() if task["id"].startswith("BR-")]
    assert [(task["to_role"], "Staffordshire 6.2" in str(task["cites"])) for task in waiting] == [
        ("independent_review_manager", True)
    ]
    response = waiting[0]["id"].partition("/")[0]
    office.refused("breach", "accept", response, "tighten", *AUTHOR, "--role", "staff", cites="Staffordshire 6.2")
    office.do("breach", "accept", response, "tighten", *MANAGER)
    stricter = [*DRAFT["restrictions"], {"id": "R2", "kind": "channel_blocked", "channels": ["telephone"]}]
    because = {"measure:channel_blocked": "She rang the desk daily."}
    change = office.file("change.yaml", {"restrictions": stricter, "reasons_for": because})
    office.do("strategy", "change", ID, change, *COMMISSIONER, "--reasons", "She rang the desk daily.")
    office.refused("strategy", "in-force", ID, *AUTHOR, cites="Staffordshire 3.5.2")
    office.letter(ID, "L2", "change", by="Sal Staff", role="staff")
    office.emailed(ID, "L2")
    office.on(date(2026, 3, 5))
    office.do("strategy", "in-force", ID, *AUTHOR)
    office.do("breach", "carried-out", response, "tighten", *MANAGER, "--note", "No calls from 5 March.")

    # 4.1, 5.3: the review in time, by somebody who neither wrote nor decided it.
    office.on(date(2026, 5, 28))
    review = ("strategy", "review", ID, "continue", "--reasons", "Still daily.", "--next-review")
    office.refused(*review, "2026-08-20", *COMMISSIONER, cites="Staffordshire 5.3")
    office.refused(*review, "2026-12-01", *MANAGER, cites="Staffordshire 5.3")
    office.do(*review, "2026-08-20", *MANAGER)
    # Late: it is overdue, it is told, and it is still in force (the policy is silent: nothing lapses).
    office.on(date(2026, 8, 24))
    assert office.tasks()[f"{ID}/review"]["due"] == "2026-08-20"
    overdue = office.message()
    assert broken(overdue) == [f"{ID}/R1"]
    assert "review_overdue" in [reason.rule for reason in overdue.reasons]
    office.do("strategy", "review", ID, "lift", *MANAGER, "--reasons", "It has stopped.")

    # 7.1: what the leadership is owed each year.
    year = json.loads(office.do("report", "annual", "--year", "2026"))
    counted = {table["id"]: {one["name"]: one["value"] for one in table["figures"]} for table in year["tables"]}
    assert (counted["strategies"]["Introduced"], counted["breaches"]["Confirmed"]) == (1, 1)
    assert year["owed_to"] == ["Senior Leadership Team"]

    # The end, its rest, and its deletion after two years on a named person's word.
    office.do("strategy", "end", ID, *COMMISSIONER, "--reasons", "It has stopped.")
    assert broken(office.message()) == []
    told_of_the_end(office, ID, "L3", by="Sal Staff", role="staff")
    office.do("strategy", "dormant", ID, *AUTHOR, "--document", "REF-1407/31")
    course = office.told("strategy", "show", ID, *AUTHOR)["course"]
    assert [(one["kind"], one["to"], one["document"]) for one in course] == [
        ("drafted", "draft", "the draft itself"),
        ("submitted", "submitted", "the draft as of step 1"),
        ("acted", "approved", "the draft as of step 1"),
        ("activated", "active", "letter L1"),
        ("changed", "active", "letter L2"),
        ("change_in_force", "active", "letter L2"),
        ("reviewed", "active", None),
        ("reviewed", "active", None),
        ("ended", "ended", "letter L3"),
        ("made_dormant", "dormant", "REF-1407/31"),
    ]
    assert all(one["by"] and one["on"] and one["why"] for one in course)
    office.on(date(2028, 8, 23))
    assert ID not in office.due()
    office.on(date(2028, 8, 24))
    deleted(office, ID, rule=STRICT)
