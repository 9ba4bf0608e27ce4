"""The steps of `triage strategy` once it holds somebody: reviews, changes, its end, and taking it up again."""

from __future__ import annotations

from typing import Annotated

import typer

from gateway.cli.days import Day, MaybeDay
from gateway.cli.files import FileId, Reason, Role, Text
from gateway.cli.settings import Config, Named
from gateway.cli.strategy_taking import Document, MaybeReason, Measures, MeasuresFile, take
from gateway.governance.steps import Silenced
from gateway.yaml_file import load


def add_to(app: typer.Typer) -> None:
    """Register the commands."""
    for command in (
        suspend, review_asked, review, change, in_force, extend, approve_silence, end, dormant, reinstate,
    ):  # fmt: skip
        app.command(command.__name__.replace("_", "-"))(command)


def suspend(
    id_: FileId, by: Named, reason: Reason, role: Role = None, document: Document = None, config: Config = None
) -> None:
    """Hold the person to nothing until they are given notice anew: where the notice of what is in force came back."""
    take(config, id_, "suspended", by, role=role, document=document, reason=reason)


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
