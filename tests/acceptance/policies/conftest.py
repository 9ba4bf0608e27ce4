"""An office under a policy."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.acceptance.policies.office import Office

Opened = Callable[[str], Office]


@pytest.fixture
def open_office(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Opened:
    """Opens an office under the policy of this id, on Monday 2 March 2026."""
    return lambda policy: Office(policy, tmp_path, monkeypatch, capsys)
