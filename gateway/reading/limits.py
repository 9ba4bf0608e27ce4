"""How far reading goes before it says that it stopped. Every limit that is met leaves a `PartProblem`."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ReadingLimits:
    """Bounds on one contact. Sizes in bytes unless the name says otherwise; seconds are wall clock."""

    nesting: int = 24
    entities: int = 400
    header_bytes: int = 1_000_000
    header_fields: int = 4_000
    text_characters: int = 2_000_000
    attachment_bytes: int = 40_000_000
    pdf_pages: int = 300
    document_seconds: float = 15.0
    archive_members: int = 200
    archive_bytes: int = 50_000_000
    archive_depth: int = 2


DEFAULT_LIMITS = ReadingLimits()
IMAGE_ONLY_CHARACTERS = 16
"""A document of pictures with fewer is taken for one without text."""
