"""We ask somebody to contact us under a strategy that stands in the register only: a fact on the file of its breaches."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
from clock_moved import MOMENT, TODAY

Run = Callable[..., tuple[int, str, str]]

ASKED = (
    "--on",
    TODAY,
    "--until",
    f"{MOMENT + timedelta(days=3):%Y-%m-%d}",
    "--how",
    "By telephone: to write to the chief.",
)
LINE = ("--by", "Lee Line", "--role", "line_manager")


def invite(
    run: Run, id_: str = "CS-001", who: tuple[str, ...] = LINE, asked: tuple[str, ...] = ASKED
) -> tuple[int, str, str]:
    return run("strategy", "invite", id_, *who, *asked)


def stored(tmp_path: Path, query: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(tmp_path / "triage.db")) as database, database:
        return database.execute(query).fetchall()


def test_an_invitation_is_on_the_file_of_the_strategys_breaches_and_in_what_decisions_read(
    run: Run, tmp_path: Path
) -> None:
    status, said, complained = invite(run)
    assert (status, complained) == (0, "") and said.startswith("CS-001: P-001 may contact us to ")
    ((file, closed),) = stored(tmp_path, "SELECT id, closed FROM file WHERE kind = 'breach_response'")
    assert closed, "nothing waits for it, so that its period can run"
    assert "By telephone: to write to the chief." in run("breach", "show", str(file), *LINE)[1]
    assert stored(tmp_path, "SELECT kind, file_id FROM outbound") == [("invitation", file)]
    assert invite(run)[0] == 0
    assert len(stored(tmp_path, "SELECT id FROM file WHERE kind = 'breach_response'")) == 1
    assert run("breach", "responses", "--json")[1].strip() in ("", "[]")
    assert f"{file}/" not in run("tasks", "--json")[1]


@pytest.mark.parametrize(
    ("who", "id_", "why"),
    [
        (("--by", "Sam Staff"), "CS-001", "Sam Staff is not among those who need to know of CS-001"),
        (LINE, "CS-NONE", "there is no strategy CS-NONE"),
    ],
)
def test_it_is_for_those_who_need_to_know_of_a_strategy_that_there_is(
    run: Run, tmp_path: Path, who: tuple[str, ...], id_: str, why: str
) -> None:
    status, _said, complained = invite(run, id_, who)
    assert (status, why in complained) == (1, True), complained
    assert stored(tmp_path, "SELECT id FROM outbound") == []


def test_it_is_for_a_few_days_and_has_words_as_in_a_file_of_its_own(run: Run) -> None:
    for asked, code, why in (
        (
            ("--on", TODAY, "--until", f"{MOMENT + timedelta(days=40):%Y-%m-%d}", "--how", "By telephone."),
            1,
            "30 days at most",
        ),
        (("--on", f"{MOMENT + timedelta(days=2):%Y-%m-%d}", *ASKED[2:]), 1, "a day to come"),
        ((*ASKED[:4], "--how", "…"), 2, "nothing is said there"),
    ):
        status, _said, complained = invite(run, asked=asked)
        assert (status, why in complained) == (code, True), complained


def test_it_is_not_undone_for_they_were_told(run: Run) -> None:
    assert (
        run(
            "strategy",
            "staff-breach",
            "CS-001",
            *LINE,
            "--on",
            TODAY,
            "--what",
            "He wrote to her.",
            "--put-right",
            "Spoken to.",
        )[0]
        == 0
    )
    assert invite(run)[0] == 0
    file = json.loads(run("breach", "responses", "--json")[1])["id"]
    status, _said, complained = run("breach", "undo-step", file, "2", "--reason", "A slip.", *LINE)
    assert status == 1 and "they were told that they may contact us" in complained
