"""`triage letter`: letters about a strategy, or a challenge to an entry: written, read, let go, sent, recorded."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from gateway.cli.days import Day, MaybeDay
from gateway.cli.exits import BadInput, Failed
from gateway.cli.files import AsJson, FileId, Role
from gateway.cli.letter_office import in_office
from gateway.cli.need_to_know import Need
from gateway.cli.settings import Config, Named, settings_of
from gateway.cli.stepping import print_readable
from gateway.clock import utc_now
from gateway.dispatch.carriers.print_queue import PrintQueue
from gateway.governance.courses import CHALLENGE
from gateway.governance.desk import Desk
from gateway.governance.lacks import Refused
from gateway.governance.letters.brief import Given
from gateway.governance.letters.in_part import in_part
from gateway.governance.letters.letter import Letter
from gateway.governance.letters.naming import letter_id
from gateway.governance.letters.page import text_of
from gateway.governance.letters.steps import LetterPurpose, OwnWords
from gateway.governance.letters_owed import WithLetters
from gateway.governance.register_desk import RegisterDesk
from gateway.letters.desk import Author, reference
from gateway.letters.office import LetterOffice
from gateway.letters.printing import ToPrint
from gateway.private_files import write_new
from models.plain_names import plain
from models.policy_course import Delivery, Layout, NoticePart

_app = typer.Typer(
    help="Letters about a strategy, or a challenge to an entry: write, show, approve, send.", no_args_is_help=True
)

LetterId = Annotated[str, typer.Argument(metavar="LETTER", parser=letter_id, help="The letter's id, such as L1.")]
ToBecause = Annotated[
    str, typer.Option(help="How you know that a postal address is theirs, where the register does not have it.")
]


def add_to(app: typer.Typer) -> None:
    """Register the commands."""
    app.add_typer(_app, name="letter")


@_app.command()
def write(
    id_: FileId,
    purpose: Annotated[LetterPurpose, typer.Option(help="What it is for.")],
    by: Named,
    layout: Annotated[Layout | None, typer.Option(help="How it is set; by default as the person needs it.")] = None,
    layout_reason: Annotated[
        str, typer.Option(help="Why it is not in the layout that they need; whoever approves it reads that.")
    ] = "",
    passage: Annotated[
        list[str] | None,
        typer.Option(metavar="PART=TEXT", help="Your own words for a part; PART+=TEXT adds them to the usual ones."),
    ] = None,
    signed_by: Annotated[
        str | None, typer.Option(help="Name and title under it; by default your name and role.")
    ] = None,
    challenge: Annotated[
        str | None, typer.Option(help="The challenge whose outcome it tells; by default the one decided last.")
    ] = None,
    addressee: Annotated[
        str | None, typer.Option(help="Whom it is to, where a challenge is about a place that is nobody's.")
    ] = None,
    role: Role = None,
    config: Config = None,
) -> None:
    """Write a letter from the file and the policy. Nobody gets it until somebody approves and sends it.

    What came of a challenge to an entry in a register is written on the challenge's file (`CH-2026-0001`).
    """
    given = dict(map(_given, passage or ()))
    written = in_office(
        config,
        lambda office, _desk: office.writing.write(
            id_,
            purpose,
            Author(by, role),
            layout=layout,
            layout_reason=layout_reason,
            given=given,
            signed_by=signed_by,
            challenge=challenge,
            addressee=addressee,
        ),
    )
    print(f"letter {written.letter} of {id_} is written ({plain(written.layout.value)})")
    print(f"Read it with `triage letter show {id_} {written.letter} --by …`; it waits to be approved.")


@_app.command()
def show(
    id_: FileId,
    letter: LetterId,
    by: Named,
    pdf: Annotated[Path | None, typer.Option(metavar="FILE", help="Write the PDF there.")] = None,
    need: Need = None,
    role: Role = None,
    config: Config = None,
) -> None:
    """Show a letter, and what became of it, to those who need to know. That you looked is on the audit trail.

    Where it tells of another strategy of the person's, what that asks is for those who need to know of that one, too.
    """

    async def work(office: LetterOffice, desk: Desk) -> None:
        register = RegisterDesk(desk, now=utc_now)
        file = await _read(office, desk, register, id_, by=by, need=need, role=role)
        found = file.letters.get(letter)
        if found is None:
            raise Failed(f"there is no letter {letter}")
        others = await office.writing.tells_of(file, found.written)
        closed = await register.closed_beside(others, file.person, by=by, need=need, role=role)
        await office.writing.shown(id_, letter, by=by, in_part=bool(closed))
        print(text_of(in_part(found.written) if closed else found.written))
        print("\n" + "\n".join(_became(found)))
        if why := await office.letters.not_to_go(file, found):
            print(f"{_NOT_TO_GO}: {why}")
        if closed:
            print(_shown_in_part(closed))
            if pdf is not None:
                raise Failed(f"{pdf} is not written: the PDF has all of the letter in it")
        elif pdf is not None:
            copy = await office.writing.copy(found)
            await asyncio.to_thread(_keep, pdf, copy.pdf)
            print(f"written to {pdf}")
            if copy.differs:
                print("These bytes are not those that were sent: the layout has changed since, the words have not.")

    in_office(config, work)


@_app.command()
def approve(id_: FileId, letter: LetterId, by: Named, role: Role = None, config: Config = None) -> None:
    """Let a letter go, having read it (`triage letter show`)."""
    in_office(config, lambda office, _desk: office.writing.approve(id_, letter, Author(by, role)))
    print(f"letter {letter} of {id_} is approved")


@_app.command()
def send(
    id_: FileId,
    letter: LetterId,
    way: Annotated[Delivery, typer.Option(help="How it goes.")],
    to: Annotated[str, typer.Option(help="The email address; or the postal one, with commas between its lines.")],
    by: Named,
    to_because: ToBecause = "",
    print_it: Annotated[bool, typer.Option("--print", help="Print and post it here, also where Notify could.")] = False,
    did_not_go: Annotated[
        str, typer.Option(help="How you know that a try did not go that had no answer and cannot be asked after.")
    ] = "",
    role: Role = None,
    config: Config = None,
) -> None:
    """Send an approved letter and record that it went; what is to be printed waits in the print queue."""
    if print_it and way is not Delivery.POST:
        raise BadInput("--print: for --way post")

    async def work(office: LetterOffice, _desk: Desk) -> None:
        said = {"to_because": to_because, "did_not_go": did_not_go}
        carried = await office.sending.send(id_, letter, way, to, Author(by, role), print_it=print_it, **said)
        if carried.waits_at is None:
            print(f"letter {letter} of {id_} is sent: {carried.evidence}")
            return
        print(f"letter {letter} of {id_} is to be printed and posted: {carried.waits_at}")
        print(f"Then record it: triage letter posted {id_} {letter} --on DAY --evidence … --by …")

    in_office(config, work)


@_app.command()
def posted(
    id_: FileId,
    letter: LetterId,
    on: Day,
    evidence: Annotated[str, typer.Option(help="The posting reference, or what else proves it.")],
    by: Named,
    to: Annotated[str | None, typer.Option(help="Where to; by default where it waits to be posted.")] = None,
    to_because: ToBecause = "",
    went_although: Annotated[
        str,
        typer.Option(help="How it came to go where nothing is sent: it was marked unsafe since, a mistake."),
    ] = "",
    went_untrue: Annotated[
        str,
        typer.Option(help="How it came to go though what it tells was not so any more: it was in the post already."),
    ] = "",
    way: Annotated[Delivery, typer.Option(help="How it went.")] = Delivery.POST,
    role: Role = None,
    config: Config = None,
) -> None:
    """Record that a letter was posted, or went some other way; its PDF leaves the print queue.

    What is gone is recorded, also where it went where nothing is sent, or told what was not so any more; that
    becomes a task, and is no evidence that the person was told.
    """
    day = date.fromisoformat(on)
    step = in_office(
        config,
        lambda office, _desk: office.proof.posted(
            id_,
            letter,
            way,
            to,
            day,
            evidence,
            Author(by, role),
            to_because=to_because,
            went_although=went_although,
            went_untrue=went_untrue,
        ),
    )
    if not went_although and not went_untrue:
        print(f"letter {letter} of {id_} is recorded; it counts as received on {step.received_on}")
        return
    print(f"letter {letter} of {id_} is recorded; it is no evidence that the person was told")
    for went, what in (
        (went_although, "went where nothing is sent"),
        (went_untrue, "told what was not so any more"),
    ):
        if went:
            print(f"It {what}; `triage tasks` says what that asks for.")


@_app.command()
def came_back(
    id_: FileId,
    letter: LetterId,
    by: Named,
    reason: Annotated[str, typer.Option(help="What the mail server or the post says: user unknown, gone away.")],
    on: MaybeDay = None,
    sending: Annotated[
        int | None, typer.Option(help="Which of its sendings, as `show` numbers them, where it went more than once.")
    ] = None,
    role: Role = None,
    config: Config = None,
) -> None:
    """Record that a letter came back undelivered: then it counts for nothing, and what it was to do is open again.

    It stays on the file. Recorded in error, it is undone as any other last step (`triage strategy undo`, or of a
    challenge `triage challenge undo`).
    """
    day = None if on is None else date.fromisoformat(on)
    step = in_office(
        config,
        lambda office, _desk: office.proof.came_back(id_, letter, day, reason, Author(by, role), sending=sending),
    )
    print(f"it is on the file that letter {step.letter} of {id_} came back; it is no evidence that the person was told")
    print("`triage tasks` says what that asks for.")


@_app.command()
def queue(as_json: AsJson = False, config: Config = None) -> None:
    """List the letters that wait to be printed and posted, and say of which that they are not to be posted any more."""
    settings = settings_of(config)
    waiting = PrintQueue(settings.letters.folder)

    def row(queued: ToPrint) -> dict[str, object]:
        written, step = queued.letter.written, queued.letter.to_print
        return {
            "id": queued.file,
            "letter": written.letter,
            "purpose": written.purpose.value,
            "since": f"{step.at:%Y-%m-%d}" if step else "",
            "file": str(waiting.path(reference(queued.file, written.letter))),
            **_marked(queued.do_not_post, as_json=as_json),
        }

    print_readable(in_office(config, lambda office, _desk: office.printing.to_print()), row, as_json=as_json)


_NOT_TO_GO = "DO NOT POST OR SEND IT"


def _marked(do_not_post: str, *, as_json: bool) -> dict[str, object]:
    """A column of its own for another program; for the eye nothing where there is nothing to say."""
    if as_json:
        return {"do_not_post": do_not_post or None}
    return {"": f"DO NOT POST: {do_not_post}" if do_not_post else ""}


def _shown_in_part(closed: Mapping[str, Refused]) -> str:
    """What somebody was not shown, whom they ask, and who lets such a letter go."""
    lines = [f"You are not shown what it says of {', '.join(closed)}:"]
    lines += [f"  {lack}" for refused in closed.values() for lack in refused.lacks]
    lines.append("The letter has it. It is let go by somebody who signs letters and was shown all of it.")
    return "\n".join(lines)


async def _read(
    office: LetterOffice, desk: Desk, register: RegisterDesk, id_: str, *, by: str, need: str | None, role: str | None
) -> WithLetters:
    """The file that letters are on, by the gate of its kind; that it was read is on the audit trail."""
    if (await office.letters.kept(id_)).course is not CHALLENGE:
        return await register.strategy(id_, by=by, need=need, role=role)
    await register.may_read_challenge(id_, by=by, need=need, role=role)
    return await desk.read(CHALLENGE, id_, by=by)


_OWN = {
    OwnWords.ADDED: "the author's own words come after the usual ones",
    OwnWords.INSTEAD: "the author's own words stand in the place of the usual ones",
}


def _given(text: str) -> tuple[NoticePart, Given]:
    name, sign, words = text.partition("=")
    adds = name.endswith("+")
    part = name.rstrip("+")
    known = [one.value for one in NoticePart]
    if not sign or part not in known or len(words.strip()) < 3:
        raise BadInput(f'--passage: expected PART="words", PART being one of {", ".join(known)}')
    return NoticePart(part), Given(words.replace("\\n", "\n"), adds=adds)


def _became(letter: Letter) -> list[str]:
    written = letter.written
    lines = [f"written {written.at:%d %b %Y} by {written.by}, {written.purpose.value}, {written.layout.value}"]
    if written.layout_reason:
        lines.append(f"NOT IN THE LAYOUT THAT THEY NEED: {written.layout_reason}")
    for passage in written.passages:
        if passage.own_words is not None:
            lines.append(f"{_OWN[passage.own_words]} under “{passage.heading}” ({passage.part.value})")
        if written.layout is Layout.EASY_READ and (passage.words_of_file or passage.own_words is not None):
            lines.append(f"as somebody wrote it, so see that it is easy to read: what stands under “{passage.heading}”")
    if letter.approved:
        lines.append(f"approved {letter.approved.at:%d %b %Y} by {letter.approved.by}")
    if letter.to_print:
        lines.append(f"to print since {letter.to_print.at:%d %b %Y}, for {letter.to_print.to}")
    for number, sent in enumerate(letter.sent, start=1):
        which = f" ({number})" if len(letter.sent) > 1 else ""
        lines.append(f"sent{which} {sent.on} by {sent.way} to {sent.to}, received {sent.received_on}: {sent.evidence}")
        for went, what in ((sent.went_although, "went although unsafe"), (sent.went_untrue, "went although untrue")):
            if went:
                lines.append(f"  {what}: {went}")
        if sent.was_untrue:
            lines.append(f"  not so any more: {sent.was_untrue}")
        if back := letter.came_back.get(number):
            lines.append(f"  CAME BACK {back.on}, so that it counts for nothing: {back.reason}")
        if sent.pdf_sha256:
            lines.append(f"  SHA-256 {sent.pdf_sha256}")
    return lines


def _keep(path: Path, content: bytes) -> None:
    """For the one who asked only."""
    path.unlink(missing_ok=True)
    write_new(path, content)
