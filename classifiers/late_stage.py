"""What is done about the third stage of the scan."""

from __future__ import annotations

from enum import StrEnum


class LateStage(StrEnum):
    """What is done about the third stage, which costs more than the two before it."""

    OFF = "off"
    LATER = "later"
    """Others run it: results name it as pending."""
    NOW = "now"
