"""Who is told of an alert that nobody has taken on, rung by rung, as a policy has it."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from models.base import Model

ALERTED = ("queue", "manager", "deputy")
"""Whom a rung of an alert ladder names beside roles, addresses and targets."""


class AlertRung(Model):
    """Who is told of an alert, `after_minutes` from the rung before; `office` waits for the office to be open.

    `to`: `queue` (the alert's own addresses), `manager`, `deputy`, or a role of the policy. Where a role is told, the
    register says (`role_addresses`).
    """

    to: Annotated[str, Field(min_length=1)]
    after_minutes: Annotated[int, Field(ge=0)] = 0
    hours: Literal["any", "office"] = "any"


class AlertLadder(Model):
    """Rungs from the bottom up; with `again_minutes` the climb starts anew that long after the last."""

    rungs: Annotated[tuple[AlertRung, ...], Field(min_length=1)]
    again_minutes: Annotated[int | None, Field(gt=0)] = None


class AlertLadders(Model):
    """Who is told of what nobody has taken on, by its urgency; what is routine goes into the day's digest.

    An office's own settings go before: telephones and duty rooms are nothing of a policy's.
    """

    immediate: AlertLadder = AlertLadder(
        rungs=(AlertRung(to="queue"), AlertRung(to="manager", after_minutes=15)), again_minutes=15
    )
    same_day: AlertLadder = AlertLadder(
        rungs=(AlertRung(to="queue"), AlertRung(to="manager", after_minutes=240, hours="office"))
    )
