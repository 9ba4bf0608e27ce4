"""Why a sentence was taken for what it was taken for, as people on our own premises read it."""

from __future__ import annotations

from models.finding import Evidence

READ_IT = "read the whole of it yourself: the gateway could not"
"""What stands in the place of a quote where there is none."""
_LONGEST = 200


def explanation(evidence: Evidence) -> list[str]:
    """A line for the rule's meaning and one for the nearest authored example, where there are such."""
    lines = [f"why: {evidence.because}"] if evidence.because else []
    if evidence.like:
        example = " ".join(evidence.like.split())
        lines.append(f"like: {example}" if len(example) <= _LONGEST else f"like: {example[:_LONGEST]}…")
    return lines
