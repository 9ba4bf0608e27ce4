"""What is not imported costs neither time at a start nor memory afterwards."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

_ROOT = Path(__file__).parents[3]
_FOR_READING = {"classifiers.stages", "gateway.reading.email", "lxml", "numpy", "pypdfium2", "selectolax"}
_FOR_LATER = {"alembic", "apprise", "onnxruntime", "requests", "scipy", "sklearn", "urllib3"}
_FOR_THE_SERVICE = {"aiohttp", "aiosmtpd", "cryptography.x509", "models.policy_life", "sqlalchemy"}


@pytest.mark.parametrize(
    ("module", "unwanted"),
    [
        ("gateway.cli.serve", _FOR_READING | _FOR_LATER | _FOR_THE_SERVICE),
        ("gateway.cli.demo", _FOR_READING | _FOR_LATER | _FOR_THE_SERVICE),
        ("gateway.service", _FOR_READING | _FOR_LATER),
        ("gateway.reading.nursery, classifiers.scan, classifiers.matter", _FOR_LATER | _FOR_THE_SERVICE),
    ],
)
def test_a_start_imports_only_what_it_needs(module: str, unwanted: set[str]) -> None:
    told = subprocess.run(
        [sys.executable, "-c", f"import sys, {module}; print(*sys.modules)"],
        cwd=_ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    loaded = set(told.stdout.split())
    assert {name.strip() for name in module.split(",")} <= loaded
    assert not unwanted & loaded
