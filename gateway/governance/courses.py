"""The kinds of file there are."""

from __future__ import annotations

from typing import Final

from gateway.governance import holds, life
from gateway.governance.course import Course
from gateway.governance.holds import HOLD_STEP, HoldFile
from gateway.governance.steps import STRATEGY_STEP
from gateway.governance.strategy_file import Standing, StrategyFile, fold

_OVER = frozenset({Standing.ENDED, Standing.DORMANT, Standing.WITHDRAWN})

STRATEGY: Final[Course[StrategyFile]] = Course(
    kind="strategy",
    prefix="CS",
    steps=STRATEGY_STEP,
    begin=life.begin,
    take=life.take,
    fold=fold,
    closed=lambda file: file.standing in _OVER,
    projection=lambda file: file.strategy().model_dump_json(by_alias=True),
    policy_of=lambda file: (file.policy, file.policy_version),
)

HOLD: Final[Course[HoldFile]] = Course(
    kind="hold",
    prefix="RH",
    steps=HOLD_STEP,
    begin=holds.begin,
    take=holds.take,
    fold=holds.fold,
    closed=lambda hold: hold.released is not None,
)
