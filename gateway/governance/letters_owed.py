"""What letters leave to be done that only somebody's word says is done, on whatever file they are kept."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from gateway.governance.common_steps import TaskDone, Undone
from gateway.governance.course import File
from gateway.governance.demands.sending import NOT_SAFE, NOT_THERE
from gateway.governance.demands.untrue import Untrue
from gateway.governance.folding import live_steps
from gateway.governance.letters.letter import Letter
from gateway.governance.letters.steps import LetterSent, LetterWritten
from gateway.governance.situation import Situation
from gateway.governance.step import Step
from gateway.governance.task import Task, for_any


class WithLetters(File, Protocol):
    """A file that letters are kept on."""

    @property
    def letters(self) -> Mapping[str, Letter]:
        """By their ids."""
        ...


@dataclass(frozen=True, slots=True)
class Owed:
    """What the letters of a file leave to be done, as the file judges them.

    `group`: of the commands for such files. `where`: as `sending.not_there` says. `untrue`: of a letter that was let
    go; `is_untrue`: of what was written, whatever became of it. `deciders`: who see to what went; `signers`: to what
    waits to go.
    """

    file: WithLetters
    situation: Situation
    group: str
    where: Callable[[Letter, LetterSent | None], str]
    untrue: Callable[[Letter], Untrue | None]
    is_untrue: Callable[[LetterWritten], bool]
    deciders: Sequence[str]
    signers: Sequence[str]

    def tasks(self) -> Iterator[Task]:
        """Each is settled by the step that names it, and by nothing else."""
        for name, letter in self.file.letters.items():
            yield from self._gone(name, letter)
            yield from self._in_the_tray(name, letter)
        for undoing in (step for step in self.file.steps if isinstance(step, Undone)):
            yield from self._undone(undoing)

    def _gone(self, name: str, letter: Letter) -> Iterator[Task]:
        """What went where nothing is sent, so that somebody may be in danger of who reads it.

        What went though it was untrue, somebody has read and believes.
        """
        unsafe = [sent for sent in letter.sent if sent.went_although]
        if unsafe and not is_done(self.file.steps, task := f"unsafe.{name}", unsafe[-1]):
            there = NOT_THERE[self.where(letter, unsafe[-1]) or NOT_SAFE]
            says = f"Letter {name} went to {there}: see that they are safe, and say how ({self._done(task)})"
            due = next_working_day(unsafe[-1], self.situation)
            yield for_any(self.deciders, f"{self.file.id}/{task}", says, due)
        gone = [sent for sent in letter.sent if sent.went_untrue]
        if gone and not is_done(self.file.steps, task := f"went_untrue.{name}", gone[-1]):
            says = (
                f"Letter {name} went though it was not so any more: {gone[-1].was_untrue}. Put that right with whoever "
                f"has it, and say how ({self._done(task)})"
            )
            due = next_working_day(gone[-1], self.situation)
            yield for_any(self.deciders, f"{self.file.id}/{task}", says, due)

    def _in_the_tray(self, name: str, letter: Letter) -> Iterator[Task]:
        """What waits to be posted and is not to be any more: nobody else looks at it again before it goes.

        Only a last step is undone, and so it may stay put by though it was taken out of the tray.
        """
        queued, today = letter.to_print, self.situation.day
        if queued is None:
            return
        there = self.where(letter, None)
        if there and not is_done(self.file.steps, task := f"unsafe_tray.{name}", queued):
            says = (
                f"Letter {name} waits to be posted to {NOT_THERE[there]} now: do not post it there; take it out, "
                f"and say so ({self._done(task)})"
            )
            yield for_any(self.signers, f"{self.file.id}/{task}", says, today)
        if not is_done(self.file.steps, task := f"untrue.{name}", queued) and (found := self.untrue(letter)):
            says = f"Do not post letter {name}; take it out, and say so ({self._done(task)}): {found.why}"
            yield for_any(self.signers, f"{self.file.id}/{task}", says, today, found.lacks[0].cites)

    def _undone(self, undoing: Undone) -> Iterator[Task]:
        """What was sent, and then undone with what it told: where it went all the same, the person believes it."""
        sent, task = self.file.steps[undoing.number - 1], f"undone.{undoing.number}"
        if not isinstance(sent, LetterSent) or not self._is_to_be_explained(undoing.number, sent):
            return
        if not is_done(self.file.steps, task, undoing):
            what = f"letter {sent.letter} was sent, and what it tells is not so any more. If it went all the same"
            says, due = says_undone(what, self._done(task)), next_working_day(undoing, self.situation)
            yield for_any(self.deciders, f"{self.file.id}/{task}", says, due)

    def _is_to_be_explained(self, number: int, sent: LetterSent) -> bool:
        """Whether a letter whose sending was undone tells what is not so, and its sending was not recorded anew."""
        before = self.file.steps[: number - 1]
        written = next(one for one in reversed(before) if isinstance(one, LetterWritten) and one.letter == sent.letter)
        letter = self.file.letters.get(sent.letter)
        if letter is None or letter.written != written:
            return True
        return not letter.sent and self.is_untrue(written)

    def _done(self, task: str) -> str:
        return how_done(self.group, self.file.id, task)


def is_done(steps: Sequence[Step], task: str, since: Step) -> bool:
    """Whether somebody said after that step that this very task is done."""
    number = steps.index(since) + 1
    return any(n > number and isinstance(step, TaskDone) and step.task == task for n, step in live_steps(steps))


def says_undone(what: str, done: str) -> str:
    """The task of what was undone that a person may have been told."""
    return f"It was undone that {what}, tell them what holds; say how it is ({done})"


def how_done(group: str, id_: str, task: str) -> str:
    """The command that says that it is. `group`: of the commands for such files."""
    return f"`triage {group} done {id_} {task}`"


def next_working_day(step: Step, situation: Situation) -> date:
    """After the day on which the step was taken."""
    return situation.working_days_after(step.taken_on, 1)
