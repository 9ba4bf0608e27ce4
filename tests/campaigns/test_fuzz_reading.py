"""Damaged mail straight into the reader, far more of it than the whole system can take in the time."""

from __future__ import annotations

import os
import secrets
import time
from random import Random

import pytest

from tests.campaigns.fuzz_mime import damaged
from tests.unit.reading.builders import read

_MESSAGE_SECONDS = 20.0


def _read_one(seed: int, number: int) -> None:
    """Any bytes make a contact, in time; what cannot be read is a problem of its part, never of the reader."""
    started = time.process_time()
    contact = read(damaged(Random(f"{seed}/{number}")))
    assert not [problem for problem in contact.problems if "reader failed" in problem.detail], (seed, number)
    assert time.process_time() - started < _MESSAGE_SECONDS, (seed, number)


@pytest.mark.long
@pytest.mark.timeout(0)
def test_damaged_mail_is_a_contact_for_long() -> None:
    seed = int(os.environ.get("TRIAGE_FUZZ_SEED") or secrets.randbelow(1 << 32))
    until = time.monotonic() + float(os.environ.get("TRIAGE_FUZZ_SECONDS", "120"))
    number = 0
    while time.monotonic() < until:
        _read_one(seed, number)
        number += 1
    print(f"seed {seed}: {number} damaged messages read")
    assert number
