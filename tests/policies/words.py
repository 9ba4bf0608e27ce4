"""What the product says under a pack: in its letters, of what is read with it; what it keeps and for how long."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from gateway.governance import holds
from gateway.governance.holds import Placed
from gateway.governance.lacks import Refused
from gateway.governance.letters.steps import LetterPurpose, LetterWritten
from gateway.governance.next_step import next_step
from gateway.governance.retention import Record, judge
from gateway.governance.situation import later_by
from gateway.governance.strategy_file import StrategyFile
from models.policy import PolicyPack
from tests.governing import MONDAY
from tests.lettering import brief, written
from tests.policies.course import Course


def names_to_read_with(pack: PolicyPack, *names: str) -> None:
    """Fails unless whoever drafts a strategy, and whoever decides on one, has these to read beside the policy."""
    for course in (Course(pack), Course(pack).submitted()):
        named = next_step(course.file, course.situation).read_with
        for name in names:
            assert any(name in one for one in named), f"{name} is not among {named}"
    in_force = Course(pack).active()
    assert not next_step(in_force.file, in_force.situation).read_with, "nobody is being restricted any more"


def letter(
    pack: PolicyPack, purpose: LetterPurpose = LetterPurpose.NOTICE, file: StrategyFile | None = None
) -> LetterWritten:
    """A letter as the product composes it."""
    return written(brief(pack, purpose, file=file))


def passage(pack: PolicyPack, part: str) -> str:
    """What the composed notice says in a part. Fails where it has none."""
    return part_of(letter(pack), part)


def part_of(told: LetterWritten, part: str) -> str:
    """What a letter says in a part. Fails where it has none."""
    found = [one.text for one in told.passages if one.part == part]
    assert found, f"the letter has no {part}"
    return " ".join(" ".join(found).split())


def names_behaviours(pack: PolicyPack, head: str, *names: str) -> None:
    """Fails unless a draft may rest on each of these, and no other of its kind, and the notice says each in words."""
    course = Course(pack, behaviours=names).take("warned", on=MONDAY - timedelta(days=7), how="By email.").ready()
    course.allows("submitted").take("submitted").acted(before="approval")
    notice = written(brief(pack, file=course.file))
    said = " ".join(" ".join(one.text for one in notice.passages).split())
    known = {each.id: each.letter or each.says for each in pack.life.behaviours if each.head == head}
    for name in names:
        assert known[name] in said, f"{name} is not in the notice"
    assert set(known) == set(names), "more than the policy names"
    Course(pack, behaviours=("odd",)).ready().refuses("odd is not among the policy's kinds", None, "submitted")


def encloses_the_policy(pack: PolicyPack) -> None:
    """Fails unless the notice says that the policy is enclosed, and the pack has it enclosed."""
    assert "policy" in passage(pack, "policy_copy")
    bare = pack.life.model_copy(update={"rules": {}})
    PolicyPack.model_validate(pack.model_copy(update={"life": bare}).model_dump(by_alias=True))


def due_for_deletion(course: Course, *, since: dict[str, date]) -> date | None:
    """When the file is to be deleted, if nothing holds it."""
    record = Record(
        id="CS-1", kind="strategy", person="P-001", opened=MONDAY, closed=True, steps=len(course.file.steps),
        since=since, rules=course.rules.retention,
    )  # fmt: skip
    return next((judged.due for judged in judge([record], (), MONDAY)), None)


def is_kept_for(pack: PolicyPack, kind: str, period: str) -> None:
    """Fails unless a record of the kind is to be deleted when this period after its closing is over."""
    record = Record(
        id="X-1", kind=kind, person="P-001", opened=MONDAY, closed=True, steps=1, since={"closed": MONDAY},
        rules=pack.life.retention,
    )  # fmt: skip
    due = [judged.due for judged in judge([record], (), MONDAY)]
    assert due == [later_by(MONDAY, period)], f"{kind}: {due}"


def _placed(pack: PolicyPack, because: str, until: date) -> Any:
    fields = {"subject": "P-001", "because": because, "reason": "As the policy has it.", "until": until}
    step = Placed.model_validate({"at": "2026-03-02T12:00:00Z", "by": "Ann Author", **fields})
    return holds.begin("RH-1", step, Course(pack).situation)


def may_be_held(pack: PolicyPack, because: str, *, until: date) -> None:
    """Fails unless a record may be kept for this reason until then."""
    assert _placed(pack, because, until).holds("P-001", "strategy", until)


def may_not_be_held(pack: PolicyPack, because: str, *, until: date) -> None:
    """Fails if it may."""
    try:
        _placed(pack, because, until)
    except Refused:
        return
    raise AssertionError(f"held for {because} until {until}")
