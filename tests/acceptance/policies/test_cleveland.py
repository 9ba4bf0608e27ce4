"""Cleveland: eleven questions, a short review, advice before an adjustment is changed, the police in an emergency."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from tests.acceptance.policies.office import (
    AUTHOR,
    DRAFT,
    REGISTER,
    SPOC,
    STRICT,
    Office,
    answers,
    broken,
    deleted,
    incident_closed,
    told_of_the_end,
)

ID = "CS-2026-0001"
LINE = ("--by", "Lin Manager", "--role", "line_manager")
HEAD = ("--by", "Hal Head", "--role", "head_of_standards")
SENIOR = ("--by", "Sen Ior", "--role", "senior_manager")
ELEVEN = {
    "process_explained": "yes", "handled_proportionately": "yes", "considered_properly": "yes",
    "communicated_regularly": "na", "rationale_given": "yes", "decision_appropriate": "yes",
    "misunderstandings_dispelled": "yes", "access_considered": "yes", "support_offered": "yes", "put_in_touch": "yes",
}  # fmt: skip


def test_a_strategy_under_clevelands_policy(open_office: Callable[[str], Office]) -> None:
    office = open_office("cleveland")

    # 4.4, 4.5, 10.3: an abusive call, with its questions; an apparent offence is reported, without notice if need be.
    record = ("incident", "record", "terminated_call", *AUTHOR, "--on", "2026-03-02", "--what", "Threats at the desk.")
    office.do(*record, "--person", "P-001", "--ground", "apparent_offence")
    no = ("incident", "police", "IN-2026-0001", "no", *HEAD, "--reason", "It was not so bad.")
    office.refused(*no, cites="Cleveland 10.3")
    yes = ("incident", "police", "IN-2026-0001", "yes", *HEAD, "--reason", "A threat.", "--reference", "Log 17")
    office.refused(*yes, "--without-notice", "haste", cites="Cleveland 10.3")
    office.do(*yes, "--without-notice", "immediate_safety")
    office.refused("incident", "close", "IN-2026-0001", *AUTHOR, cites="Cleveland 4.5")

    office.do("strategy", "draft", office.file("draft.yaml", {**DRAFT, "review_due": "2026-06-30"}), *AUTHOR)
    assert "person P-001, about M-001\n" in office.do("strategy", "show", ID, *AUTHOR)  # the policy has no stages
    # 7.2, 7.3: new and significant information stops a restriction by being "yes".
    answers(office, ID, {**ELEVEN, "new_information": "yes"})
    fault = office.refused("strategy", "submit", ID, *AUTHOR, cites="Cleveland 7.2")
    assert "put this right first: Have they provided any new and significant information?" in fault
    # 9.12: at most three months; 9.1-9.3: the behaviour is raised first.
    assert "the review is more than 3 months away (Cleveland 9.12" in fault
    assert "not warned first" in fault and "Cleveland 9.3" in fault
    answers(office, ID, {"new_information": "no"})
    office.do("strategy", "revise", ID, office.file("revised.yaml", {"review_due": "2026-05-29"}), *AUTHOR)
    office.do("strategy", "warned", ID, *AUTHOR, "--on", "2026-02-20", "--how", "By letter, with how to change.")
    office.do("strategy", "act", ID, "consulted", *LINE, "--note", "Do it.")
    office.do("strategy", "submit", ID, *AUTHOR)
    # 9.5: whoever advised does not decide.
    same = ("--by", "Lin Manager", "--role", "head_of_standards")
    office.refused("strategy", "act", ID, "decided", *same, cites="Cleveland 9.5")
    office.do("strategy", "act", ID, "decided", *HEAD)

    # 9.6: in writing, and agreement sought.
    office.letter(ID, "L1", "notice", by="Sal Staff", role="staff", passages=("behaviour=You rang many times a day.",))
    office.refused("strategy", "activate", ID, *AUTHOR, cites="Cleveland 9.6")
    office.emailed(ID, "L1")
    fault = office.refused("strategy", "activate", ID, *AUTHOR, cites="Cleveland 9.6")
    assert "whether agreement was sought" in fault
    office.do("strategy", "agreement", ID, "refused", *AUTHOR, "--note", "She would not.")
    assert "from activation to" in office.do("strategy", "show", ID, *AUTHOR)
    office.do("strategy", "activate", ID, *AUTHOR)
    # The letter counts as received tomorrow: it is in force then.
    assert "from 2026-03-03 to" in office.do("strategy", "show", ID, *AUTHOR)
    assert broken(office.message()) == []
    office.on(date(2026, 3, 3))
    contact = office.message()
    assert broken(contact) == [f"{ID}/R1"]
    # 9.10: whatever the strategy, a concern in the very matter is seen at once.
    worse = office.message("About REF-1407, my seized car: I have a rope ready and am going to kill myself tonight.")
    assert "self_harm" in [finding.label for finding in worse.findings]
    # 9.8, 10.4: other matters are open.
    assert broken(office.message("About REF-2203: the street lights in Hill Road.", to=SPOC)) == []

    # 9.11: swiftly, and a clear reminder; it is proposed for two working days on.
    office.do("breach", "confirm", contact.contact.id, f"{ID}/R1", *AUTHOR)
    (reminder,) = [task for task in office.tasks().values() if task["id"].startswith("BR-")]
    assert (reminder["due"], reminder["to_role"]) == ("2026-03-05", "line_manager")
    response = reminder["id"].partition("/")[0]
    # An adjustment allowed it after all: the confirmation is undone with its trace, and what was proposed falls.
    undo = ("--because", "adjustment", "--note", "She may write to anybody while she is in hospital.")
    office.do("breach", "undo", contact.contact.id, f"{ID}/R1", *AUTHOR, *undo)
    assert [task for task in office.tasks() if task.startswith(response)] == []

    # She is asked on the telephone to write to the chief: that is no breach, nor what came before it was recorded.
    late = office.message()
    assert broken(late) == [f"{ID}/R1"]
    asked = ("--on", "2026-03-03", "--until", "2026-03-04", "--how", "By telephone: to write to the chief.")
    said = office.do("strategy", "invite", ID, *AUTHOR, *asked)
    assert f"triage breach dismiss {late.contact.id} {ID}/R1" in said
    assert "we had asked them" in office.refused("breach", "confirm", late.contact.id, f"{ID}/R1", *AUTHOR)
    office.do("breach", "dismiss", late.contact.id, f"{ID}/R1", *AUTHOR, "--note", "We had asked her to.")
    for day, broke in ((3, []), (4, []), (5, [f"{ID}/R1"])):
        office.on(date(2026, 3, day))
        assert broken(office.message()) == broke
    office.on(date(2026, 3, 5))

    # 9.13, 9.14: advice on equality before an adjustment is changed.
    change = ("strategy", "adjustment", ID, "A1", *AUTHOR, "--change", "14 point", "--reasons", "Asked for.",
              "--told-on", "2026-03-03")  # fmt: skip
    office.refused(*change, cites="Cleveland 9.14")
    organisation = {**REGISTER["organisation"], "policy": "cleveland"}

    def with_needs(name: str, *needs: dict[str, str]) -> str:
        people = [{**REGISTER["people"][0], "adjustments": list(needs)}]
        return office.file(name, {**REGISTER, "organisation": organisation, "people": people})

    without, larger = with_needs("without.yaml"), with_needs("larger.yaml", {"id": "A1", "need": "14 point"})
    assert "adjustment A1 is lost" in office.refused("register", "import", without, *AUTHOR, cites="Cleveland 9.13")
    advice = ("--adviser", "Eve Equal", "--adviser-role", "equality_adviser", "--adjustment", "A1")
    office.do("strategy", "advice", ID, *AUTHOR, *advice, "--about", "large print", "--advice", "Reasonable.")
    office.do(*change)
    # That it becomes another is no leave to take it away.
    assert "A1 is missing" in office.refused("register", "import", without, *AUTHOR, cites="Cleveland 9.13")
    office.do("register", "import", larger, *AUTHOR)

    # 9.15: the Data Protection Officer before anything goes to a partner.
    sharing = ("--ground", "a legitimate reason that is recorded", "--why", "Threats.")
    told = office.do(
        "disclosure", "propose", "--person", "P-001", *AUTHOR, "--to", "The police", "--what", "The calls.", *sharing
    )
    disclosure = told.split()[0].rstrip(":")
    share = ("disclosure", "share", disclosure, *AUTHOR, "--on", "2026-03-03", "--to", "The police", "--how", "Post")
    share += ("--what", "The calls.")
    office.refused(*share, cites="Cleveland 9.15")

    # 9.11: staff keep to it, too; where they did not, it is dealt with swiftly.
    ours = ("--on", "2026-03-03", "--what", "We rang outside the hours.", "--put-right", "The rota.")
    office.do("strategy", "staff-breach", ID, *AUTHOR, *ours)
    assert office.tasks()[f"{ID}/staff_breach"]["to_role"] == "line_manager"
    settled = ("strategy", "staff-breach-settled", ID, "--done", "The officer was spoken to; the rota is changed.")
    office.refused(*settled, *AUTHOR, cites="Cleveland 9.11")
    office.do(*settled, *LINE)
    assert f"{ID}/staff_breach" not in office.tasks()

    # 9.12: the review falls due on the day, by another than who decided, unless somebody else allows it.
    office.on(date(2026, 5, 29))
    assert office.tasks()[f"{ID}/review"]["to_role"] == "senior_manager"
    decider = ("--by", "Hal Head", "--role", "senior_manager")
    office.refused("strategy", "review", ID, "lift", *decider, "--reasons", "It has stopped.", cites="Cleveland 9.12")
    allow = ("strategy", "allow-reviewer", ID, "Hal Head", "--reason", "The senior manager is on leave.")
    office.refused(*allow, *decider, cites="Cleveland 9.12")
    office.do(*allow, *SENIOR)
    office.do("strategy", "review", ID, "lift", *decider, "--reasons", "It has stopped.")
    office.do("strategy", "end", ID, *HEAD, "--reasons", "It has stopped.")
    assert broken(office.message()) == []
    told_of_the_end(office, ID, "L2", by="Sal Staff", role="staff")

    # Nothing goes while another file of the person is open, which may need it; nor before its period is over.
    office.on(date(2028, 5, 29))
    listed = office.told("retention", "due")
    (kept_by,) = [record["kept_by"] for record in listed["records"] if record["id"] == ID]
    assert f"{disclosure} is open, which may need it" in kept_by and "IN-2026-0001 is open" in kept_by
    office.refused("retention", "run", listed["code"], *AUTHOR, "--only", ID)
    office.do("disclosure", "withdraw", disclosure, *AUTHOR, "--reasons", "It came to nothing.")
    checks = ("told_unacceptable", "told_why", "warned", "told_of_ending", "file_note")
    incident_closed(office, "IN-2026-0001", checks, {"advice": LINE, "welfare": LINE})
    deleted(office, ID, rule=STRICT)
