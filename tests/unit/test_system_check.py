"""What a machine lacks is said before anything is made, all of it in one line."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize(("for_what", "lacks"), [("run", ()), ("test", ("swaks", "strace"))])
def test_a_bare_machine_hears_of_everything_at_once(for_what: str, lacks: tuple[str, ...], tmp_path: Path) -> None:
    for command in ("bash", "dirname", "id"):
        (tmp_path / command).symlink_to(shutil.which(command) or "")
    done = subprocess.run(
        [ROOT / ".ci/check-system", for_what], capture_output=True, text=True, env={"PATH": str(tmp_path)}
    )
    assert done.returncode == 1
    (line,) = done.stderr.splitlines()
    assert "apt-get install" in line
    assert {"python3", "python3-venv", *lacks} <= set(line.split())


@pytest.mark.parametrize("target", ["test", "test-long"])
def test_it_is_looked_at_first(target: str, tmp_path: Path) -> None:
    asked = ["make", "-n", f"VENV={tmp_path}/venv", target]
    done = subprocess.run(asked, capture_output=True, text=True, cwd=ROOT, env={"PATH": "/usr/bin:/bin"})
    assert done.stdout.splitlines()[0] == ".ci/check-system test"
