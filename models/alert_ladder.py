"""Who is told of an alert that nobody has taken on, rung by rung, as a policy or an office's settings have it."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from models.base import Model

ALERTED = ("queue", "manager", "deputy")
"""Whom a rung of an alert ladder names beside roles, addresses and targets."""


class AlertRung(Model):
    """One step of a ladder.

    `to`: `queue` (the alert's own addresses), `manager`, `deputy`; in a policy also one of its roles, who are told
    where the register says (`role_addresses`); in the settings an address, or the name of a target.
    `after_minutes` counts from the rung before (for the first: from when the alert was raised).
    `hours`: `office` waits for the office to be open.
    """

    to: Annotated[str, Field(min_length=1, max_length=254)]
    after_minutes: Annotated[int, Field(ge=0)] = 0
    hours: Literal["any", "office"] = "any"


class AlertLadder(Model):
    """Rungs from the bottom up; with `again_minutes` the climb starts anew that long after the last rung."""

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

    @property
    def by_urgency(self) -> dict[str, AlertLadder]:
        """Each by the urgency it is for."""
        return {"immediate": self.immediate, "same_day": self.same_day}
