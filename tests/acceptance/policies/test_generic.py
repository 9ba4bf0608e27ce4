"""An office without a pack of its own: the strictest reading of the five, which has no paragraph to cite."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from tests.acceptance.policies.office import (
    AUTHOR,
    DRAFT,
    SPOC,
    STRICT,
    Office,
    answers,
    broken,
    deleted,
    told_of_the_end,
)

ID, CHALLENGE, RESPONSE = "CS-2026-0001", "CH-2026-0001", "BR-2026-0001"
MANAGER = ("--by", "Mo Manager", "--role", "manager")
SENIOR = ("--by", "Sen Ior", "--role", "senior_manager")
CHIEF = ("--by", "Cy Chief", "--role", "chief_executive")
EIGHT = {
    "ordinary_ways_tried": "yes", "process_explained": "yes", "handled_properly": "yes",
    "communicated_regularly": "yes", "rationale_given": "na", "needs_considered": "yes", "told_why": "yes",
    "fresh_matters_open": "yes",
}  # fmt: skip
MONTHLY = {"id": "R1", "kind": "contact_limit", "channels": ["email"], "count": 1, "per": "month"}


def test_a_strategy_under_the_strict_defaults(open_office: Callable[[str], Office]) -> None:
    office = open_office("generic")
    draft = {**DRAFT, "behaviours": ["volume"], "impact": "", "review_due": "2026-06-30"}
    office.do("strategy", "draft", office.file("draft.yaml", draft), *AUTHOR)

    # All that the five ask is asked at once: the effect on others, an end, a near review, a warning, advice.
    answers(office, ID, {**EIGHT, "new_information": "yes"})
    office.do("strategy", "answer", ID, "fair_and_proportionate", "yes", *AUTHOR)
    assert _lacks(office.refused("strategy", "submit", ID, *AUTHOR)) == [
        "nothing says how it affects the service to others",
        "an end date must be set; 6 months are usual, to 2026-09-02",
        "the review is more than 3 months away",
        "put this right first: Have they provided any new and significant information? Answered: yes",
        "what the answer rests on is not said: "
        "Is the strategy fair, reasonable and proportionate to its aim? Say what that is.",
        "the person was not warned first, and no reason why not is given",
        "the Manager has not been consulted",
    ]
    answers(office, ID, {"new_information": "no", "fair_and_proportionate": "yes"})
    revised = {"impact": DRAFT["impact"], "review_due": "2026-05-29", "ends": "2026-09-02"}
    office.do("strategy", "revise", ID, office.file("revised.yaml", revised), *AUTHOR)
    office.do("strategy", "warned", ID, *AUTHOR, "--on", "2026-02-20", "--how", "By letter, with what would follow.")

    # Three people: who writes it is not who advises, and neither of them decides.
    consulted, decided = ("strategy", "act", ID, "consulted"), ("strategy", "act", ID, "decided")
    wrote = "Ann Author wrote the draft"
    assert wrote in office.refused(*consulted, *AUTHOR, "--role", "manager")
    office.do(*consulted, *MANAGER)
    office.do("strategy", "submit", ID, *AUTHOR)
    assert wrote in office.refused(*decided, *AUTHOR, "--role", "senior_manager")
    assert "Mo Manager was consulted" in office.refused(*decided, "--by", "Mo Manager", "--role", "senior_manager")
    assert "the Senior manager or the Chief Executive" in office.refused(*decided, *MANAGER)
    office.do(*decided, *SENIOR)

    # Told in writing with the policy, with evidence of it, and agreement sought; not before it counts as received.
    assert _lacks(office.refused("strategy", "activate", ID, *AUTHOR)) == [
        "no evidence that a notice was sent",
        "whether agreement was sought is not recorded",
    ]
    office.do("letter", "write", ID, "--purpose", "notice", *AUTHOR)
    notice = office.do("letter", "show", ID, "L1", *AUTHOR)
    assert "A copy of our policy comes with this letter." in notice and "within 15 working days" in notice
    assert "You write or call so much or so often that staff cannot do their work." in notice
    assert "Ann Author wrote" in office.refused("letter", "approve", ID, "L1", *AUTHOR, "--role", "manager")
    office.do("letter", "show", ID, "L1", *MANAGER)
    office.do("letter", "approve", ID, "L1", *MANAGER)
    office.post(ID, "L1")
    not_sought = ("strategy", "agreement", ID, "not_sought", *AUTHOR)
    assert "why agreement was not sought is not said" in office.refused(*not_sought)
    office.do(*not_sought, "--note", "She hung up.")
    office.do("strategy", "activate", ID, *AUTHOR)
    shown = office.told("strategy", "show", ID, *AUTHOR)
    assert (shown["standing"], shown["in_force_from"]) == ("active", "2026-03-04")
    assert broken(office.message()) == []
    office.on(date(2026, 3, 4))
    contact = office.message()
    assert broken(contact) == [f"{ID}/R1"]
    assert broken(office.message("About REF-2203: the street lights in Hill Road.")) == []

    # A breach is confirmed by a person; a first one is answered with a reminder, and that with its letter.
    office.do("breach", "confirm", contact.contact.id, f"{ID}/R1", *AUTHOR)
    office.do("breach", "accept", RESPONSE, "reminder_letter", *MANAGER)
    reminded = ("breach", "carried-out", RESPONSE, "reminder_letter", *MANAGER, "--note", "Sent.")
    reasons = ("reasons=On 4 March you wrote to the chief officer.",)
    office.letter(ID, "L2", "reminder", by="Mo Manager", role="manager", passages=reasons)
    office.emailed(ID, "L2")
    assert "say which letter" in office.refused(*reminded)
    office.do(*reminded, "--letter", "L2")

    # Disputed within fifteen working days before the Chief Executive, and answered within fifteen.
    office.do("challenge", "receive", ID, *AUTHOR, "--on", "2026-03-04", "--reasons", "It is not so.")
    decide = ("challenge", "decide", CHALLENGE, "stands", "--reasons", "It was fair.")
    assert "Chief Executive" in office.refused(*decide, *SENIOR)
    office.do(*decide, *CHIEF)
    assert office.tasks()[f"{CHALLENGE}/tell"]["due"] == "2026-03-25"
    office.letter(ID, "L3", "challenge_outcome", by="Mo Manager", role="manager", passages=("reasons=It was fair.",))
    office.emailed(ID, "L3")
    told = ("challenge", "told", CHALLENGE, *CHIEF, "--on", "2026-03-04", "--way", "email", "--letter", "L3")
    office.do(*told, "--onward", "all")

    # Every three months, by another than who decided; what it comes to is told, and an end is not put off untold.
    office.on(date(2026, 5, 29))
    assert office.tasks()[f"{ID}/review"]["due"] == "2026-05-29"
    goes_on = ("strategy", "review", ID, "continue", "--reasons", "Still daily.", "--next-review")
    assert "Sen Ior was the decider" in office.refused(*goes_on, "2026-08-28", *SENIOR)
    assert "more than 3 months away" in office.refused(*goes_on, "2026-09-01", *MANAGER)
    office.do(*goes_on, "2026-08-28", *MANAGER)
    assert f"{ID}/review_letter" in office.tasks()
    extend = ("strategy", "extend", ID, *SENIOR, "--ends", "2026-12-02", "--reasons", "Still daily.")
    assert "no extension without telling" in office.refused(*extend, "--silence-reason", "It would start again.")
    office.do(*extend)
    office.letter(ID, "L4", "extension", by="Mo Manager", role="manager")
    office.emailed(ID, "L4")
    assert not {f"{ID}/review_letter", f"{ID}/extension_letter"} & office.tasks().keys()

    # A review that decides other restrictions is carried out by those who decide, and holds once she knows of it.
    office.on(date(2026, 8, 27))
    change = ("strategy", "review", ID, "change", *CHIEF, "--reasons", "She writes less.", "--next-review")
    office.do(*change, "2026-11-27")
    assert office.tasks()[f"{ID}/change"]["roles"] == ["senior_manager", "chief_executive"]
    monthly = ("strategy", "change", ID, office.file("monthly.yaml", {"restrictions": [MONTHLY]}))
    assert "Senior manager or Chief Executive" in office.refused(*monthly, *MANAGER, "--reasons", "She writes less.")
    office.do(*monthly, *SENIOR, "--reasons", "She writes less.")
    office.letter(ID, "L5", "change", by="Mo Manager", role="manager")
    office.emailed(ID, "L5")
    assert "counts as received" in office.refused("strategy", "in-force", ID, *AUTHOR)
    office.on(date(2026, 8, 28))
    office.do("strategy", "in-force", ID, *AUTHOR)
    assert [broken(office.message(to=SPOC)) for _ in range(2)] == [[], [f"{ID}/R1"]]

    # Its end date comes: anybody may end it, and nobody before it; it rests, and goes after two years.
    end = ("strategy", "end", ID, *AUTHOR, "--reasons", "Its end has come.")
    office.on(date(2026, 12, 1))
    assert "ending it is for" in office.refused(*end)
    assert ID in office.message().strategies
    office.on(date(2026, 12, 2))
    assert office.tasks()[f"{ID}/end"]["due"] == "2026-12-02"
    office.do(*end)
    assert ID not in office.message().strategies
    told_of_the_end(office, ID, "L6", by="Mo Manager", role="manager")
    office.do("strategy", "dormant", ID, *AUTHOR)
    assert office.standing(ID) == "dormant"
    assert all(task["cites"] == [] for task in office.tasks().values())
    office.on(date(2028, 12, 1))
    assert ID not in office.due()
    office.on(date(2028, 12, 2))
    deleted(office, ID, rule=STRICT)


def _lacks(complained: str) -> list[str]:
    """What was wanting, line by line, without what one may do about it."""
    return [line.strip().partition(". One may: ")[0] for line in complained.splitlines()[1:]]
