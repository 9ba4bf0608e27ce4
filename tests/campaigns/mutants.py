"""Mutants of routing/ and gateway/store/, each run against the tests that run its lines.

`python -m tests.campaigns.mutants [--sample N] [--seed S] [--paths PATH …]`, from the root of the tree. The sample is
the same for the same seed and source. A mutant is killed if a test fails or the tests run out of time; the rest have
survived, those that no test runs and those that change nothing that can be seen among them.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import random
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from queue import SimpleQueue

import coverage
from scipy.stats import binomtest

from tests.campaigns.mutation import Mutant, mutants_of

ROOT = Path(__file__).parents[2]
CORE = ("routing", "gateway/store")
CORE_TESTS = ("tests/unit/routing", "tests/unit/store", "tests/property")
WANTED_PERCENT = 80.0
_TREE = ("models", "routing", "classifiers", "gateway", "config", "tests", "pyproject.toml")
_PYTEST = (
    *("-q", "-x", "-m", "not long", "-p", "tests.campaigns.covering", "-p", "no:cacheprovider", "-p", "no:xdist"),
    # A mutant that hangs is known in the end; the slowest test of the core takes six seconds on a quiet machine.
    *("--timeout", "120"),
    # What the forks share is loaded before pytest can rewrite its assertions: none of it holds tests.
    *("-W", "ignore::pytest.PytestAssertRewriteWarning"),
)
_PRELOADED = [
    "pytest",
    "hypothesis.stateful",
    "coverage",
    "sqlalchemy",
    "alembic.command",
    "pydantic",
    "phonenumbers",
    "models.register",
]
_PROCESSES = 2
ONCE = ""
"""The name under which coverage keeps what no single test ran."""


@dataclass(frozen=True)
class Baseline:
    """What the unchanged tree does: `tests[path][line]`, the tests that run a line; `seconds` each takes."""

    tests: dict[str, dict[int, list[str]]]
    seconds: dict[str, float]

    def covering(self, mutant: Mutant) -> list[str]:
        """The tests that run the mutated lines, the quickest first; none where nothing runs them.

        What runs once for all tests (at import, in a fixture of the session) is any test's of its part of the core.
        """
        of_file = self.tests.get(mutant.path, {})
        lines = range(mutant.lines[0], mutant.lines[1] + 1) if mutant.in_function else of_file.keys()
        found = {test for line in lines for test in of_file.get(line, [])}
        if ONCE in found:
            (part,) = (part for part in CORE if mutant.path.startswith(f"{part}/"))
            beside = (lines for path, lines in self.tests.items() if path.startswith(f"{part}/"))
            found |= {test for lines in beside for tests in lines.values() for test in tests}
        found.discard(ONCE)
        return sorted(found, key=lambda test: (self.seconds.get(test, 0.0), test))


def scratch_copy(folder: Path) -> Path:
    """A copy of the tree to change."""
    for name in _TREE:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy2(ROOT / name, folder / name)
    return folder


def measure(tree: Path) -> Baseline:
    """Run the tests once with coverage by test. SystemExit when they fail: a mutant then says nothing."""
    data, seconds = tree / "coverage.data", tree / "seconds.json"
    command = [sys.executable, "-m", "coverage", "run", f"--data-file={data}", f"--source={','.join(CORE)}"]
    environment = {**os.environ, "TRIAGE_MUTANT_SECONDS": str(seconds), "PYTHONDONTWRITEBYTECODE": ""}
    run = subprocess.run(
        [*command, "-m", "pytest", *_PYTEST, *CORE_TESTS],
        cwd=tree,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    if run.returncode:
        raise SystemExit(f"the tests must pass before mutants mean anything:\n{run.stdout[-3000:]}{run.stderr[-3000:]}")
    recorded = coverage.CoverageData(str(data))
    recorded.read()
    lines = {str(Path(name).relative_to(tree)): recorded.contexts_by_lineno(name) for name in recorded.measured_files()}
    return Baseline(lines, json.loads(seconds.read_text()))


def _run_tests(tree: Path, tests: list[str], listed: Path) -> None:
    """In a process of its own: exits 0 when the tests pass, 1 when one fails, 2 when the tree cannot be tested."""
    os.chdir(tree)
    sys.dont_write_bytecode = False  # else every run compiles every test again
    sys.path[:] = [str(tree), *(entry for entry in sys.path if entry not in {"", str(ROOT)})]
    listed.write_text(json.dumps(tests))
    os.environ["TRIAGE_MUTANT_TESTS"] = str(listed)
    output = os.open(tree / "output.txt", os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    os.dup2(output, 1)
    os.dup2(output, 2)
    import pytest

    code = pytest.main([*_PYTEST, *sorted({test.partition("::")[0] for test in tests})])
    import routing

    if not str(routing.__file__).startswith(str(tree)):
        os._exit(2)
    os._exit(int(code != 0))


class Bench:
    """A scratch copy on which one mutant at a time is tried."""

    def __init__(self, tree: Path, baseline: Baseline) -> None:
        self._tree = tree
        self._baseline = baseline
        self._context = multiprocessing.get_context("forkserver")
        self._context.set_forkserver_preload(_PRELOADED)
        self._stamps = count(1)

    def verdict(self, mutant: Mutant) -> str:
        """`killed`, `timeout`, `survived`, or `uncovered` when no test runs its lines."""
        tests = self._baseline.covering(mutant)
        if not tests:
            return "uncovered"
        path = self._tree / mutant.path
        source = path.read_bytes()
        self._write(path, mutant.applied_to(source))
        try:
            code = self._exit_code(tests)
        finally:
            self._write(path, source)
        if code == 2:
            raise SystemExit("the scratch copy was not what the tests imported")
        return {0: "survived", None: "timeout"}.get(code, "killed")

    def check(self, tests: list[str]) -> None:
        """SystemExit unless the tests pass here without a mutant: else every kill would be a lie."""
        if self._exit_code(tests) != 0:
            raise SystemExit(f"the tests fail on an unchanged copy:\n{(self._tree / 'output.txt').read_text()[-3000:]}")

    def _exit_code(self, tests: list[str]) -> int | None:
        process = self._context.Process(target=_run_tests, args=(self._tree, tests, self._tree / "tests.json"))
        process.start()
        process.join(20 + 5 * sum(self._baseline.seconds.get(test, 0.0) for test in tests))
        code = process.exitcode
        if code is None:
            process.kill()
            process.join()
        process.close()
        return code

    def _write(self, path: Path, content: bytes) -> None:
        """A time of its own for every version: compiled files are told apart by seconds."""
        path.write_bytes(content)
        stamp = path.stat().st_mtime + next(self._stamps) * 2
        os.utime(path, (stamp, stamp))


def _sources(tree: Path, paths: list[str]) -> Iterator[Path]:
    for name in paths:
        yield from sorted((tree / name).rglob("*.py")) if (tree / name).is_dir() else [tree / name]


def run(sample: int, seed: int, paths: list[str]) -> int:
    """Try the sample and report; 1 when fewer than 80 % are killed."""
    with tempfile.TemporaryDirectory(prefix="mutants-") as folder:
        trees = [scratch_copy(Path(folder).resolve() / str(number)) for number in range(_PROCESSES)]
        every = [
            mutant
            for path in _sources(trees[0], paths)
            for mutant in mutants_of(str(path.relative_to(trees[0])), path.read_bytes())
        ]
        chosen = random.Random(seed).sample(every, min(sample, len(every)))
        print(f"{len(every)} mutants of {' '.join(paths)}; trying {len(chosen)} (seed {seed})", flush=True)
        baseline = measure(trees[0])
        free: SimpleQueue[Bench] = SimpleQueue()
        for tree in trees:
            free.put(Bench(tree, baseline))
        Bench(trees[0], baseline).check(sorted(baseline.seconds))

        def tried(mutant: Mutant) -> tuple[Mutant, str]:
            bench = free.get()
            try:
                return mutant, bench.verdict(mutant)
            finally:
                free.put(bench)

        verdicts = []
        with ThreadPoolExecutor(_PROCESSES) as pool:
            for number, verdict in enumerate(pool.map(tried, chosen), 1):
                verdicts.append(verdict)
                if verdict[1] in {"survived", "uncovered"}:
                    print(f"{number}: {verdict[1]}: {verdict[0].place}: {verdict[0].change}", flush=True)
    return _report(verdicts)


def _report(verdicts: list[tuple[Mutant, str]]) -> int:
    print(f"\n{'file':50} killed timeout survived uncovered")
    for path in sorted({mutant.path for mutant, _verdict in verdicts}):
        of_file = Counter(verdict for mutant, verdict in verdicts if mutant.path == path)
        counts = (of_file[name] for name in ("killed", "timeout", "survived", "uncovered"))
        print(f"{path:50} {' '.join(f'{number:7}' for number in counts)}")
    killed = sum(verdict in {"killed", "timeout"} for _mutant, verdict in verdicts)
    percent = 100 * killed / max(1, len(verdicts))
    least = 100 * binomtest(killed, max(1, len(verdicts))).proportion_ci(0.9, method="exact").low
    print(f"\n{killed} of {len(verdicts)} mutants killed: {percent:.1f} % (at least {WANTED_PERCENT:.0f} % wanted;")
    print(f"of all mutants, with 95 % confidence, more than {least:.1f} %)")
    return int(percent < WANTED_PERCENT)


def main() -> int:
    """The command."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--sample", type=int, default=200)
    arguments.add_argument("--seed", type=int, default=1)
    arguments.add_argument("--paths", nargs="+", default=list(CORE))
    given = arguments.parse_args()
    return run(given.sample, given.seed, given.paths)


if __name__ == "__main__":
    sys.exit(main())
