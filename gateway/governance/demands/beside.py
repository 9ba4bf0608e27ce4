"""What else holds for the person: a letter about one strategy says nothing that another of theirs makes untrue."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from gateway.governance.challenges import file as challenges
from gateway.governance.challenges.file import ChallengeFile
from gateway.governance.demands.carrying_out import lifted_by_challenge
from gateway.governance.folding import as_of
from gateway.governance.letters.steps import LetterWritten
from gateway.governance.situation import Situation
from gateway.governance.strategy_file import StrategyFile
from gateway.governance.strategy_fold import fold
from models.strategy import Strategy, StrategyStatus


@dataclass(frozen=True, slots=True)
class ToCome:
    """Rules that the person has been told of and that do not hold yet. `earliest`: the first day on which they may."""

    strategy: Strategy
    earliest: date


def rules_beside(
    file: StrategyFile, situation: Situation, written: LetterWritten | None = None
) -> tuple[Strategy, ...]:
    """The person's other strategies in force that have restrictions.

    `written`: as their files were when this letter was. What stands in the register only, has no history there.
    """
    day = situation.day if written is None else written.taken_on
    known = [one.strategy() for one in _files(situation, written)] + _in_register_only(situation)
    return tuple(one for one in known if one.id != file.id and one.restrictions and _holds(one, day))


def rules_to_come(file: StrategyFile, situation: Situation, written: LetterWritten | None = None) -> tuple[ToCome, ...]:
    """The person's other strategies of which they were given notice, and which are not in force yet.

    Nobody holds them to those; but that they may contact us like anyone else would be untrue within days. What a
    challenge lifted is none of those, though somebody is still to withdraw it.
    """
    day = situation.day if written is None else written.taken_on
    heard = _challenges(situation, written)
    files = [one for one in _files(situation, written) if not lifted_by_challenge(one, heard)]
    known = [(_as_decided(one), one.notice_received_on) for one in files]
    known += [(one, one.notified_on) for one in _in_register_only(situation)]
    return tuple(
        ToCome(one, max(told, one.starts or told))
        for one, told in known
        if told is not None
        and one.id != file.id
        and one.restrictions
        and one.status is StrategyStatus.APPROVED
        and (one.ends is None or one.ends >= day)
    )


def ids_beside(file: StrategyFile, situation: Situation, written: LetterWritten | None = None) -> tuple[str, ...]:
    """The person's other strategies that a letter tells of."""
    to_come = (one.strategy for one in rules_to_come(file, situation, written))
    return tuple(dict.fromkeys(one.id for one in (*rules_beside(file, situation, written), *to_come)))


def _files(situation: Situation, written: LetterWritten | None) -> list[StrategyFile]:
    files = [one if written is None else as_of(one.id, one.steps, fold, written.at) for one in situation.earlier]
    return [one for one in files if one is not None]


def _challenges(situation: Situation, written: LetterWritten | None) -> list[ChallengeFile]:
    files = (one for one in situation.besides if isinstance(one, ChallengeFile))
    found = (one if written is None else as_of(one.id, one.steps, challenges.fold, written.at) for one in files)
    return [one for one in found if one is not None]


def _in_register_only(situation: Situation) -> list[Strategy]:
    with_file = {one.id for one in situation.earlier}
    return [one for one in situation.strategies if one.id not in with_file]


def _as_decided(file: StrategyFile) -> Strategy:
    """Without urgent measures, which hold until then and are told of as such."""
    return replace(file, urgent=None).strategy()


def _holds(strategy: Strategy, day: date) -> bool:
    """Also where its first day is still to come: they were told that it will hold."""
    return strategy.status is StrategyStatus.ACTIVE and (strategy.ends is None or strategy.ends >= day)
