"""What an import does by itself is said where the office sees it: at the import, and as a task."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
import yaml

Run = Callable[..., tuple[int, str, str]]

OFFICE = {
    "organisation": {
        "name": "The Office", "policy": "wealden", "domains": ["office.example"],
        "addresses": {"manager": "manager@office.example"},
    },
    "people": [{"id": "P-001", "name": "Jordan Example"}],
    "matters": [{"id": "M-1", "person": "P-001", "title": "Bins", "status": "open"}],
}  # fmt: skip


@pytest.fixture
def load(command: Run, tmp_path: Path) -> Callable[..., tuple[int, str, str]]:
    """Imports a register with these strategies of Jordan's; or does something else with it."""

    def importing(*strategies: dict[str, Any], do: str = "import", **more: Any) -> tuple[int, str, str]:
        file = tmp_path / "register.yaml"
        file.write_text(yaml.safe_dump({**OFFICE, **more, "strategies": list(strategies)}), "utf-8")
        return command("register", do, str(file), *(() if do == "validate" else ("--by", "Ann")))

    return importing


def strategy(id_: str, *restrictions: dict[str, Any], **fields: Any) -> dict[str, Any]:
    named = [{"id": f"R{number}", **one} for number, one in enumerate(restrictions, start=1)]
    given = {"person": "P-001", "matters": ["M-1"], "status": "active", "starts": "2026-01-05", **fields}
    return {"id": id_, "notified_on": "2026-01-06", "review_due": "2026-04-01", **given, "restrictions": named}


def test_what_the_policy_forbids_is_taken_and_said_and_waits_for_somebody(command: Run, load: Run) -> None:
    old = strategy("CS-OLD", {"kind": "same_matter_filed"}, {"kind": "reply_cycle", "every": "P6M"})
    for do in ("validate", "import", "import"):  # said as long as it is so, not only when it comes in
        status, _said, complained = load(old, do=do)
        assert status == 0
        for text in ("same_matter_filed on M-1, which is still open", "every is 6 months (P6M), more than the policy"):
            assert (
                f"CS-OLD asks what the policy does not let it ask, and holds all the same: {text}"
                in complained.replace("R2 (reply_cycle): ", "")
            )
    _status, tasks, _complained = command("tasks", "--json")
    assert '"CS-OLD/open_matter"' in tasks and '"CS-OLD/limits"' in tasks
    assert load(strategy("CS-OLD", {"kind": "spoc_only"}))[2].count("asks what the policy") == 0
    assert '"CS-OLD/open_matter"' not in command("tasks", "--json")[1]


def test_what_has_no_effect_or_cannot_be_meant_is_said_and_taken(load: Run) -> None:
    eases = [{"id": "A1", "need": "a stammer", "varies": [{"restriction": "R9", "minutes": 30}]}]
    people = [{**OFFICE["people"][0], "adjustments": eases}, {"id": "P-2", "name": "Kim", "deceased_on": "2226-01-01"}]
    for do in ("validate", "import"):
        status, _said, complained = load(strategy("CS-1", {"kind": "spoc_only"}), do=do, people=people)
        assert status == 0
        assert "P-001: adjustment A1 eases R9, which no strategy of theirs has" in complained
        assert "P-2 is said to have died on 2226-01-01, which is still to come" in complained


def test_what_had_ended_is_said_to_come_back_under_whatever_id(load: Run) -> None:
    only = {"kind": "channel_only", "channels": ["letter"]}
    assert load(strategy("CS-1", only))[0] == 0
    assert load(strategy("CS-1", only, status="ended"))[0] == 0
    status, _said, complained = load(strategy("CS-9", only))
    assert (status, "CS-9 is in force by this register and asks the same as CS-1" in complained) == (0, True)


def test_whom_the_file_alone_holds_is_said_before_what_is_said_each_time(load: Run) -> None:
    forbidden = [strategy(f"CS-{n}", {"kind": "same_matter_filed"}) for n in range(25)]
    kim = {"id": "P-2", "name": "Kim Example"}
    old = strategy("CS-OLD", {"kind": "spoc_only"}, scope="organisation", matters=[])
    assert load(old, *forbidden, people=[*OFFICE["people"], kim])[0] == 0
    jordan = {"id": "P-001", "name": "Jordan Example", "identifiers": [PHONE]}
    first, second, third, *_more = load({**old, "person": "P-2"}, *forbidden, people=[jordan, kim])[2].splitlines()
    assert "CS-OLD is about P-2 by this register, and was about P-001" in first
    assert "bind one more telephone number, as P-001's alone" in second and "960" not in second
    assert "asks what the policy does not let it ask" in third


PHONE, SHARED = {"kind": "phone", "value": "01632 960 101"}, {"kind": "phone", "value": "01632 960 101", "shared": True}


@pytest.mark.parametrize(("was", "now", "said"), [(PHONE, PHONE, True), (SHARED, PHONE, False), (PHONE, SHARED, False)])
def test_whoever_comes_back_under_another_id_is_known_by_what_was_theirs_alone(
    load: Run, was: dict[str, Any], now: dict[str, Any], said: bool
) -> None:
    only = {"kind": "channel_only", "channels": ["letter"]}

    def of(person: str, identifier: dict[str, Any]) -> dict[str, Any]:
        people = [{"id": person, "name": "Jordan Example", "identifiers": [identifier]}]
        return {"people": people, "matters": [{"id": "M-1", "person": person, "title": "Bins", "status": "open"}]}

    assert load(strategy("CS-1", only, status="ended"), **of("P-001", was))[0] == 0
    complained = load(strategy("CS-9", only, person="P-900"), **of("P-900", now))[2]
    assert ("asks the same as CS-1" in complained) == said
    assert "CS-9 is in force by this register" in complained


def test_a_file_that_was_exported_before_the_register_changed_says_so(command: Run, load: Run, tmp_path: Path) -> None:
    assert load()[0] == 0
    exported = command("register", "export", "--by", "Ann", "--role", "director")[1]
    file = tmp_path / "exported.yaml"
    file.write_text(exported, "utf-8")
    edited = tmp_path / "edited.yaml"
    edited.write_bytes(exported.replace("\n", "\r\n").encode("utf-8-sig"))  # as Windows' Notepad may write it
    assert command("register", "import", str(file), "--by", "Ann") == (
        0,
        "1 person, 1 matter, 0 strategies; in force as version 2\n",
        "",
    )
    assert load(people=[*OFFICE["people"], {"id": "P-2", "name": "Kim Example"}])[0] == 0
    for made, stale in ((3, file), (4, edited)):
        status, _said, complained = command("register", "import", str(stale), "--by", "Ann")
        assert status == 0
        assert f"this file was exported as version 1, and Ann made version {made} on" in complained


ONLY = {"kind": "channel_only", "channels": ["letter"]}
TOLD = strategy("CS-1", ONLY)
NEEDS = [{"id": "A1", "need": "dyslexia", "exempts": ["telephone"]}]
JORDAN = {"id": "P-001", "name": "Jordan Example"}

BESIDE = [
    # what is in force, what the file has, and what of it is said
    ((), (TOLD,), "CS-1 is in force by this register and holds P-001"),
    ((TOLD,), (), "CS-1 holds nobody any more: it is not in this file"),
    ((TOLD,), (strategy("CS-1", {"kind": "spoc_only"}),), "CS-1 asks other things than before"),
    ((strategy("CS-1", ONLY, status="ended"),), (strategy("CS-9", ONLY),), "asks the same as CS-1"),
    ((TOLD,), (TOLD,), ""),
]  # fmt: skip


def dump(folder: Path) -> list[str]:
    with closing(sqlite3.connect(folder / "triage.db")) as store:
        return list(store.iterdump())


@pytest.mark.parametrize(("before", "file", "says"), BESIDE)
def test_validate_says_what_an_import_would_and_changes_nothing(
    load: Run, tmp_path: Path, before: tuple[dict[str, Any]], file: tuple[dict[str, Any]], says: str
) -> None:
    assert load(*before)[0] == 0
    rows = dump(tmp_path)
    status, said, complained = load(*file, do="validate")
    assert (status, "held against version 1, which is in force; nothing is changed" in said) == (0, True)
    assert says in complained and bool(says) is bool(complained)
    assert dump(tmp_path) == rows
    assert load(*file)[2] == complained


def test_validate_says_why_an_import_would_be_refused(load: Run) -> None:
    assert load(TOLD, people=[{**JORDAN, "adjustments": NEEDS}])[0] == 0
    status, _said, complained = load(TOLD, do="validate")
    refused = load(TOLD)
    assert (status, refused[0]) == (0, 1)
    assert "an import of this file would be refused:" in complained
    assert refused[2].partition("not done:")[2] in complained and "A1" in complained


def test_validate_says_whom_an_import_would_be_refused_for(run: Run, load: Run, tmp_path: Path) -> None:
    draft = tmp_path / "draft.yaml"
    draft.write_text("person: P-014\nreasons: Forty calls in a week.\n", "utf-8")
    assert run("strategy", "draft", str(draft), "--by", "Ann Author")[0] == 0
    status, _said, complained = load(do="validate")
    status_of_import, _said, refused = load()
    assert (status, status_of_import) == (0, 1)
    assert refused.removeprefix("triage: ") in complained and "would be refused: the register lacks" in complained


def test_validate_without_a_register_in_force_makes_no_store_and_says_what_the_file_alone_tells(
    load: Run, tmp_path: Path
) -> None:
    assert load(TOLD, do="validate") == (0, "1 person, 1 matter, 1 strategy\n", "")
    assert not (tmp_path / "triage.db").exists()
    assert load(TOLD)[0] == 0
    (tmp_path / "keys.json").chmod(0o644)
    status, said, complained = load(strategy("CS-1", {"kind": "same_matter_filed"}), do="validate")
    assert (status, said) == (0, "1 person, 1 matter, 1 strategy\n")
    assert "not held against the register in force: " in complained and "can be read by others" in complained
    assert "asks what the policy does not let it ask" in complained


def test_validate_leaves_an_older_programs_store_as_it_is(load: Run, tmp_path: Path) -> None:
    assert load(TOLD)[0] == 0
    with closing(sqlite3.connect(tmp_path / "triage.db", isolation_level=None)) as store:
        store.execute("UPDATE alembic_version SET version_num = '0006'")
    status, _said, complained = load(do="validate")
    assert (status, "the store is an older program's" in complained) == (0, True)
    with closing(sqlite3.connect(tmp_path / "triage.db")) as store:
        assert store.execute("SELECT version_num FROM alembic_version").fetchone() == ("0006",)
