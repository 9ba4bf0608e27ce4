"""`triage policy` as a person runs it."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from gateway.cli.app import main
from gateway.places import config_directory

Run = Callable[..., tuple[int, str, str]]
GENERIC = config_directory() / "policies" / "generic.yaml"


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs `triage policy ARGUMENTS`: (exit code, what it printed with single spaces, what it complained)."""
    monkeypatch.delenv("TRIAGE_CONFIG", raising=False)

    def run(*arguments: str) -> tuple[int, str, str]:
        monkeypatch.setattr("sys.argv", ["triage", "policy", *arguments])
        with pytest.raises(SystemExit) as stopped:
            main()
        said = capsys.readouterr()
        return int(stopped.value.code or 0), said.out, said.err

    return run


def flat(text: str) -> str:
    return " ".join(text.split())


def test_the_packs_that_ship_are_good(run: Run) -> None:
    code, said, cautions = run("validate")
    assert code == 0
    assert [line.split(":")[0] for line in said.splitlines()] == [
        "cleveland",
        "generic",
        "staffordshire",
        "stoke",
        "warwickshire",
        "wealden",
    ]
    assert "21 001 276" in cautions and "wealden.yaml" in cautions
    assert cautions.count("caution: not set; whether the policy's effect on equality was assessed") == 6


def test_what_a_command_wants_by_its_id_is_explained_with_it(run: Run) -> None:
    _code, said, _ = run("explain", "wealden")
    assert "Senior Information Governance Officer (--role senior_ig_officer)" in flat(said)
    assert "stage 2 comes first (--waiver extreme)" in flat(said)
    assert "declares not to know the person or the issue (decided)" in flat(said)


def test_a_broken_file_is_told_with_its_line_and_the_others_are_still_looked_at(run: Run, tmp_path: Path) -> None:
    broken = tmp_path / "office.yaml"
    broken.write_text(GENERIC.read_text("utf-8").replace("    ceiling: P3M", "    ceiling: P1M"), "utf-8")
    code, said, faults = run("validate", str(broken), "generic")
    assert code == 2
    assert said.startswith("generic: good") and "office" not in said
    line = broken.read_text("utf-8").splitlines().index("    ceiling: P1M") + 1
    assert f"office.yaml:{line}: life.review.ceiling: shorter than every" in faults


def test_an_id_that_is_not_there_names_those_that_are(run: Run) -> None:
    code, _, said = run("explain", "atlantis")
    assert code == 2 and "cleveland, generic" in said


@pytest.mark.parametrize(
    ("pack", "words"),
    [
        ("cleveland", "Every 3 months, never later than 3 months. Cleveland 9.12"),
        ("cleveland", "Have they provided any new and significant information? [no; anything else stops it.]"),
        ("wealden", "2. Managed contact"),
        ("wealden", "6. Director or Monitoring Officer decides"),
        ("wealden", "declares not to know the person or the issue"),
        ("wealden", "[only at stage 2; every 1 month at most] Wealden L123-L125"),
        ("staffordshire", "[channels only email or letter] Staffordshire 5.2"),
        ("wealden", "The policy has no route of its own."),
        ("wealden", "strategy: 24 months after dormant, but for before the policy, repeated history, legal hold"),
        ("stoke", "To the Head of Service - Customer Services in writing within 15 working days. Stoke 6.1"),
        (
            "stoke",
            "Dangerous persons: approved by Head of Service or Director; looked at every year by who approved it",
        ),
        ("staffordshire", "In writing by post and email."),
        ("staffordshire", "From confirmed breach 1: tighten, decided by Independent Review Manager"),
        ("warwickshire", "a nominee of the Chief Executive may act"),
        ("warwickshire", "Documents are marked OFFICIAL."),
        ("cleveland", "Equality impact assessment: not known."),
    ],
)
def test_a_pack_is_explained_as_a_page(run: Run, pack: str, words: str) -> None:
    code, said, _ = run("explain", pack)
    assert code == 0
    assert words in flat(said)


def test_every_part_of_a_pack_is_on_its_page(run: Run) -> None:
    _, said, _ = run("explain", "stoke", "--json")
    page = json.loads(said)
    titles = [section["title"] for section in page["sections"]]
    assert page["pack"] == "stoke" and "Rules" in titles and "Stages" not in titles
    assert [line["text"][:4] for line in page["sections"][-1]["lines"]] == [
        f"K-{number:02d}" for number in range(1, 18)
    ]


def test_a_rule_is_explained_with_what_stands_there(run: Run) -> None:
    code, said, _ = run("explain", "cleveland", "--rule", "c-28")
    assert code == 0
    assert "review.ceiling: 3 months" in said and "Cleveland 9.12" in said and "clocks: " in said
    code, _, fault = run("explain", "cleveland", "--rule", "D-01")
    assert code == 1 and "C-01, C-02" in fault
    assert "it names no rules" in run("explain", "generic", "--rule", "C-01")[2]


def test_an_invariant_is_told_to_be_one(run: Run) -> None:
    said = flat(run("explain", "cleveland", "--rule", "C-26")[1])
    assert said.startswith("C-26 (enforced, invariant)") and "No pack can switch this off" in said
    assert "pack.cites.always_reviewed: Cleveland 9.10" in said
    said = flat(run("explain", "cleveland")[1])
    assert "and safeguarding. [enforced, invariant] Cleveland 9.10" in said


def test_a_paragraph_is_explained_by_all_that_rests_on_it(run: Run) -> None:
    code, said, _ = run("explain", "cleveland", "--cite", "Cleveland 9.12")
    assert code == 0
    assert "C-28: " in said and "review: every 3 months; ceiling 3 months" in said and "review_overdue: " in said
    assert run("explain", "cleveland", "--cite", "Cleveland 9.99")[0] == 1


@pytest.mark.parametrize(
    ("line", "found"), [("L83", True), ("L84", True), ("L80-L82", True), ("L87", False), ("L8", False)]
)
def test_a_line_is_found_within_a_range(run: Run, line: str, found: bool) -> None:
    _, said, _ = run("explain", "wealden", "--cite", f"Wealden {line}")
    assert ("checklist.exceptional" in said) is found


def test_a_rule_and_a_paragraph_at_once_are_refused(run: Run) -> None:
    code, _, said = run("explain", "cleveland", "--rule", "C-28", "--cite", "Cleveland 9.12")
    assert code == 2 and "expected one of them" in said


def test_packs_are_compared_a_difference_a_line(run: Run) -> None:
    code, said, _ = run("diff", "cleveland", "wealden")
    lines = said.splitlines()
    assert code == 0
    assert "review.ceiling: cleveland: 3 months; wealden: 6 months" in lines
    assert "duration.ends_compulsory: cleveland: no; wealden: yes" in lines
    assert "dispute.window: cleveland: 15; wealden: nothing" in lines
    assert "police.always: only in cleveland: apparent_offence; only in wealden: violence, serious_threat" in lines
    assert any(line.startswith("stages.2: only in wealden: ") for line in lines)


def test_two_files_are_compared_by_what_was_altered(run: Run, tmp_path: Path) -> None:
    one, other = tmp_path / "2025.yaml", tmp_path / "2026.yaml"
    shutil.copy(GENERIC, one)
    other.write_text(
        GENERIC.read_text("utf-8")
        .replace("    outcome: 15", "    outcome: 10")
        .replace('version: "1.0"', 'version: "2"'),
        "utf-8",
    )
    code, said, _ = run("diff", str(one), str(other))
    assert code == 0
    assert said == f"dispute.outcome: {one}: 15; {other}: 10\npack.version: {one}: 1.0; {other}: 2\n"
    assert json.loads(run("diff", str(one), str(other), "--json")[1])[0]["path"] == "dispute.outcome"
    assert run("diff", str(one), str(one))[:2] == (0, "no difference\n")


def test_a_limit_is_compared_and_read_in_words(run: Run, tmp_path: Path) -> None:
    other = tmp_path / "other.yaml"
    other.write_text(GENERIC.read_text("utf-8").replace("{every: {most: P1M}}", "{every: {most: P2M}}"), "utf-8")
    said = run("diff", "generic", str(other))[1]
    assert said == f"measures.reply_cycle.limits.every.most: generic: 1 month; {other}: 2 months\n"
    said = run("diff", "stoke", "generic")[1]
    assert "measures.reply_cycle: only in generic: limits every: 1 month at most\n" in said
    assert "measures.reply_cycle.limits.every.most: 1 month" in run("explain", "wealden", "--rule", "D-15")[1]


def test_what_stands_by_name_is_told_and_not_that_there_is_nothing(run: Run) -> None:
    said = flat(run("explain", "cleveland", "--rule", "C-19")[1])
    assert "warning.waivers: safety: The immediate safety of somebody is threatened; not_possible: It was not" in said


def test_the_order_of_the_chain_is_a_difference(run: Run, tmp_path: Path) -> None:
    text = GENERIC.read_text("utf-8")
    start, end = text.index("  approvals:\n"), text.index("  measures:\n")
    steps = text[start:end].removeprefix("  approvals:\n")
    second = steps.index("    - id: decided")
    extra = "    - {id: advised, act: consulted, roles: [manager]}\n"
    one, other = tmp_path / "a.yaml", tmp_path / "b.yaml"
    one.write_text(text[:start] + "  approvals:\n" + extra + steps + text[end:], "utf-8")
    other.write_text(text[:start] + "  approvals:\n" + steps[:second] + extra + steps[second:] + text[end:], "utf-8")
    assert run("diff", str(one), str(other))[1] == "approvals: in another order\n"
