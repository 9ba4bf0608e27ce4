"""Commands on a real store."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from clock_moved import MOMENT, moved

from gateway.cli.app import main
from gateway.places import sample_directory

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture(autouse=True)
def one_day(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each test begins at the same moment: what it says of dates holds whenever it is run."""
    monkeypatch.setattr("gateway.clock.datetime", moved(MOMENT))


@pytest.fixture
def command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs `triage ARGUMENTS` on a store without a register: (exit code, what it printed, what it complained)."""
    config = tmp_path / "gateway.toml"
    config.write_text(
        f'[store]\npath = "{tmp_path}/triage.db"\nkey_file = "{tmp_path}/keys.json"\n[relay]\nport = 9\n', "utf-8"
    )
    monkeypatch.setenv("TRIAGE_CONFIG", str(config))

    def run(*arguments: str) -> tuple[int, str, str]:
        monkeypatch.setattr("sys.argv", ["triage", *arguments])
        with pytest.raises(SystemExit) as stopped:
            main()
        said = capsys.readouterr()
        return int(stopped.value.code or 0), said.out, said.err

    assert run("keys", "init")[0] == 0
    return run


@pytest.fixture
def run(command: Run) -> Run:
    """The same on a store with the sample register."""
    assert command("register", "import", str(sample_directory() / "register.yaml"), "--by", "Ann")[0] == 0
    return command
