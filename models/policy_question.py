"""A question that a policy asks, and what all its rules are made of: paragraphs, stages, counts."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from pydantic import BeforeValidator, Field

from models.base import Model

Cites = tuple[str, ...]
Stage = Annotated[int, Field(ge=1, le=9)]
Count = Annotated[int, Field(gt=0)]


class Answer(StrEnum):
    """An answer to a check. `na`: it does not arise here, with a note that says why."""

    YES = "yes"
    NO = "no"
    NA = "na"


def _answer_from_yaml(value: object) -> object:
    # YAML 1.1 reads an unquoted yes or no as true or false.
    return ("yes" if value else "no") if isinstance(value, bool) else value


class Question(Model):
    """One question that somebody answers.

    `required_answer`: the answer that is wanted; any other needs a note. Questions differ in polarity (Cleveland
    7.2-7.3). `note_needed`: every answer says what, when or how (Staffordshire 4.1).
    """

    id: str
    question: str
    required_answer: Annotated[Answer, BeforeValidator(_answer_from_yaml)] = Answer.YES
    na_allowed: bool = False
    note_needed: bool = False
    cites: Cites = ()


class Check(Question):
    """A question before a restriction or an entry. `blocking`: any other answer than the required one stops it."""

    blocking: bool = True
    stages: tuple[Stage, ...] = ()
