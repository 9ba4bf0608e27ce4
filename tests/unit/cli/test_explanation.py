"""Why a finding was made, as a person at a terminal reads it."""

from __future__ import annotations

import io

import pytest
from deciding import OURS, decided, email, finding
from rich.console import Console

from gateway.cli.scan import _show
from gateway.cli.show import show_decision
from gateway.explanation import explanation
from gateway.unscanned import NOT_SCANNED
from models.contact import Sender
from models.finding import Finding
from models.scan import ScanResult, ScanStatus


def explained(**why: str) -> Finding:
    seen = finding("self_harm", "immediate", "My brother wants to die.")
    (evidence,) = seen.evidence
    return seen.model_copy(update={"at_risk": "My brother", "evidence": (evidence.model_copy(update=why),)})


def test_a_line_for_each_reason_there_is() -> None:
    (both,) = explained(like="He is\n  done.", because="Means to die.").evidence
    assert explanation(both) == ["why: Means to die.", "like: He is done."]
    (neither,) = explained().evidence
    assert explanation(neither) == []
    (long,) = explained(like="x" * 500).evidence
    assert explanation(long) == [f"like: {'x' * 200}…"]


def test_a_decision_is_shown_with_them() -> None:
    page = io.StringIO()
    seen = explained(like="He is [bold]done[/].", because="Means to die.")
    show_decision(decided(email(), findings=[seen]), "Europe/London", console=Console(file=page, width=200))
    lines = [line.strip() for line in page.getvalue().splitlines()]
    assert "at risk: My brother" in lines
    assert "why: Means to die." in lines
    assert "like: He is [bold]done[/]." in lines


def test_a_scan_is_shown_with_them_and_its_offsets(capsys: pytest.CaptureFixture[str]) -> None:
    seen = explained(like="He is done.", because="Means to die.")
    _show("1", ScanResult(findings=(seen,), status=ScanStatus(complete=True)))
    said = capsys.readouterr().out
    assert "at risk: My brother\n" in said
    assert "“My brother wants to die.” (characters 0 to 24, lexicon:x)\n" in said
    assert "why: Means to die.\n" in said
    assert "like: He is done.\n" in said


def test_nothing_of_a_stranger_is_obeyed_by_the_terminal_that_shows_it() -> None:
    page = io.StringIO()
    written = email(
        f'"[/red]x"@{OURS}',
        sender=Sender(identifier="eve@mail.example", name="Eve\x1b[2J\x9b31m\u202e", authentication="none"),
    )
    show_decision(decided(written), "Europe/London", console=Console(file=page, width=200))
    said = page.getvalue()
    assert f'"[/red]x"@{OURS} → ' in said
    assert "Eve [2J" in said
    assert said.replace("\n", "").isprintable()


def test_what_could_not_be_read_has_no_empty_quote() -> None:
    page = io.StringIO()
    show_decision(decided(email(), findings=[NOT_SCANNED]), "Europe/London", console=Console(file=page, width=200))
    assert "body: read the whole of it yourself" in page.getvalue()
    assert "“”" not in page.getvalue()
