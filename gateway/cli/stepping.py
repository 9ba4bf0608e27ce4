"""Beginning, continuing and showing a file of any kind at the terminal."""

from __future__ import annotations

import sys
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any, Protocol, TypeVar

import typer
from pydantic import TypeAdapter, ValidationError

from gateway.cli.exits import BadInput, Failed
from gateway.cli.files import FileId, Number, Reason, Role, Text, at_desk
from gateway.cli.rows import print_json, print_rows
from gateway.cli.settings import Config, Named
from gateway.clock import utc_now
from gateway.governance.common_steps import Answered
from gateway.governance.course import Course, F, File
from gateway.governance.desk import Desk, Readable
from gateway.governance.linked_contacts import check_contacts
from gateway.governance.register_desk import RegisterDesk
from gateway.governance.situation import Situation
from gateway.governance.step import RoleAs, Step
from gateway.governance.tasks import Task, open_tasks
from models.plain_faults import first
from models.plain_names import plain
from models.policy_life import LifeRules
from models.policy_question import Question

T = TypeVar("T")

Asked = tuple[Question, Answered | None]
"""A question of the policy, and what was answered."""

OF_A_LETTER = ("passages", "head")
"""What `triage letter show` is for."""
_SAID_ALREADY = {"at", "by", "role", "role_as", "day", "kind"}


class Take(Protocol):
    """Takes a step in a file of some kind, and says where the file stands after it."""

    def __call__(self, config: Path | None, id_: str, kind: str, by: str, **fields: Any) -> object:
        """`fields`: what the step says; None where an option was not given."""
        ...


def step_of(course: Course[Any], kind: str, by: str, **fields: Any) -> Any:
    """The step, as of now. BadInput names the option that is wrong; what is None is left out."""
    return step_from(course.steps, kind, by, **fields)


def step_from(steps: TypeAdapter[T], kind: str, by: str, **fields: Any) -> T:
    """The same where the kind of file has no course."""
    given = {name: value for name, value in fields.items() if value is not None}
    try:
        return steps.validate_python({"kind": kind, "at": utc_now(), "by": by, **given})
    except ValidationError as error:
        where, what = first(error, whole=kind)
        raise BadInput(f"--{where.replace('_', '-')}: {what}") from None


def begin(config: Path | None, course: Course[F], kind: str, by: str, *, person: str | None, **fields: Any) -> F:
    """Begin a file, whose first step names the person too, and say its id."""
    step = step_of(course, kind, by, person=person, **fields)
    begun = at_desk(config, lambda desk: _begin(desk, course, step, person))
    print(f"{begun.id}: {plain(kind)}; `triage {course.kind} show {begun.id} --by …` says what it waits for")
    return begun


def take(config: Path | None, course: Course[F], id_: str, kind: str, by: str, **fields: Any) -> F:
    """Take one step, and say how much is left to do."""
    step = step_of(course, kind, by, **fields)
    taken, left = at_desk(config, lambda desk: _take(desk, course, id_, step))
    print(f"{id_}: {plain(kind)}; {left_in_words(left)}")
    return taken


def add_note(app: typer.Typer, take: Take) -> None:
    """The command that puts a note on a file."""

    @app.command()
    def note(id_: FileId, by: Named, text: Text, role: Role = None, config: Config = None) -> None:
        """Put a note on the file."""
        take(config, id_, "noted", by, role=role, text=text)


def add_undo(app: typer.Typer, take: Take) -> None:
    """The command that undoes the last step of a file."""

    @app.command()
    def undo(id_: FileId, number: Number, by: Named, reason: Reason, role: Role = None, config: Config = None) -> None:
        """Undo the last step, which was an error; both stay to be read."""
        take(config, id_, "undone", by, role=role, number=number, reason=reason)


def add_allow_reviewer(app: typer.Typer, take: Take, *, says: str) -> None:
    """The command by which somebody else lets somebody review who else may not. `says`: what it does, for its help."""

    @app.command(help=says)
    def allow_reviewer(
        id_: FileId,
        name: Annotated[str, typer.Argument(help="Who is to look at it.")],
        by: Named,
        reason: Reason,
        role: Role = None,
        config: Config = None,
    ) -> None:
        take(config, id_, "reviewer_allowed", by, role=role, name=name, reason=reason)


def steps_in(course: Course[Any]) -> Take:
    """`take` for files of one kind."""

    def take_one(config: Path | None, id_: str, kind: str, by: str, **fields: Any) -> object:
        return take(config, course, id_, kind, by, **fields)

    return take_one


async def _begin(desk: Desk, course: Course[F], step: Step, person: str | None) -> F:
    await check_contacts(desk, getattr(step, "contacts", ()))
    return await desk.begin(course, step, person=person)


async def _take(desk: Desk, course: Course[F], id_: str, step: Step) -> tuple[F, Sequence[Task]]:
    await RegisterDesk(desk, now=utc_now).may_take(course.kind, id_, step)
    await check_contacts(desk, getattr(step, "contacts", ()))
    taken = await desk.take(course, id_, step)
    return taken, open_tasks(taken, await desk.situation(course, taken))


def taken_in_words(kind: str, standing: str) -> str:
    """A step, and where it leaves the file, which is said once where the two are one word."""
    step = plain(kind)
    return step if step == standing else f"{step}, {standing}"


def left_in_words(tasks: Sequence[Task]) -> str:
    """How much a file still waits for."""
    return f"{len(tasks)} to do" if tasks else "nothing is left to do"


def list_files(
    config: Path | None, course: Course[F], row: Callable[[F], Mapping[str, object]], *, everything: bool, as_json: bool
) -> None:
    """List the files of a kind, the oldest first; without `everything`, those that nothing waits for are left out."""

    async def listed(desk: Desk) -> Readable[F]:
        return await (desk.readable(course, closed=None) if everything else desk.unsettled(course))

    files = at_desk(config, listed)
    print_readable(files, row, as_json=as_json)


def print_readable(listed: Readable[T], row: Callable[[T], Mapping[str, object]], *, as_json: bool) -> None:
    """Print a list. Failed afterwards, a line each, where any could not be read: half a list must not look whole."""
    print_rows([row(one) for one in listed.found], as_json=as_json)
    if listed.damaged:
        sys.stdout.flush()
        raise Failed("\n        ".join(["the list lacks what cannot be read:", *listed.damaged.values()]))


def show(
    config: Path | None,
    course: Course[F],
    id_: str,
    by: str,
    about: Callable[[F], Mapping[str, object]],
    *,
    as_json: bool,
    asks: Callable[[F, LifeRules], Iterable[Asked]] = lambda _file, _rules: (),
    beside: Callable[[F, Situation], Mapping[str, object]] = lambda _file, _situation: {},
) -> None:
    """Show a file: what it is about and was asked, every step, what it waits for. The view is on the audit trail.

    `asks`: the policy's questions on such a file, each with its answer. `beside`: what other files say of it.
    """
    file, tasks, situation = at_desk(config, lambda desk: _shown(desk, course, id_, by))
    rules = situation.rules
    asked, said = list(asks(file, rules)), {**about(file), **beside(file, situation)}
    if as_json:
        questions = {"questions": [_question_as_json(check, given) for check, given in asked]} if asked else {}
        print_json(_as_json(file, {**said, **questions}, tasks))
        return
    print(id_)
    for name, value in said.items():
        if value:
            print(f"  {plain(name)}: {value}")
    if asked:
        print("\nQuestions")
    for check, given in asked:
        print(f"  [{check.id}] {check.question} {given.answer.value if given else 'not answered'}")
    print("\nSteps")
    for number, step in enumerate(file.steps, start=1):
        print(step_line(number, step, rules.roles))
        print_details(step, but=OF_A_LETTER)
    print("\nWaits for" if tasks else "\nNothing is left to do")
    for task in tasks:
        print(f"  - {task_in_words(task)}")


async def _shown(desk: Desk, course: Course[F], id_: str, by: str) -> tuple[F, Sequence[Task], Situation]:
    file = await desk.read(course, id_, by=by)
    situation = await desk.situation(course, file)
    return file, open_tasks(file, situation), situation


def print_details(step: Step, *, but: Collection[str] = ()) -> None:
    """What a step says, a line a field, without the fields in `but`."""
    for name, value in step.model_dump(mode="json", exclude={*_SAID_ALREADY, *but}, exclude_defaults=True).items():
        if value != []:
            print(f"      {plain(name)}: {in_words(value)}")


def task_in_words(task: Task) -> str:
    """A task on one line: what, for whom, by when, by which paragraph."""
    name = task.id.rpartition("/")[2]
    to = f", {' or '.join(task.roles)}" if task.roles else ""
    due = f", by {task.due:%d %b %Y}" if task.due else ""
    cites = f" ({', '.join(task.cites)})" if task.cites else ""
    return f"{task.says}{to}{due}{cites}  [{name}]"


def _question_as_json(check: Question, given: Answered | None) -> dict[str, object]:
    return {"id": check.id, "question": check.question, "answer": given.answer.value if given else None}


def _as_json(file: Any, about: Mapping[str, object], tasks: Sequence[Task]) -> dict[str, object]:
    return {
        "id": file.id,
        **about,
        "tasks": [task_as_json(task) for task in tasks],
        "steps": steps_as_json(file),
    }


def step_line(number: int, step: Any, roles: Mapping[str, str] | None = None) -> str:
    """A step on one line: its number, when, what, by whom; with `roles`, by their ids, also in which of them."""
    role = f", {roles.get(step.role, step.role)}" if roles is not None and step.role else ""
    role += " (as stated)" if role and step.role_as is RoleAs.STATED else ""
    return f"  {number:3} {step.at:%d %b %Y %H:%M} {plain(step.kind)} by {step.by}{role}"


def steps_as_json(file: File) -> list[dict[str, object]]:
    """Every step of a file, for another program."""
    return [
        {"number": number, **step.model_dump(mode="json", by_alias=True, exclude_none=True)}
        for number, step in enumerate(file.steps, start=1)
    ]


def task_as_json(task: Task) -> dict[str, object]:
    """A task for another program."""
    return {
        "id": task.id,
        "says": task.says,
        "to_role": task.to_role,
        "roles": list(task.roles),
        "due": task.due.isoformat() if task.due else None,
        "cites": list(task.cites),
    }


def in_words(value: Any) -> str:
    """A field's value on one line."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return "; ".join(map(in_words, value))
    if isinstance(value, dict):
        return ", ".join(f"{name} {in_words(one)}" for name, one in value.items() if one not in (None, []))
    return str(value)
