"""Rules that nothing shows yet, and features that are not there yet, and why. `docs/reference/policies.md` says so."""

from __future__ import annotations

from typing import Final

NOT_YET: Final[dict[str, str]] = {}

FEATURES_NOT_YET: Final[dict[str, str]] = {}
