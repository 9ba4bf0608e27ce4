"""Rules that nothing shows yet, and features that are not there yet, and why. `docs/reference/policies.md` says so."""

from __future__ import annotations

from typing import Final

NOT_YET: Final[dict[str, str]] = {
    "W-12": "Nothing records who was trained and when; an office keeps that elsewhere.",
}

FEATURES_NOT_YET: Final[dict[str, str]] = {
    "training_record": "Nothing records who was trained.",
}
