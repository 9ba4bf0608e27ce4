"""We did not keep to a strategy that stands in the register only: it is recorded, waits, and is settled."""

from __future__ import annotations

import json
from collections.abc import Callable

Run = Callable[..., tuple[int, str, str]]

WHAT = ("--on", "2026-01-12", "--what", "He wrote to her.", "--put-right", "He is spoken to.")
LINE = ("--by", "Lee Line", "--role", "line_manager")


def waits(run: Run) -> dict[str, dict[str, object]]:
    return {task["id"]: task for task in map(json.loads, run("tasks", "--json")[1].splitlines())}


def test_a_breach_of_ours_of_a_strategy_of_the_register_is_recorded_and_settled(run: Run) -> None:
    for number in (1, 2):
        status, said, complained = run("strategy", "staff-breach", "CS-001", *LINE, *WHAT)
        assert (status, complained) == (0, ""), number
        assert said.startswith("CS-001: staff breach; it stands in BR-")
    file = said.split("stands in ")[1].split()[0]
    assert waits(run)[f"{file}/staff_breach"]["to_role"] == "line_manager"
    assert "He wrote to her." in run("breach", "show", file, *LINE)[1]
    for left in (True, False):
        assert run("strategy", "staff-breach-settled", "CS-001", *LINE, "--done", "Spoken to.")[0] == 0
        assert (f"{file}/staff_breach" in waits(run)) == left
    status, _said, complained = run("strategy", "staff-breach-settled", "CS-001", *LINE, "--done", "Spoken to.")
    assert (status, "no breach of ours waits" in complained) == (1, True)


def test_it_is_for_those_who_need_to_know_of_a_strategy_that_is_in_force(run: Run) -> None:
    for id_, who, why in (
        ("CS-001", ("--by", "Sam Staff"), "Sam Staff is not among those who need to know of CS-001"),
        ("CS-NONE", LINE, "there is no strategy CS-NONE"),
    ):
        status, _said, complained = run("strategy", "staff-breach", id_, *who, *WHAT)
        assert (status, why in complained) == (1, True), complained
    status, _said, complained = run("strategy", "staff-breach-settled", "CS-001", *LINE, "--done", "Spoken to.")
    assert (status, "no breach of ours waits" in complained) == (1, True)
    assert run("breach", "responses", "--all", "--json")[1].strip() in ("", "[]")
