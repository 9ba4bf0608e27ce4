"""What the scan saw in a contact: category, label, score, evidence (CONTRACT §5)."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from pydantic import Field

from models.base import Model


class Category(StrEnum):
    """The four families a scan looks for, and the one in which it speaks of itself."""

    CRIMINAL = "criminal"
    SAFEGUARDING = "safeguarding"
    RIGHTS = "rights"
    CONDUCT = "conduct"
    SYSTEM = "system"


class Label(StrEnum):
    """Every label of CONTRACT §5."""

    THREAT_TO_LIFE = "threat_to_life"
    THREAT_OF_HARM = "threat_of_harm"
    WEAPON_OR_EXPLOSIVE = "weapon_or_explosive"
    HARASSMENT_OR_STALKING = "harassment_or_stalking"
    CRIME_REPORT = "crime_report"
    EXTREMISM = "extremism"
    SELF_HARM = "self_harm"
    CHILD_AT_RISK = "child_at_risk"
    ADULT_AT_RISK = "adult_at_risk"
    DOMESTIC_ABUSE = "domestic_abuse"
    EXPLOITATION = "exploitation"
    MEDICAL_CRISIS = "medical_crisis"
    FOI_REQUEST = "foi_request"
    EIR_REQUEST = "eir_request"
    SUBJECT_ACCESS_REQUEST = "subject_access_request"
    DATA_RIGHTS_REQUEST = "data_rights_request"
    DATA_PROTECTION_COMPLAINT = "data_protection_complaint"
    COMPLAINT = "complaint"
    COMPLAINT_REVIEW = "complaint_review"
    RESTRICTION_CHALLENGE = "restriction_challenge"
    ADJUSTMENT_REQUEST = "adjustment_request"
    ABUSIVE = "abusive"
    DISCRIMINATORY = "discriminatory"
    SEXUAL = "sexual"
    THREATENING_TONE = "threatening_tone"
    SCAN_INCOMPLETE = "scan_incomplete"
    UNREADABLE_PART = "unreadable_part"
    UNSUPPORTED_LANGUAGE = "unsupported_language"
    LOW_CONFIDENCE_TRANSCRIPT = "low_confidence_transcript"


CATEGORY_OF: dict[Label, Category] = {
    **dict.fromkeys(
        (
            Label.THREAT_TO_LIFE,
            Label.THREAT_OF_HARM,
            Label.WEAPON_OR_EXPLOSIVE,
            Label.HARASSMENT_OR_STALKING,
            Label.CRIME_REPORT,
            Label.EXTREMISM,
        ),
        Category.CRIMINAL,
    ),
    **dict.fromkeys(
        (
            Label.SELF_HARM,
            Label.CHILD_AT_RISK,
            Label.ADULT_AT_RISK,
            Label.DOMESTIC_ABUSE,
            Label.EXPLOITATION,
            Label.MEDICAL_CRISIS,
        ),
        Category.SAFEGUARDING,
    ),
    **dict.fromkeys(
        (
            Label.FOI_REQUEST,
            Label.EIR_REQUEST,
            Label.SUBJECT_ACCESS_REQUEST,
            Label.DATA_RIGHTS_REQUEST,
            Label.DATA_PROTECTION_COMPLAINT,
            Label.COMPLAINT,
            Label.COMPLAINT_REVIEW,
            Label.RESTRICTION_CHALLENGE,
            Label.ADJUSTMENT_REQUEST,
        ),
        Category.RIGHTS,
    ),
    **dict.fromkeys((Label.ABUSIVE, Label.DISCRIMINATORY, Label.SEXUAL, Label.THREATENING_TONE), Category.CONDUCT),
    **dict.fromkeys(
        (
            Label.SCAN_INCOMPLETE,
            Label.UNREADABLE_PART,
            Label.UNSUPPORTED_LANGUAGE,
            Label.LOW_CONFIDENCE_TRANSCRIPT,
        ),
        Category.SYSTEM,
    ),
}

SCORED_LABELS: tuple[Label, ...] = tuple(label for label in Label if CATEGORY_OF[label] is not Category.SYSTEM)
"""The labels a text is scored for, in the order of CONTRACT §5."""

CONCERN_CATEGORIES = frozenset({Category.CRIMINAL, Category.SAFEGUARDING})


class Urgency(StrEnum):
    """How soon a person must know. `immediate`: life may be at risk."""

    IMMEDIATE = "immediate"
    SAME_DAY = "same_day"
    ROUTINE = "routine"


URGENCIES: tuple[Urgency, ...] = tuple(Urgency)
"""The most urgent first."""

Score = Annotated[float, Field(ge=0.0, le=1.0)]


class Evidence(Model):
    """Where a finding was seen: `text[start:end] == quote` in the part of that name. `by`: stage or `lexicon:RULE`.

    `because`: what that rule looks for, in plain words. `like`: the authored example nearest in meaning, where the
    semantic stage looked at the sentence. Both are words of ours, never of a contact.
    """

    part: str
    start: Annotated[int, Field(ge=0)]
    end: Annotated[int, Field(ge=0)]
    quote: str
    by: str
    like: str | None = None
    because: str | None = None


class Finding(Model):
    """One label seen in one contact. A system finding may have no evidence offsets but names its part.

    `at_risk`: of a concern, who is in danger where a cited sentence says so, in its words or as "the writer"; null is
    no sign that nobody is.
    """

    category: Category
    label: Label
    score: Score
    threshold: Score
    urgency: Urgency
    at_risk: str | None = None
    evidence: tuple[Evidence, ...] = ()

    @property
    def is_concern(self) -> bool:
        """Criminal or safeguarding: opens its own review and alert, whoever sent it (CONTRACT §4.8)."""
        return self.category in CONCERN_CATEGORIES
