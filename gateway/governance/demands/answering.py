"""Whether a question that the policy asks is answered, and as it must be."""

from __future__ import annotations

from collections.abc import Iterator

from gateway.governance.common_steps import Answered
from gateway.governance.lacks import Lack
from models.policy_question import Answer, Question


def of_answer(given: Answered | None, check: Question, *, blocking: bool) -> Iterator[Lack]:
    """What is missing in an answer, or in that there is none. `blocking`: no other than the required one will do."""
    if given is None:
        yield Lack(f"not answered: {check.question}", check.cites, check.id)
        return
    if given.answer is Answer.NA:
        if not check.na_allowed:
            yield Lack(f"needs yes or no: {check.question}", check.cites, check.id)
        elif not given.note.strip():
            yield Lack(f"why it does not arise is not said: {check.question}", check.cites, check.id)
    elif check.note_needed and not given.note.strip():
        yield Lack(f"what the answer rests on is not said: {check.question}", check.cites, check.id)
    elif given.answer is not check.required_answer:
        if blocking:
            yield Lack(f"put this right first: {check.question} Answered: {given.answer}", check.cites, check.id)
        elif not given.note.strip():
            yield Lack(f"answered {given.answer}, and why is not said: {check.question}", check.cites, check.id)
