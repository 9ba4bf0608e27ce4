"""A strategy that came in by the register file alone: what we asked for under it is no breach."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from tests.acceptance.policies.office import AUTHOR, CHIEF, REGISTER, Office, broken

ID = "CS-OLD-1"
LINE = ("--by", "Lee Line", "--role", "line_manager")
STRATEGY = {
    "id": ID, "person": "P-001", "status": "active", "scope": "organisation", "review_due": "2026-05-01",
    "starts": "2026-02-01", "notified_on": "2026-02-01",
    "spoc": {"name": "Pat Contact", "address": "spoc@office.example", "deputy": "deputy@office.example"},
    "restrictions": [{"id": "R1", "kind": "spoc_only"}],
}  # fmt: skip


def test_contact_that_we_asked_for_is_no_breach_of_it(open_office: Callable[[str], Office]) -> None:
    office = open_office("cleveland")
    organisation = {**REGISTER["organisation"], "policy": "cleveland"}
    register = {**REGISTER, "organisation": organisation, "strategies": [STRATEGY]}
    office.do("register", "import", office.file("with.yaml", register), *AUTHOR)
    early = office.message()
    assert broken(early) == [f"{ID}/R1"]

    asked = ("--on", "2026-03-02", "--until", "2026-03-04", "--how", "By telephone: to write to the chief.")
    said = office.do("strategy", "invite", ID, *LINE, *asked)
    assert f"triage breach dismiss {early.contact.id} {ID}/R1" in said
    assert "we had asked them" in office.refused("breach", "confirm", early.contact.id, f"{ID}/R1", *LINE)
    office.do("breach", "dismiss", early.contact.id, f"{ID}/R1", *LINE, "--note", "We had asked her to.")

    for day, broke in ((2, []), (4, []), (5, [f"{ID}/R1"])):
        office.on(date(2026, 3, day))
        message = office.message()
        assert broken(message) == broke, day
        assert (CHIEF in {delivery.to for delivery in message.deliveries}) == (not broke), day
    late = office.message("About REF-1407: and another thing.")
    office.do("breach", "confirm", late.contact.id, f"{ID}/R1", *LINE)  # of the day after; it counts as the first
    (file,) = office.lines("breach", "responses")
    assert file["confirmed"] == 1
