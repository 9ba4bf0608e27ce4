"""The two lists of packages with their hashes."""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).parents[2]


def listed(lock: str) -> dict[str, frozenset[str]]:
    """The hashes by package and version."""
    found: dict[str, set[str]] = {}
    for line in (ROOT / lock).read_text("utf-8").splitlines():
        said = line.rstrip("\\ ")
        if said[:1].isalnum():
            package = said.partition(" ;")[0]
            found[package] = set()
        elif said.strip().startswith("--hash="):
            found[package].add(said.strip())
    return {package: frozenset(hashes) for package, hashes in found.items()}


def test_what_make_run_installs_has_the_hashes_by_which_pip_checks_what_the_tests_run_with() -> None:
    # CI installs from the longer list alone (`pip install --require-hashes`); a wrong hash in the other would first
    # stop a user.
    run, test = listed("requirements.lock"), listed("requirements-test.lock")
    assert {package: hashes for package, hashes in run.items() if test.get(package) != hashes or not hashes} == {}
    assert len(run) > 50
