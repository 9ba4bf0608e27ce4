"""The single steps of `triage strategy`: one command a step."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from gateway.cli.days import Day, MaybeDay
from gateway.cli.files import FileId, Reason, Role, Text, at_desk
from gateway.cli.need_to_know import add_lists, at_register_desk
from gateway.cli.settings import Config, Named
from gateway.cli.stepping import add_allow_reviewer, add_undo, step_of, taken_in_words
from gateway.cli.stepping import take as take_any
from gateway.governance.breaches import ours
from gateway.governance.courses import BREACH_RESPONSE, STRATEGY
from gateway.governance.steps import Silenced
from gateway.governance.strategy_file import StrategyFile
from gateway.yaml_file import load
from models.base import Model
from models.policy_question import Answer
from models.restriction import Restriction
from models.strategy import Spoc


def add_to(app: typer.Typer) -> None:
    """Register the commands."""
    for command in (
        answer, warned, waive_warning, submit, nominate, act, waive_way, agreement, activate, suspend, urgent,
        review_asked, review, change, in_force, extend, approve_silence, end, dormant, reinstate, withdraw, advice,
        adjustment, staff_breach, staff_breach_settled, hold, release, note, done,
    ):  # fmt: skip
        app.command(command.__name__.replace("_", "-"))(command)
    add_allow_reviewer(
        app, take, says="Allow somebody to do the next review who wrote or decided it, as another than they."
    )
    add_lists(app, take)
    add_undo(app, take)


class MeasuresFile(Model):
    """Restrictions as written by hand (YAML)."""

    restrictions: tuple[Restriction, ...] = ()
    spoc: Spoc | None = None
    reasons_for: dict[str, str] = {}


Document = Annotated[str | None, typer.Option(help="Where what it rests on is filed.")]
MaybeReason = Annotated[str, typer.Option(help="Why, where there is more to say than that it was due.")]

Measures = Annotated[
    Path, typer.Argument(metavar="FILE", help="YAML with `restrictions` and, if need be, `spoc` and `reasons_for`.")
]


def take(config: Path | None, id_: str, kind: str, by: str, **fields: Any) -> StrategyFile:
    """Take one step and say where the strategy stands after it."""
    step = step_of(STRATEGY, kind, by, **fields)
    taken = at_register_desk(config, lambda desk: desk.take(id_, step))
    print(f"{id_}: {taken_in_words(kind, taken.standing)}")
    return taken


def answer(
    id_: FileId,
    check: Annotated[str, typer.Argument(help="The question's id, as `show` gives it.")],
    given: Annotated[Answer, typer.Argument(metavar="yes|no|na", help="The answer, as literally asked.")],
    by: Named,
    note: Annotated[str, typer.Option(help="What it rests on; needed for `na`.")] = "",
    role: Role = None,
    config: Config = None,
) -> None:
    """Answer a question of the checklist."""
    take(config, id_, "answered", by, role=role, check=check, answer=given, note=note)


def warned(
    id_: FileId,
    by: Named,
    on: Day,
    how: Annotated[str, typer.Option(help="How, and what was said: what is wrong, how to change it, what follows.")],
    document: Document = None,
    role: Role = None,
    config: Config = None,
) -> None:
    """Record that the person was warned first."""
    take(config, id_, "warned", by, role=role, on=on, how=how, document=document)


def waive_warning(
    id_: FileId,
    by: Named,
    waiver: Annotated[str, typer.Option(help="One of the policy's reasons, by its id.")],
    note: Text,
    role: Role = None,
    config: Config = None,
) -> None:
    """Record why there was no warning first."""
    take(config, id_, "warning_waived", by, role=role, waiver=waiver, note=note)


def submit(
    id_: FileId,
    by: Named,
    role: Role = None,
    reason: MaybeReason = "",
    document: Document = None,
    config: Config = None,
) -> None:
    """Put the draft forward for decision; refused while anything the policy asks for is missing."""
    take(config, id_, "submitted", by, role=role, document=document, reason=reason)


def act(
    id_: FileId,
    which: Annotated[str, typer.Argument(metavar="ACT", help="The act of the approval chain, by its id.")],
    by: Named,
    role: Role = None,
    agreed: Annotated[bool, typer.Option("--agree/--refuse", help="Refused, it goes back to its author.")] = True,
    knew: Annotated[
        bool | None, typer.Option("--knew/--did-not-know", help="Whether you knew the person or the issue before.")
    ] = None,
    note: Annotated[str, typer.Option(help="Advice, conditions, or why not.")] = "",
    document: Document = None,
    config: Config = None,
) -> None:
    """Act in the approval chain: be consulted, propose, agree, sign, decide."""
    take(config, id_, "acted", by, role=role, document=document, act=which, agreed=agreed, knew=knew, note=note)


def nominate(
    id_: FileId,
    which: Annotated[str, typer.Argument(metavar="ACT", help="The act of the approval chain, by its id.")],
    name: Annotated[str, typer.Argument(help="Who is to act.")],
    by: Named,
    reason: Reason,
    role: Role = None,
    config: Config = None,
) -> None:
    """Nominate somebody for an act of the chain, as whoever the policy lets nominate."""
    take(config, id_, "nominated", by, role=role, act=which, name=name, reason=reason)


def waive_way(
    id_: FileId,
    way: Annotated[str, typer.Argument(metavar="post|email", help="The way that is not used.")],
    by: Named,
    reason: Reason,
    role: Role = None,
    config: Config = None,
) -> None:
    """Record why the notice does not go one of the ways the policy asks for: an adjustment, no safe address."""
    take(config, id_, "way_waived", by, role=role, way=way, reason=reason)


def agreement(
    id_: FileId,
    outcome: Annotated[str, typer.Argument(metavar="agreed|refused|not_sought", help="What came of it.")],
    by: Named,
    note: Annotated[str, typer.Option(help="What was said; why it was not sought, which is needed.")] = "",
    role: Role = None,
    config: Config = None,
) -> None:
    """Record whether the person's agreement was sought."""
    take(config, id_, "agreement_sought", by, role=role, outcome=outcome, note=note)


def activate(
    id_: FileId,
    by: Named,
    role: Role = None,
    reason: MaybeReason = "",
    document: Document = None,
    config: Config = None,
) -> None:
    """Put it in force: enforced from the day on which the notice counts as received."""
    take(config, id_, "activated", by, role=role, document=document, reason=reason)


def suspend(
    id_: FileId, by: Named, reason: Reason, role: Role = None, document: Document = None, config: Config = None
) -> None:
    """Hold the person to nothing until they are given notice anew: where the notice of what is in force came back."""
    take(config, id_, "suspended", by, role=role, document=document, reason=reason)


def urgent(
    id_: FileId,
    file: Measures,
    by: Named,
    reason: Reason,
    told_on: Day,
    told_how: Text,
    until: Day,
    role: Role = None,
    document: Document = None,
    config: Config = None,
) -> None:
    """Put measures in force at once for a few working days, while the policy's own course is taken."""
    measures = load(file, MeasuresFile)
    fields = {"restrictions": measures.restrictions, "reasons_for": measures.reasons_for, "reason": reason}
    fields |= {"told_on": told_on, "told_how": told_how, "until": until}
    take(config, id_, "urgent", by, role=role, document=document, **fields)


def review_asked(
    id_: FileId,
    by: Named,
    on: Day,
    reasons: Annotated[str, typer.Option(help="What the person says.")] = "",
    early_because: Annotated[
        str, typer.Option(help="Why it is taken up before the day from which the policy lets the person ask.")
    ] = "",
    role: Role = None,
    config: Config = None,
) -> None:
    """Record that the person asked for a review; it becomes a task of those who review."""
    take(config, id_, "review_asked", by, role=role, on=on, reasons=reasons, early_because=early_because)


def review(
    id_: FileId,
    outcome: Annotated[str, typer.Argument(metavar="continue|change|lift|next_stage", help="What it decides.")],
    by: Named,
    reasons: Text,
    next_review: MaybeDay = None,
    slip_reason: Annotated[str, typer.Option(help="Why the next review is later than usual.")] = "",
    silence_reason: Annotated[str, typer.Option(help="Why the person is not told of the outcome.")] = "",
    consulted: Annotated[
        list[str] | None,
        typer.Option(
            help='Whom you consulted, where the policy wants that: "ROLE: NAME", or "outside: NAME"; the role may be '
            "left out where the register has it. May be repeated."
        ),
    ] = None,
    role: Role = None,
    document: Document = None,
    config: Config = None,
) -> None:
    """Record a review, also of what is suspended: then the notice, written anew, names the next day.

    Not telling the person holds only once those whom the policy lets decide that approved it.
    """
    named = [_role_and_name(one) for one in consulted or ()]
    take(
        config, id_, "reviewed", by, role=role, document=document, outcome=outcome, reasons=reasons,
        next_review=next_review, slip_reason=slip_reason, told=not silence_reason, silence_reason=silence_reason,
        consulted=[name for _role, name in named], consulted_as=[role for role, _name in named],
    )  # fmt: skip


def _role_and_name(given: str) -> tuple[str, str]:
    """`director: Dir Ector`, or the name alone."""
    role, colon, name = given.partition(":")
    return (role.strip(), name.strip()) if colon else ("", given)


def change(
    id_: FileId,
    file: Measures,
    by: Named,
    reasons: Text,
    role: Role = None,
    document: Document = None,
    config: Config = None,
) -> None:
    """Decide other restrictions; what is new or stricter waits for its letter (`in-force`), less holds at once.

    So does another single point of contact where there are no restrictions; its file has `spoc` alone.
    """
    measures = load(file, MeasuresFile)
    fields = {"restrictions": measures.restrictions, "spoc": measures.spoc, "reasons_for": measures.reasons_for}
    take(config, id_, "changed", by, role=role, document=document, reasons=reasons, **fields)


def in_force(
    id_: FileId,
    by: Named,
    role: Role = None,
    reason: MaybeReason = "",
    document: Document = None,
    config: Config = None,
) -> None:
    """Put a decided change in force, once the letter about it counts as received."""
    take(config, id_, "change_in_force", by, role=role, document=document, reason=reason)


def extend(
    id_: FileId,
    by: Named,
    ends: Day,
    reasons: Text,
    silence_reason: Annotated[str, typer.Option(help="Why the person is not told, where the policy allows it.")] = "",
    role: Role = None,
    document: Document = None,
    config: Config = None,
) -> None:
    """Put off the end. Not telling the person holds only once somebody else approved it (`approve-silence`)."""
    silence = {"silent": bool(silence_reason), "silence_reason": silence_reason}
    take(config, id_, "extended", by, role=role, document=document, ends=ends, reasons=reasons, **silence)


def approve_silence(
    id_: FileId,
    by: Named,
    reason: Reason,
    of: Annotated[Silenced, typer.Option(help="What the person is not told of.")] = Silenced.EXTENSION,
    role: Role = None,
    document: Document = None,
    config: Config = None,
) -> None:
    """Approve that the person is not told of an extension or a review, as another than whoever decided it."""
    take(config, id_, "silence_approved", by, role=role, document=document, reason=reason, of=of)


def end(
    id_: FileId, by: Named, reasons: Text, role: Role = None, document: Document = None, config: Config = None
) -> None:
    """End it."""
    take(config, id_, "ended", by, role=role, document=document, reasons=reasons)


def dormant(
    id_: FileId,
    by: Named,
    role: Role = None,
    reason: MaybeReason = "",
    document: Document = None,
    config: Config = None,
) -> None:
    """Let an ended strategy rest; it is deleted after the policy's period."""
    take(config, id_, "made_dormant", by, role=role, document=document, reason=reason)


def reinstate(
    id_: FileId,
    by: Named,
    evidence: Text,
    review_due: Day,
    ends: MaybeDay = None,
    role: Role = None,
    document: Document = None,
    config: Config = None,
) -> None:
    """Take a dormant strategy up again on evidence; the person is told anew before it is enforced."""
    take(
        config, id_, "reinstated", by, role=role, document=document, evidence=evidence, review_due=review_due, ends=ends
    )


def withdraw(
    id_: FileId, by: Named, reasons: Text, role: Role = None, document: Document = None, config: Config = None
) -> None:
    """Give a proposal up before it is in force."""
    take(config, id_, "withdrawn", by, role=role, document=document, reasons=reasons)


def advice(
    id_: FileId,
    by: Named,
    about: Text,
    adviser: Annotated[str, typer.Option(help="Whose advice.")],
    adviser_role: Annotated[str, typer.Option(help="Their role, by its id in the policy.")],
    given: Annotated[str, typer.Option("--advice", help="What they advised.")],
    on: Annotated[
        str | None, typer.Option("--adjustment", help="The adjustment whose change it is about, by its id.")
    ] = None,
    role: Role = None,
    config: Config = None,
) -> None:
    """Record advice: equality and diversity, legal, data protection, police."""
    fields = {"about": about, "adviser": adviser, "adviser_role": adviser_role, "advice": given, "adjustment": on}
    take(config, id_, "advice_taken", by, role=role, **fields)


def adjustment(
    id_: FileId,
    which: Annotated[str, typer.Argument(metavar="ADJUSTMENT", help="The adjustment's id in the register.")],
    by: Named,
    change: Text,
    reasons: Text,
    told_on: Day,
    removed: Annotated[bool, typer.Option("--removed", help="They have it no more; else it becomes another.")] = False,
    role: Role = None,
    config: Config = None,
) -> None:
    """Record a change to a disclosed adjustment, after advice, and that the person was told."""
    fields = {"adjustment": which, "change": change, "reasons": reasons, "told_on": told_on, "removed": removed}
    take(config, id_, "adjustment_changed", by, role=role, **fields)


def staff_breach(
    id_: FileId,
    by: Named,
    on: Day,
    what: Text,
    put_right: Text,
    role: Role = None,
    config: Config = None,
) -> None:
    """Record that we did not keep to the strategy ourselves; a task until somebody settles it.

    Of a strategy that stands in the register only, it is on the file of its breaches.
    """
    fields = {"on": on, "what": what, "put_right": put_right}
    strategy = at_desk(config, lambda desk: ours.in_force_in_register(desk, id_))
    if strategy is None:
        take(config, id_, "staff_breach", by, role=role, **fields)
        return
    step = step_of(BREACH_RESPONSE, "our_breach", by, role=role, strategy=id_, **fields)
    at_register_desk(config, lambda desk: desk.may_record_our_breach(strategy, step))
    file = at_desk(config, lambda desk: ours.record(desk, step, strategy.person))
    print(f"{id_}: staff breach; it stands in {file.id} (`triage breach show {file.id} --by …`)")


def staff_breach_settled(id_: FileId, by: Named, done: Text, role: Role = None, config: Config = None) -> None:
    """Record that whoever did not keep to it was spoken to, and that it is put right."""
    file = at_desk(config, lambda desk: ours.settled_in(desk, id_))
    if file is None:
        take(config, id_, "staff_breach_settled", by, role=role, done=done)
    else:
        take_any(config, BREACH_RESPONSE, file.id, "our_breach_settled", by, role=role, done=done)


def hold(
    id_: FileId,
    by: Named,
    reason: Reason,
    until: MaybeDay = None,
    legal: Annotated[bool, typer.Option("--legal", help="A legal hold, which needs no end.")] = False,
    role: Role = None,
    config: Config = None,
) -> None:
    """Keep the file from being deleted."""
    take(config, id_, "held", by, role=role, reason=reason, until=until, legal=legal)


def release(id_: FileId, by: Named, reason: Reason, role: Role = None, config: Config = None) -> None:
    """End a hold."""
    take(config, id_, "released", by, role=role, reason=reason)


def note(
    id_: FileId,
    by: Named,
    text: Text,
    document: Document = None,
    role: Role = None,
    config: Config = None,
) -> None:
    """Put a note on the file."""
    take(config, id_, "noted", by, role=role, text=text, document=document)


def done(
    id_: FileId,
    task: Annotated[str, typer.Argument(metavar="TASK", help="The task, as `triage tasks` names it.")],
    by: Named,
    note: Annotated[str, typer.Option(help="What was done, and how.")],
    role: Role = None,
    config: Config = None,
) -> None:
    """Record that a task is done which only you can say is: a person told, or safe; a letter taken out of the tray."""
    take(config, id_, "task_done", by, role=role, task=task.removeprefix(f"{id_}/"), note=note)
