"""What a letter is composed from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from gateway.governance.challenges.file import ChallengeFile
from gateway.governance.demands.beside import ToCome, rules_beside, rules_to_come
from gateway.governance.demands.occasion import answered, tells_all_that_holds
from gateway.governance.demands.stage_before import StageBefore, stage_before
from gateway.governance.letters.steps import LetterPurpose
from gateway.governance.situation import Situation
from gateway.governance.strategy_file import StrategyFile
from models.organisation import Organisation
from models.policy import PolicyPack
from models.policy_course import Layout, NoticePart
from models.restriction import Restriction
from models.strategy import Spoc, Strategy


@dataclass(frozen=True, slots=True)
class Given:
    """The author's own words for a part: in place of the template's or, with `adds`, after them."""

    text: str
    adds: bool = False


@dataclass(frozen=True, slots=True)
class Brief:
    """A letter to be written. `signed_by`: whose name stands under it. `sender`: the office's address, line by line.

    `challenge`: the one whose outcome it tells; None for the one that was decided last.
    """

    file: StrategyFile
    situation: Situation
    pack: PolicyPack
    organisation: Organisation
    purpose: LetterPurpose
    layout: Layout
    signed_by: str
    sender: tuple[str, ...] = ()
    given: Mapping[NoticePart, Given] = field(default_factory=dict)
    challenge: str | None = None

    @property
    def restrictions(self) -> tuple[Restriction, ...]:
        """The restrictions that the letter tells of."""
        return self.file.changing.restrictions if self._of_change and self.file.changing else self.file.restrictions

    @property
    def spoc(self) -> Spoc | None:
        """The single point of contact that the letter names."""
        changed = self.file.changing.spoc if self._of_change and self.file.changing else None
        return changed or self.file.spoc

    @property
    def answers(self) -> ChallengeFile | None:
        """The challenge whose outcome it tells; None where it tells none."""
        if self.purpose is not LetterPurpose.CHALLENGE_OUTCOME:
            return None
        return answered(self.file, self.situation.besides, self.challenge)

    @property
    def tells_of_the_end(self) -> bool:
        """Whether it says that the strategy has ended."""
        return self.purpose is LetterPurpose.END or (self.answers is not None and self.file.ended_on is not None)

    @property
    def others(self) -> tuple[Strategy, ...]:
        """The person's other strategies in force of which it tells."""
        return rules_beside(self.file, self.situation) if self._of_all_that_holds else ()

    @property
    def to_come(self) -> tuple[ToCome, ...]:
        """The person's other strategies of which it tells that they were notified of, and that are not in force yet."""
        return rules_to_come(self.file, self.situation) if self._of_all_that_holds else ()

    @property
    def stage_before(self) -> StageBefore | None:
        """The stage before, which a notice of the next tells of."""
        return stage_before(self.file, self.situation) if self.purpose is LetterPurpose.NOTICE else None

    @property
    def told_of(self) -> tuple[str, ...]:
        """The ids of the person's other strategies of which it tells."""
        ids = [one.id for one in self.others] + [one.strategy.id for one in self.to_come]
        if self.stage_before is not None:
            ids.append(self.stage_before.file.id)
        return tuple(dict.fromkeys(ids))

    @property
    def _of_all_that_holds(self) -> bool:
        return tells_all_that_holds(self.file, self.purpose, self.answers)

    @property
    def _of_change(self) -> bool:
        return self.purpose is LetterPurpose.CHANGE
