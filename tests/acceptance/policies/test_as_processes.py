"""The beginning of a story as an office lives it: each command a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from gateway.clock import utc_now
from tests.acceptance.policies.office import DRAFT, REGISTER


@pytest.mark.timeout(600)
def test_a_draft_is_begun_shown_and_not_put_forward_before_its_time(tmp_path: Path) -> None:
    config = tmp_path / "gateway.toml"
    config.write_text(
        f'[store]\npath = "{tmp_path}/t.db"\nkey_file = "{tmp_path}/k.json"\n[relay]\nport = 9\n', "utf-8"
    )
    register = {**REGISTER, "organisation": {**REGISTER["organisation"], "policy": "staffordshire"}}
    for name, document in (("register", register), ("draft", {**DRAFT, "review_due": "2999-01-01"})):
        (tmp_path / f"{name}.yaml").write_text(yaml.safe_dump(document, sort_keys=False), "utf-8")

    def triage(*arguments: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "gateway", *arguments]
        environment = {**os.environ, "TRIAGE_CONFIG": str(config)}
        return subprocess.run(command, capture_output=True, text=True, env=environment, check=False)

    assert triage("keys", "init").returncode == 0
    assert triage("register", "import", str(tmp_path / "register.yaml"), "--by", "Ann Author").returncode == 0
    begun = triage("strategy", "draft", str(tmp_path / "draft.yaml"), "--by", "Ann Author")
    assert (begun.returncode, begun.stderr) == (0, "")
    strategy = f"CS-{utc_now():%Y}-0001"
    assert begun.stdout.startswith(strategy)
    submitted = triage("strategy", "submit", strategy, "--by", "Ann Author")
    faults = submitted.stderr.splitlines()
    # One line a lack, each with its paragraph where the policy has one.
    assert submitted.returncode == 1 and faults[0] == "triage: not done:"
    assert sum("(Staffordshire 4.1)" in fault for fault in faults) >= 9
    assert any("the Independent Review Manager has not been consulted (Staffordshire 5.3)" in fault for fault in faults)
    shown = triage("strategy", "show", strategy, "--by", "Ann Author")
    assert shown.returncode == 0 and f"{strategy}: draft (policy staffordshire" in shown.stdout
    assert triage("audit", "verify").returncode == 0
