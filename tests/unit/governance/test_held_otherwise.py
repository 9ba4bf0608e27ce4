"""Whatever a register file alone changes in whom it holds, to what and how long is said, the gravest first."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from gateway.governance.held_otherwise import held_otherwise
from models.matter import ReviewRight
from models.register import Register

DAY = date(2026, 3, 2)
OFFICE = {
    "name": "The Office",
    "policy": "wealden",
    "domains": ["office.example"],
    "addresses": {"manager": "head@office.example"},
}
EMAIL = {"kind": "email", "value": "jordan@mail.example"}
OTHER = {"kind": "phone", "value": "01632 960 101"}
SPOC = {"name": "Pat", "address": "pat@office.example", "deputy": "dee@office.example", "phones": ["01632 960 001"]}
GIVEN = {
    "id": "CS-9", "person": "A-1", "matters": ["M-1"], "status": "active", "starts": "2026-01-05",
    "notified_on": "2026-01-06", "ends": "2026-09-30", "spoc": SPOC, "restrictions": [{"id": "R1", "kind": "spoc_only"}],
}  # fmt: skip


def register(*strategies: dict[str, Any], **person: Any) -> Register:
    matters = [{"id": f"M-{n}", "person": "A-1", "title": "Bins", "status": "open"} for n in (1, 2)]
    return Register.model_validate(
        {
            "organisation": OFFICE,
            "people": [
                {"id": "A-1", "name": "Jordan Example", "identifiers": [EMAIL], **person},
                {"id": "A-2", "name": "Kim Example"},
            ],
            "matters": [*matters, {"id": "M-9", "person": "A-2", "title": "Bins", "status": "open"}],
            "strategies": [{**GIVEN, **fields} for fields in strategies],
        }
    )


def said(before: Register, after: Register, **more: Any) -> tuple[tuple[str, ...], tuple[str, ...]]:
    return held_otherwise([one for one in before.dossiers() if one.strategies], after, DAY, **more)


LET_GO: dict[str, Any] = {"identifiers": []}
SHARED: dict[str, Any] = {"identifiers": [{**EMAIL, "shared": True}]}
ADVOCATE = [{"id": "R1", "kind": "advocate_only"}]
ALI, BO = {"name": "Ali", "matters": ["M-1"]}, {"name": "Bo", "matters": ["M-2"]}
Fields = dict[str, Any]
GRAVER: list[tuple[Fields, Fields, Fields, Fields, str]] = [
    # what the strategy was, what it is, what the person was, what they are, what is said
    ({}, {"person": "A-2", "matters": ["M-9"]}, {}, {}, "is about A-2 by this register, and was about A-1"),
    ({"notified_on": None}, {}, {}, {},
     "is in force by this register and holds A-1 (notified_on was not given, and is 6 January 2026): nothing here"),
    ({"notified_on": "2026-05-01"}, {}, {}, {}, "is in force by this register already (notified_on was 1 May 2026, and"),
    ({"starts": "2026-05-01"}, {}, {}, {}, "already (starts was 1 May 2026, and is 5 January 2026): nothing here"),
    ({"starts": "2026-05-01"}, {"starts": "2026-04-01"}, {}, {}, "holds nobody until 1 April 2026 (starts was 1 May 2026"),
    ({"status": "draft"}, {}, {}, {}, "in force by this register and holds A-1 (status was draft, and is active)"),
    ({"status": "draft"}, {"starts": "2026-05-01"}, {}, {}, "comes in force on 1 May 2026 by this register and will hold A-"),
    ({"ends": "2026-03-01"}, {}, {}, {}, "is in force by this register and holds A-1 (ends was 1 March 2026, and is 30"),
    ({}, {}, {"deceased_on": "2026-02-01"}, {}, "holds A-1 (deceased_on was 1 February 2026, and is not given)"),
    ({}, {}, {}, {"identifiers": [EMAIL, OTHER]}, "binds one more telephone number, as A-1's alone (number 2 of theirs"),
    ({}, {}, SHARED, {}, "binds one more email address, as A-1's alone (number 1 of theirs in this file)"),
    ({}, {"scope": "organisation"}, {}, {}, "is about everything by this register, and was about M-1: nothing here"),
    ({}, {"matters": ["M-2"]}, {}, {}, "is about M-2 by this register, and was about M-1: nothing here"),
    ({}, {"matters": ["M-1", "M-2"]}, {}, {}, "is about M-1, M-2 by this register, and was about M-1: nothing here"),
    ({}, {"ends": "2027-09-30"}, {}, {}, "holds until 30 September 2027 by this register, and held until 30 September 2026"),
    ({}, {"ends": None}, {}, {}, "holds without an end by this register, and held until 30 September 2026: nothing here"),
    ({}, {"restrictions": [{"id": "R1", "kind": "premises_ban"}]}, {}, {}, "asks other things than before"),
    ({}, {"ends": "2026-03-01"}, {}, {}, "holds nobody any more (ends was 30 September 2026, and is 1 March 2026)"),
    ({}, {"status": "ended"}, {}, {}, "holds nobody any more (status was active, and is ended)"),
    ({}, {"notified_on": None}, {}, {}, "holds nobody any more (notified_on was 6 January 2026, and is not given)"),
    ({}, {"starts": "2026-05-01"}, {}, {}, "holds nobody until 1 May 2026 (starts was 5 January 2026, and is 1 May 2026)"),
    ({"starts": "2026-05-01"}, {"status": "ended"}, {}, {}, "will hold nobody (status was active, and is ended; starts"),
]  # fmt: skip
MILDER: list[tuple[Fields, Fields, Fields, Fields, str]] = [
    ({"scope": "organisation"}, {}, {}, {}, "is about M-1 by this register, and was about everything"),
    ({}, {"ends": "2026-06-30"}, {}, {}, "holds until 30 June 2026 by this register, and held until 30 September 2026"),
    ({}, {}, {}, LET_GO, "binds one email address less, which was A-1's alone (number 1 of what the register had"),
    ({}, {"spoc": {**SPOC, "address": "sam@office.example"}}, {}, {}, "another single point of contact than before"),
    ({}, {"spoc": {**SPOC, "deputy": None}}, {}, {}, "has no deputy of the single point of contact now"),
    ({}, {"spoc": {**SPOC, "deputy": "kay@office.example"}}, {}, {}, "has another deputy of the single point of contact than"),
    ({}, {"spoc": {**SPOC, "phones": ["01632 960 002"]}}, {}, {}, "has another list of numbers of the single point"),
    ({"review_due": "2026-06-01"}, {"review_due": "2099-01-01"}, {}, {},
     "is to be reviewed on 1 January 2099 by this register, and was to be on 1 June 2026: nothing here shows that it"),
    ({"review_due": "2026-06-01"}, {}, {}, {}, "has no review any more by this register, and was to be on 1 June 2026"),
    ({"restrictions": ADVOCATE}, {"restrictions": ADVOCATE}, {"representatives": [ALI]}, {"representatives": [BO]},
     "does not hold A-1 to their representative any more: nobody may speak for them by this register"),
]  # fmt: skip
CHANGES = [(*row, 0) for row in GRAVER] + [(*row, 1) for row in MILDER]


@pytest.mark.parametrize(("was", "now", "whom", "whom_now", "says", "where"), CHANGES)
def test_every_way_in_which_the_file_alone_holds_somebody_otherwise_is_said(
    was: dict[str, Any], now: dict[str, Any], whom: dict[str, Any], whom_now: dict[str, Any], says: str, where: int
) -> None:
    texts = said(register(was, **whom), register(now, **whom_now))
    assert not texts[1 - where]
    (text,) = texts[where]
    assert text.startswith("CS-9") and says in text
    assert not any(secret in text for secret in ("@", "960", "Jordan", "Pat"))


NOTHING_TO_SAY: list[tuple[Fields, Fields, Fields, Fields]] = [
    ({}, {}, {}, {}),
    ({}, {"review_due": "2026-06-01", "decider": "Ann"}, {}, {"name": "Jo Example"}),
    ({"review_due": "2026-06-01"}, {"review_due": "2026-05-01"}, {}, {}),
    ({}, {}, {"representatives": [ALI]}, {}),  # nobody is asked to come through them
    (
        {"restrictions": ADVOCATE},
        {"restrictions": ADVOCATE},
        {"representatives": [ALI, BO]},
        {"representatives": [ALI]},
    ),
    ({}, {}, {}, {"identifiers": [{**EMAIL, "value": "Jordan@Mail.example"}]}),
    ({}, {}, {}, {"identifiers": [EMAIL, {**OTHER, "shared": True}]}),  # a household's restricts nobody
    ({"status": "draft"}, {"notified_on": None}, {}, {}),  # holds nobody before they are told; that is said then
    ({"status": "draft"}, {"status": "draft", "matters": ["M-2"]}, {}, {"identifiers": [EMAIL, OTHER]}),
]


@pytest.mark.parametrize(("was", "now", "whom", "whom_now"), NOTHING_TO_SAY)
def test_what_holds_nobody_otherwise_is_not_said(
    was: dict[str, Any], now: dict[str, Any], whom: dict[str, Any], whom_now: dict[str, Any]
) -> None:
    assert said(register(was, **whom), register(now, **whom_now)) == ((), ())


@pytest.mark.parametrize(
    ("was", "now", "of", "says"),
    [
        ("open", "none", "M-1", True),
        ("unknown", "used", "M-1", True),
        ("used", "none", "M-1", False),
        ("none", "open", "M-1", False),
        ("open", "none", "M-2", False),  # which the strategy is not about
    ],
)
def test_where_no_review_of_an_outcome_can_be_asked_for_any_more_is_said(
    was: str, now: str, of: str, says: bool
) -> None:
    before, after = (
        register({}).model_copy(
            update={
                "matters": tuple(
                    one.model_copy(update={"review_right": ReviewRight(right if one.id == of else "unknown")})
                    for one in register({}).matters
                )
            }
        )
        for right in (was, now)
    )
    text = (
        f"CS-9: no review of the outcome of M-1 can be asked for any more by this register (review_right was {was}, and"
    )
    for with_a_file in ((), ("CS-9",)):
        graver, milder = said(before, after, with_a_file=with_a_file)
        assert [one.startswith(text) for one in graver] == [True] * says and not milder


def test_the_gravest_is_said_first() -> None:
    before = register({}, *({"id": f"CS-{n}"} for n in range(1, 6)))
    after = register(
        {"id": "CS-6"},
        {"id": "CS-1", "spoc": None},
        {"id": "CS-2", "status": "ended"},
        {"id": "CS-3", "ends": None},
        {"id": "CS-4", "scope": "organisation"},
        {"id": "CS-5", "person": "A-2", "matters": ["M-9"]},
        identifiers=[EMAIL, OTHER],
    )
    graver, milder = said(before, after)
    assert [text.split()[0] for text in graver] == ["CS-5", "CS-6", "CS-1,", "CS-4", "CS-3", "CS-2", "CS-9"]
    assert graver[2].startswith("CS-1, CS-3, CS-4 bind one more telephone number")
    assert graver[-1] == "CS-9 holds nobody any more: it is not in this file"
    assert [text.split()[0] for text in milder] == ["CS-1"] * 3


def test_of_one_with_a_file_only_another_address_is_the_registers_to_say() -> None:
    after = register({"ends": None, "status": "ended"}, identifiers=[EMAIL, OTHER])
    assert said(register({}), after, with_a_file={"CS-9"}) == (
        ("CS-9 binds one more telephone number, as A-1's alone (number 2 of theirs in this file)",),
        (),
    )


def test_of_one_that_comes_back_only_whom_it_is_about_now_is_said_here() -> None:
    ended, moved = register({"status": "ended"}), register({"person": "A-2", "matters": ["M-9"]})
    assert said(ended, register({}), but={"CS-9"}) == ((), ())
    ((text,), ()) = said(ended, moved, but={"CS-9"})
    assert "is about A-2 by this register, and was about A-1" in text
