"""Shares with their uncertainty, as manifests and reports hold them; `classifiers.evaluation.intervals` makes them."""

from __future__ import annotations

from models.base import Model


class Share(Model):
    """`found` of `of`, and the two-sided 95 % interval of the share they were drawn from (0 to 1 where `of` is 0)."""

    found: int
    of: int
    low: float
    high: float

    @property
    def value(self) -> float:
        """In [0, 1]; 0 where there was nothing to find."""
        return self.found / self.of if self.of else 0.0
