"""Shares with their uncertainty: exact binomial (Clopper-Pearson) intervals at 95 %."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy.special import betaincinv

from classifiers.shares import Share

Flags = npt.NDArray[np.bool_]

_DOUBT = 0.05


def share(flags: Flags) -> Share:
    """The share of flags that are set."""
    found, of = int(flags.sum()), len(flags)
    return Share(
        found=found,
        of=of,
        low=round(_low(found, of, _DOUBT / 2), 4),
        high=round(1.0 - _low(of - found, of, _DOUBT / 2), 4),
    )


def at_least(found: int, of: int) -> float:
    """What the share is with 95 % confidence not below: the one-sided bound that a certificate rests on."""
    return _low(found, of, _DOUBT)


def fewest_for(target: float) -> int:
    """How many cases without a miss it takes until `at_least` reaches a target below 1."""
    return int(np.ceil(np.log(_DOUBT) / np.log(target)))


def misses_allowed(of: int, target: float) -> int | None:
    """The most misses among `of` cases with which `at_least` still reaches the target; None where none does."""
    allowed = None
    for misses in range(of + 1):
        if at_least(of - misses, of) < target:
            break
        allowed = misses
    return allowed


def _low(found: int, of: int, doubt: float) -> float:
    return float(betaincinv(found, of - found + 1, doubt)) if found else 0.0
