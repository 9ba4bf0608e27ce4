"""A pytest plugin for the mutants: notes which test runs which line, or runs only the tests that it is told."""

from __future__ import annotations

import json
import os
from collections.abc import Generator
from pathlib import Path

import coverage
import pytest
from hypothesis import Phase, settings

# A mutant needs one counter-example, not the smallest; and the same cases for every mutant.
settings.register_profile("mutants", phases=(Phase.explicit, Phase.generate), derandomize=True, database=None)
settings.load_profile("mutants")

_seconds: dict[str, float] = {}
_running: list[str] = [""]


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    """Names the running test to coverage."""
    recording = coverage.Coverage.current()
    if recording is not None:
        _running.append(item.nodeid)
        recording.switch_context(item.nodeid)
    return (yield)


@pytest.hookimpl(wrapper=True)
def pytest_fixture_setup(
    fixturedef: pytest.FixtureDef[object],
) -> Generator[None, object, object]:
    """What a fixture of the session runs belongs to all tests, not to the first that asks for it."""
    recording = coverage.Coverage.current()
    if recording is None or fixturedef.scope != "session":
        return (yield)
    recording.switch_context("")
    try:
        return (yield)
    finally:
        recording.switch_context(_running[-1])


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Adds up what a test takes."""
    _seconds[report.nodeid] = _seconds.get(report.nodeid, 0.0) + report.duration


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keeps the tests of TRIAGE_MUTANT_TESTS (a JSON list), in its order: the quickest first."""
    listed = os.environ.get("TRIAGE_MUTANT_TESTS")
    if listed:
        order = {nodeid: place for place, nodeid in enumerate(json.loads(Path(listed).read_text()))}
        items[:] = sorted((item for item in items if item.nodeid in order), key=lambda item: order[item.nodeid])


def pytest_sessionfinish() -> None:
    """Leaves the times in TRIAGE_MUTANT_SECONDS."""
    if "TRIAGE_MUTANT_SECONDS" in os.environ:
        Path(os.environ["TRIAGE_MUTANT_SECONDS"]).write_text(json.dumps(_seconds))
