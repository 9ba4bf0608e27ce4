"""Which restrictions a policy knows, and what each of them wants before it may be proposed."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from models.contact import Channel
from models.policy import PolicyPack
from models.restriction import KINDS
from tests.policies.course import Course, measure

Limited = tuple[dict[str, Any], dict[str, Any], str]
"""A setting that goes as far as it may, one that goes further, and what is said of that."""


def measures_are(
    pack: PolicyPack,
    *kinds: str,
    stage: int = 1,
    elsewhere: Collection[str] = (),
    not_while_open: Collection[str] = (),
    must_say: Mapping[str, str] = {},
    with_reason: Collection[str] = (),
    after_warning: Collection[str] = (),
    limited: Mapping[str, Limited] = {},
) -> None:
    """Fails unless exactly these may be proposed at the stage, each under exactly these conditions.

    `elsewhere`: of another stage. `must_say`: what each of them states. `not_while_open`: on what is concluded only.
    `limited`: how far each of them goes.
    """
    for kind in KINDS:
        said = _said_of(pack, kind, stage)
        assert ("is a measure of stage" in said) == (kind in elsewhere), f"{kind}: {said}"
        unknown = "is not among the measures" in said or "is beyond the policy's list" in said
        assert unknown == (kind not in (*kinds, *elsewhere)), f"{kind}: {said}"
        if kind in kinds:
            assert ("which is still open" in said) == (kind in not_while_open), f"{kind}: {said}"
            assert ("needs its own reason" in said) == (kind in with_reason), f"{kind}: {said}"
            assert ("only after a written warning" in said) == (kind in after_warning), f"{kind}: {said}"
            assert ("must say its" in said) == (kind in must_say), f"{kind}: {said}"
            assert f"must say its {must_say.get(kind, '')}" in said or kind not in must_say, f"{kind}: {said}"
    for kind, (within, beyond, words) in limited.items():
        said = _said_of(pack, kind, stage, **within)
        assert "the policy allows" not in said and "the policy does not allow" not in said, f"{kind}: {said}"
        said = _said_of(pack, kind, stage, **beyond)
        assert words in said, f"{kind}: {said}"


def _said_of(pack: PolicyPack, kind: str, stage: int, **fields: Any) -> str:
    """What is said against one restriction on an open matter, with no warning, no reason and nothing more said."""
    empty = {name: None if name in ("calls", "premises") else "" for name in _MAY_BE_EMPTY.get(kind, ())}
    asked = measure(kind, **{**empty, **fields})
    jump = {"stage_jump": "Threats to two officers."} if stage > 1 else {}
    course = Course(pack, restrictions=(asked,), matters=("M-002",), stage=stage, reasons_for=jump)
    return "; ".join(lack.text for lack in course.lacks("submitted") if kind in lack.text)


_MAY_BE_EMPTY = {
    "call_window": ("calls",),
    "contact_agreement": ("text",),
    "cease_and_desist": ("text",),
    "injunction": ("text",),
    "designated_premises": ("premises",),
}
EMAIL_OR_POST: Mapping[str, Limited] = {
    "channel_only": (
        {"channels": ["email", "letter"]},
        {"channels": list(Channel)},
        "has telephone, voicemail, visit, webform, sms, social_media, which the policy does not allow; choose from "
        "email, letter",
    )
}
"""The limit of "email or post only" (Staffordshire 5.2, Cleveland 9.9)."""
