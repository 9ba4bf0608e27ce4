"""Who takes an act of the approval chain, apart from whom, at which stage, and what is said while nobody has."""

from __future__ import annotations

from collections.abc import Mapping

from gateway.governance.next_step import next_step
from models.policy import PolicyPack
from tests.policies.course import AUTHOR, Course


def act_is(
    pack: PolicyPack,
    act: str,
    *roles: str,
    says: str,
    cites: str,
    apart: Mapping[str, str] = {},
    first: bool = False,
    stage: int = 1,
    only_here: bool = False,
    knowing_nothing: bool = False,
    proposes: bool = False,
) -> None:
    """Fails unless exactly these roles take the act, and nobody who did one of the acts that it is apart from.

    `says`: what is said of it while nobody has taken it. `apart`: earlier act to what its actor did, in words. `first`:
    before the draft is put forward. `only_here`: at no other stage. `proposes`: the author may, too.
    """
    course = _up_to(pack, act, stage)
    asked = course.lacks("submitted") if first else next_step(course.file, course.situation).lacks
    assert any(says in lack.text and cites in lack.cites for lack in asked), f"{[lack.text for lack in asked]}"
    taken = {"act": act, "role": roles[0], "knew": False, "note": "Agreed."}
    for role in pack.life.roles:
        refused = any(f"{act} is for" in lack.text for lack in course.lacks("acted", "Mo", **{**taken, "role": role}))
        assert refused == (role not in roles), f"{act} by the {role}"
    nominated = course.lacks("nominated", "Mo", act=act, role=roles[0], name="Nia Nominee", reason="On leave.")
    assert any("lets nobody be nominated" in lack.text for lack in nominated), nominated
    did = {one.act: one.by for one in course.file.acts}
    for earlier, by in did.items():
        said = [lack.text for lack in course.lacks("acted", by, **taken)]
        refused = any(text.startswith(f"{by} ") and text.endswith("is for somebody else") for text in said)
        assert refused == (earlier in apart), f"{act} by whoever {earlier}: {said}"
        assert not refused or any(apart[earlier] in text for text in said), f"{apart[earlier]}: {said}"
    by_author = [lack.text for lack in course.lacks("acted", AUTHOR, **taken)]
    assert any("wrote the draft" in text for text in by_author) != proposes, by_author
    undeclared = [lack.text for lack in course.lacks("acted", "Mo", **{**taken, "knew": None})]
    assert any("declares that they knew" in text for text in undeclared) == knowing_nothing, undeclared
    for other in pack.life.stages:
        if other.number != stage:
            said = [lack.text for lack in _drafted(pack, other.number).submitted().lacks("acted", "Mo", **taken)]
            assert any("the chain has no act" in text for text in said) == only_here, f"{act} at stage {other.number}"


def _drafted(pack: PolicyPack, stage: int) -> Course:
    jump = {"stage_jump": "Threats to two officers."} if stage > 1 else {}
    return Course(pack, stage=stage, reasons_for=jump)


def _up_to(pack: PolicyPack, act: str, stage: int) -> Course:
    course = _drafted(pack, stage).answered().warned().acted(before="submission", stop_at=act)
    waits = [one.id for one in pack.life.approvals if one.before == "submission"]
    if act in waits:
        return course
    return course.take("submitted").acted(before="approval", stop_at=act)
