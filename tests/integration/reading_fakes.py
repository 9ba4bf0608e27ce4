"""A scanner for the pool's tests: it misbehaves on command, and otherwise finds nothing."""

from __future__ import annotations

import errno
import os
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from models.contact import Contact
from models.matter import Matter
from models.scan import MatterVerdict, ScanResult, ScanStatus, Stage, Verdict

HOLD: list[bytearray] = []


def _once(fork: Callable[[], int]) -> Callable[[], int]:
    """The first fork succeeds; then there are too many processes."""
    forks = [fork]

    def fork_or_refuse() -> int:
        if not forks:
            raise OSError(errno.EAGAIN, os.strerror(errno.EAGAIN))
        return forks.pop()()

    return fork_or_refuse


class FakeScanner:
    meaning = None

    @classmethod
    def load(cls, lexicons: Path, weights: Path) -> FakeScanner:
        if lexicons.name == "missing":
            raise FileNotFoundError("no lexicons")
        if lexicons.name == "hanging":
            time.sleep(600)
        if lexicons.name == "forks-once":
            os.fork = _once(os.fork)
        return cls()

    def with_late_stage(self, weights: Path, late: str) -> FakeScanner:
        return self

    def scan_many(self, contacts: Sequence[Contact], *, wide: bool = False) -> list[ScanResult]:
        for contact in contacts:
            self._obey(contact)
        return [ScanResult(status=ScanStatus(complete=True, stages=(Stage.LEXICON,))) for _ in contacts]

    def _obey(self, contact: Contact) -> None:
        text = "\n".join(part.text for part in contact.parts)
        has_attachment = any(part.name.startswith("attachment:") for part in contact.parts)
        if "please crash" in text or ("crash on file" in text and has_attachment):
            os._exit(9)
        if "please hang" in text:
            time.sleep(600)
        if "please dawdle" in text:
            time.sleep(0.7)
        if "please eat memory" in text:
            while True:
                HOLD.append(bytearray(50_000_000))
        if "please raise" in text:
            raise RuntimeError("the words of the message")
        if "please print" in text:
            print("noise on stdout")
            sys.stdout.flush()
            os.write(1, b"more noise")
            os.write(2, b"words of the message\n")
        if "please write" in text:
            Path("/tmp/written-by-reading-child").write_text("x")
        if "please tell" in text:
            assert sorted(os.environ) == sorted(
                {
                    "LANG",
                    "PYTHONPATH",
                    "PYTHONSAFEPATH",
                    "OMP_NUM_THREADS",
                    "OPENBLAS_NUM_THREADS",
                    "MALLOC_ARENA_MAX",
                    "TOKENIZERS_PARALLELISM",
                    "LC_CTYPE",
                }
                & set(os.environ)
            )
            # stdin, stdout, stderr, its line, and the directory being listed
            assert len(os.listdir("/proc/self/fd")) == 5


def judge(
    contact: Contact, matters: Sequence[Matter], earlier: Sequence[str] = (), meaning: None = None
) -> MatterVerdict | None:
    if any("please crash" in matter.title for matter in matters):
        os._exit(9)
    return MatterVerdict(verdict=Verdict.SAME, nearest=matters[0].id) if matters else None
