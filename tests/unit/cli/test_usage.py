"""Bad usage: exit 2 and one clear line, whichever command it is."""

from __future__ import annotations

import errno
from pathlib import Path

import pytest

from gateway.cli.app import main
from gateway.cli.exits import BadInput, Failed, reporting_faults
from gateway.faults import NoRegister, YamlFileError
from gateway.store.errors import StoreError
from gateway.store.keyfile import KeyFileError


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ("nonsense", "nonsense"),
        ("queue list --nonsense", "--nonsense"),
        ("queue list --queue attic", "attic"),
        ("mode observe", "--by"),
        ("mode pause --by Ann", "observe or enforce"),
        ("strategy answer CS-1 explained maybe --by Ann", "'yes|no|na': expected yes, no or na, got 'maybe'"),
        ("letter write CS-1 --by Ann --purpose nope", "'--purpose': expected notice, change, extension, "),
        ("strategy revise CS-1 NULLS --by Ann", "reasons: a draft cannot be without; expected what it is to be"),
        ("strategy undo CS-1 two --by Ann --reason why", "'number': expected a whole number, got other text"),
        ("mode observe --by ''", "--by"),
        ("pass-through maybe --by Ann --reason why", "on or off"),
        ("pass-through on --by Ann", "--reason"),
        ("pass-through on --by Ann --reason ' '", "--reason"),
        ("calls import MISSING --format asterisk", "MISSING"),
        ("calls import HERE --format pigeon", "asterisk, generic"),
        ("calls import HERE --format asterisk --timezone Mars/Base", "Mars/Base"),
        ("calls import HERE --format asterisk --mapping HERE", "generic"),
        ("calls import HERE --format generic --mapping HERE", "our field names"),
        ("contact import MISSING", "MISSING"),
        ("contact import HERE", "HERE"),
        ("replay MISSING --register REGISTER", "MISSING"),
        ("replay HERE --register REGISTER", "not an mbox file"),
        ("replay EMPTY --register REGISTER", "no messages"),
        ("replay HERE --register MISSING", "MISSING"),
        ("check HERE --register REGISTER --at 9999-12-31T23:59:59Z", "--at"),
        ("check HERE --register REGISTER --history FAR", "FAR:1: received_at: expected a time from 1900 to 2199"),
        ("audit verify --head 12", "SEQ:CHAIN"),
        ("report --since yesterday", "yesterday"),
        ("report --since 2026-03-02 --until 2026-03-01", "--until"),
        ("report --config MISSING", "MISSING"),
    ],
)
def test_one_line_and_exit_2(
    arguments: str, says: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    import shlex

    from gateway.places import sample_directory

    here = tmp_path / "HERE"
    here.write_text("not what was expected\n")
    (tmp_path / "EMPTY").mkdir()
    (tmp_path / "NULLS").write_text("ends: null\nreasons: null\n")
    (tmp_path / "FAR").write_text('{"channel": "sms", "received_at": "9999-12-31T23:59:59Z"}\n')
    places = {"REGISTER": str(sample_directory() / "register.yaml"), "HERE": str(here)}
    places |= {name: str(tmp_path / name) for name in ("MISSING", "EMPTY", "NULLS", "FAR")}
    words = [places.get(word, word) for word in shlex.split(arguments)]
    monkeypatch.setattr("sys.argv", ["triage", *words])
    with pytest.raises(SystemExit) as stopped:
        main()
    said = capsys.readouterr()
    assert stopped.value.code == 2
    assert said.out == ""
    [line] = said.err.splitlines()
    assert line.startswith("triage: ") and says in line


def test_output_that_a_full_disk_does_not_take_is_one_line_and_a_failure(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended, reporting_faults():
        raise OSError(errno.ENOSPC, "No space left on device")
    assert ended.value.code == 1
    assert capsys.readouterr().err == "triage: not all of it could be written: No space left on device\n"


@pytest.mark.parametrize(
    ("missing", "code"),
    [
        (KeyFileError("no key file at keys.json"), 1),
        (StoreError("the store at triage.db is newer than this program"), 1),
        (NoRegister("no register is loaded"), 1),
        (Failed("not done"), 1),
        (BadInput("--until is before --since"), 2),
        (YamlFileError("register.yaml:3: people: expected a list"), 2),
    ],
)
def test_what_is_missing_is_understood_and_not_done_and_what_was_typed_is_bad_usage(
    capsys: pytest.CaptureFixture[str], missing: Exception, code: int
) -> None:
    with pytest.raises(SystemExit) as ended, reporting_faults():
        raise missing
    assert ended.value.code == code
    assert capsys.readouterr().err == f"triage: {missing}\n"
