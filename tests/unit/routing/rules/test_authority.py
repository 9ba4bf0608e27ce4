"""What is said and asked where a representative writes: for which matters, until when, and that nobody is restricted."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from deciding import (
    EXACT,
    HER_EMAIL,
    NEW,
    OTHER,
    SAME,
    UNCLEAR,
    decided,
    delivered,
    dossier,
    email,
    everything,
    organisation,
    reviewed,
    rules,
)

from models.decision import Decision
from models.identity import Match
from models.matter import Matter
from models.person import Person, Representative
from models.register import Dossier
from models.scan import MatterVerdict
from routing.authority import Authority
from routing.identity.match import identify

AS_REPRESENTATIVE = (Match(person="P1", as_="representative", strength="exact", by="email"),)
CHECK = "check before you disclose anything."
SPOC_ONLY = {"kind": "spoc_only"}


def authority(*, person: str = "P1", certain: bool = True, **fields: Any) -> Authority:
    return Authority(person, Representative.model_validate({"name": "Sam Adviser", **fields}), certain)


def written(matter: MatterVerdict | None, *authorities: Authority, restricted: bool = False, **more: Any) -> Decision:
    """A decision on what somebody with these authorities wrote."""
    strategies = (everything(SPOC_ONLY),) if restricted else ()
    fields = {"matches": AS_REPRESENTATIVE, "matter": matter, "authorities": authorities, **more}
    return decided(email(), *fields.pop("dossiers", (dossier(*strategies),)), **fields)


def said(decision: Decision) -> list[str]:
    return [reason.text for reason in decision.reasons if reason.rule.startswith("representative_")]


ONE_MATTER = authority(matters=["M1"], until="2026-06-30")


@pytest.mark.parametrize(
    ("matter", "text", "asked"),
    [
        (SAME, "this seems to be about M1.", False),
        (OTHER, f"this seems to be about M2: {CHECK}", True),
        (NEW, f"this seems to be about something new: {CHECK}", True),
        (UNCLEAR, f"what this is about is not clear: {CHECK}", True),
        (None, f"what this is about is not clear: {CHECK}", True),
    ],
)
def test_authority_for_one_matter_is_told_with_what_this_is_about(
    matter: MatterVerdict | None, text: str, asked: bool
) -> None:
    decision = written(matter, ONE_MATTER)
    assert said(decision) == [f"The representative has authority for M1 until 2026-06-30; {text}"]
    assert reviewed(decision) == ({"identity": "normal"} if asked else {})
    assert all(went[0] == "deliver" for went in delivered(decision).values())


def test_whoever_speaks_for_somebody_restricted_is_asked_about_in_the_item_that_is_there_anyway() -> None:
    decision = written(OTHER, ONE_MATTER, restricted=True)
    assert CHECK in said(decision)[0]
    assert reviewed(decision) == {"spoc": "normal"}
    assert decision.breaches == ()
    assert all(went[0] == "deliver" for went in delivered(decision).values())


def test_authority_for_every_matter_says_nothing() -> None:
    for matter in (SAME, OTHER, NEW, UNCLEAR, None):
        decision = written(matter, authority())
        assert (said(decision), reviewed(decision)) == ([], {})


def test_authority_that_has_ended_or_not_begun_is_told_and_asked_about() -> None:
    for fields, text in (
        ({"until": "2026-03-01", "matters": ["M1", "M2"]}, "for M1, M2 ended on 2026-03-01"),
        ({"from": "2026-03-03"}, "for all matters of P1 begins on 2026-03-03"),
    ):
        decision = written(None, authority(**fields), matches=(), dossiers=())
        assert said(decision) == [f"The address or number is a representative's, whose authority {text}: {CHECK}"]
        assert reviewed(decision) == {"identity": "normal"}
    for fields in ({"until": "2026-03-02"}, {"from": "2026-03-02"}):
        assert said(written(SAME, authority(**fields))) == []


def test_an_older_form_is_nothing_beside_one_that_covers_it() -> None:
    old = authority(matters=["M2"], until="2026-02-01")
    assert said(written(SAME, ONE_MATTER, old)) == [
        "The representative has authority for M1 until 2026-06-30; this seems to be about M1."
    ]
    assert [text.endswith(CHECK) for text in said(written(OTHER, ONE_MATTER, old))] == [True, True]


def test_only_what_the_sender_surely_is_asks_a_person() -> None:
    assert reviewed(written(OTHER, authority(matters=["M1"], certain=False), matches=())) == {}


def test_whoever_writes_on_a_matter_of_their_own_speaks_for_nobody() -> None:
    hers = Dossier(person=Person(id="P2", name="Bo"), matters=(Matter(id="M9", person="P2", title="A gate"),))
    both = (dossier(), hers)
    limited = authority(person="P2", matters=["M9"])
    decision = written(SAME, limited, matches=(*EXACT,), dossiers=both)
    assert (said(decision), reviewed(decision)) == ([], {})
    about_his = SAME.model_copy(update={"nearest": "M9"})
    assert "this seems to be about M9." in said(written(about_his, limited, matches=EXACT, dossiers=both))[0]


def test_authority_for_all_of_one_client_covers_nothing_of_another() -> None:
    other = Dossier(person=Person(id="P2", name="Bo"), matters=(Matter(id="M9", person="P2", title="A gate"),))
    matches = (*AS_REPRESENTATIVE, AS_REPRESENTATIVE[0].model_copy(update={"person": "P2"}))
    decision = written(OTHER, authority(person="P2"), ONE_MATTER, matches=matches, dossiers=(dossier(), other))
    assert said(decision)[0].endswith(f"this seems to be about M2: {CHECK}")
    assert reviewed(decision) == {"identity": "normal"}


def test_authorities_are_found_with_who_it_is_from() -> None:
    people = [
        {"name": "Sam", "identifiers": [{"kind": "email", "value": HER_EMAIL}], "matters": ["M1"]},
        {"name": "Sam", "identifiers": [{"kind": "email", "value": HER_EMAIL}], "until": "2026-01-01"},
    ]
    one = dossier(identifiers=[], representatives=people)
    contact = email(email={"from_addresses": [{"address": HER_EMAIL}]})
    found = identify(contact, (one,), organisation=organisation())
    assert [(a.person, a.representative.until, a.certain) for a in found.authorities] == [
        ("P1", None, True),
        ("P1", date(2026, 1, 1), True),
    ]
    assert (
        rules(decided(contact, one, matches=found.matches, authorities=found.authorities)).count(
            "representative_expired"
        )
        == 0
    )
