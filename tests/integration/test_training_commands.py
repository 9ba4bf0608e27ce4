"""`triage training` at the terminal, under Warwickshire's policy."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from gateway.places import sample_directory

Run = Callable[..., tuple[int, str, str]]

BY = ("--by", "Mo Manager")
GIVEN = ("--on", "2026-01-12", "--given-by", "The county's college", *BY)


@pytest.fixture
def office(run: Run, tmp_path: Path) -> Run:
    """The sample's office under Warwickshire's policy."""
    sample = (sample_directory() / "register.yaml").read_text("utf-8")
    (tmp_path / "warwickshire.yaml").write_text(sample.replace("policy: cleveland", "policy: warwickshire"), "utf-8")
    assert run("register", "import", str(tmp_path / "warwickshire.yaml"), "--by", "Ann")[0] == 0
    return run


def rows(run: Run, *more: str) -> list[dict[str, str]]:
    return [json.loads(line) for line in run("training", "list", *BY, "--json", *more)[1].splitlines()]


def tasks(run: Run) -> dict[str, str]:
    found = map(json.loads, run("tasks", "--json")[1].splitlines())
    return {task["id"]: task["due"] for task in found if task["id"].startswith("TR-")}


def test_somebody_is_trained_again_and_leaves(office: Run) -> None:
    status, said, complaint = office("training", "joined", "Nia New", "--on", "2026-01-05", *BY)
    assert status == 0, complaint
    id_ = said.split(":")[0]
    assert list(tasks(office)) == [f"{id_}/customer_service"]
    status, _, said = office("training", "record", "nia new", "juggling", *GIVEN)
    assert status == 1 and "there are customer_service" in said
    assert office("training", "record", "nia  NEW", "customer_service", *GIVEN)[0] == 0
    assert office("training", "record", "Ola Old", "customer_service", *GIVEN, "--next-due", "2026-06-01")[0] == 0
    assert [(row["name"], row["on"], row["due"]) for row in rows(office)] == [
        ("Nia New", "2026-01-12", "2027-01-12"),
        ("Ola Old", "2026-01-12", "2026-06-01"),
    ]
    assert tasks(office)[f"{id_}/customer_service"] == date(2027, 1, 12).isoformat()
    assert "The county's college" in office("training", "show", id_, *BY)[1]
    assert office("training", "left", "Nia New", "--on", "2026-02-01", *BY)[0] == 0
    assert [row["name"] for row in rows(office)] == ["Ola Old"]
    assert [row["due"] for row in rows(office, "--all") if row["name"] == "Nia New"] == [""]
    status, _, said = office("training", "left", "Nia New", "--on", "2026-02-01", *BY)
    assert status == 1 and "nobody called Nia New" in said


def test_a_policy_that_asks_for_no_training_records_none(run: Run) -> None:
    status, _, said = run("training", "record", "Nia New", "customer_service", *GIVEN)
    assert status == 1 and "there are none" in said
    assert run("training", "list", *BY)[1] == "nothing there\n"
