"""`triage audit` as an auditor uses it."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

Run = Callable[..., tuple[int, str, str]]

ANN, ADA = ("--by", "Ann Author"), ("--by", "Ada Auditor")


@pytest.fixture
def file(run: Run, tmp_path: Path) -> str:
    """A strategy's file that its author looked at."""
    draft = tmp_path / "draft.yaml"
    draft.write_text(yaml.safe_dump({"person": "P-001", "reasons": "Forty calls."}), "utf-8")
    status, said, complaint = run("strategy", "draft", str(draft), *ANN)
    assert status == 0, complaint
    id_ = said.split()[0]
    assert run("strategy", "show", id_, *ANN)[0] == 0
    return id_


def listed(run: Run, *more: str) -> list[dict[str, object]]:
    status, said, complaint = run("audit", "list", *ADA, "--json", *more)
    assert status == 0, complaint
    return [json.loads(line) for line in said.splitlines()]


def test_an_auditor_reads_who_looked_at_a_file_and_is_on_the_trail_for_it(run: Run, file: str) -> None:
    events = listed(run, "--subject", file)
    assert {event["subject"] for event in events} == {f"file/{file}", f"file/{file}/1"}
    assert listed(run, "--subject", file[:-1]) == []
    assert {event["by"] for event in events} == {"Ann Author"}
    assert any("view" in str(event["event"]) for event in events)
    last = listed(run, "--actor", "Ada Auditor")
    assert [(event["event"], event["subject"]) for event in last[:1]] == [("audit_read", file)]
    assert run("audit", "verify")[0] == 0


def test_the_trail_is_read_by_person_and_by_day(run: Run, file: str) -> None:
    assert {event["by"] for event in listed(run, "--actor", "ann author")} == {"Ann Author"}
    assert listed(run, "--actor", "Mallory") == []
    assert listed(run, "--since", "2999-01-01") == []
    numbers = [event["number"] for event in listed(run, "--since", "2020-01-01")]
    assert numbers == sorted(numbers) and len(numbers) > 2
    assert "expected a day" in run("audit", "list", *ADA, "--since", "soon")[2]
