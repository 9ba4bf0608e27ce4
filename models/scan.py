"""The outcome of scanning one contact: findings, and how far the scan got."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from models.base import Model
from models.finding import Finding, Label, Score


class Stage(StrEnum):
    """The scan's three stages, cheapest first (DESIGN §1.4)."""

    LEXICON = "lexicon"
    FAST = "fast"
    SEMANTIC = "semantic"


class ScanStatus(Model):
    """What a decision says of its scan. `complete` is true only if every configured stage saw every readable part."""

    complete: bool
    pending: tuple[Stage, ...] = ()
    stages: tuple[Stage, ...] = ()
    model: str | None = None


class ScanResult(Model):
    """Findings over their thresholds, the best score of every label, and the status."""

    findings: tuple[Finding, ...] = ()
    scores: Mapping[Label, Score] = {}
    status: ScanStatus


class Verdict(StrEnum):
    """Whether a contact is about a matter the register knows. Doubt is `unclear`."""

    SAME = "same"
    NEW = "new"
    UNCLEAR = "unclear"


class ComparedPassage(Model):
    """A passage of the contact and the matter it was held against. `apart`: it is about something else."""

    part: str
    start: int
    end: int
    matter: str
    similarity: Score
    apart: bool = False


class MatterVerdict(Model):
    """`nearest` is a matter id. `new_information`: fresh evidence in an old matter (a reason, never a clearance)."""

    verdict: Verdict
    nearest: str | None = None
    similarity: Score = 0.0
    new_information: bool = False
    passages: tuple[ComparedPassage, ...] = ()
