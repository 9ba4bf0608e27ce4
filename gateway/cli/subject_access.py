"""`triage subject-access`: everything held on one person, first to be looked through, then to be given to them."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Mapping
from pathlib import Path
from typing import Annotated

import typer
import yaml

from gateway.cli.exits import BadInput, Failed
from gateway.cli.files import Role, at_desk
from gateway.cli.need_to_know import Need
from gateway.cli.progress import progress
from gateway.cli.settings import Config, Named, settings_of
from gateway.cli.writing import writing
from gateway.clock import utc_now
from gateway.dispatch.settings import LetterSettings
from gateway.governance.desk import Desk
from gateway.governance.register_desk import RegisterDesk
from gateway.governance.subject_access.gathering import Gathered, gather
from gateway.governance.subject_access.pages import page
from gateway.governance.subject_access.record import Tree, as_json, digest
from gateway.governance.subject_access.redacting import (
    Choice,
    Redactions,
    is_changed,
    marked,
    named_in,
    passages_of,
    redacted,
    without_left_out,
)
from gateway.private_files import write_new
from gateway.yaml_file import load

_DECIDE = """# Decide each passage: `redact`, or `keep` where it may be given. Nothing goes out while one is undecided.
# Under `named` is what is kept about others and names the person: look through each, then `give` or `leave_out`.
# Add under `also` what the machine did not see: - {text: "...", reason: "..."}. Read the whole of index.html for it.
"""


def add_to(app: typer.Typer) -> None:
    """Register the command."""
    app.command("subject-access")(subject_access)


def subject_access(
    person: Annotated[str, typer.Argument(help="The person's id in the register, such as P-001.")],
    out: Annotated[Path, typer.Option(help="A new folder to write into.")],
    by: Named,
    redactions: Annotated[
        Path | None, typer.Option(help="The redactions.yaml of a copy that was looked through: write the copy to give.")
    ] = None,
    role: Role = None,
    need: Need = None,
    config: Config = None,
) -> None:
    """Write everything about one person: a copy to look through with proposed redactions, or the copy to give.

    The folder holds what the store keeps sealed: put it where personal data may be, and delete it when it is done.
    """
    if redactions is None:
        public = _public(settings_of(config).letters)
        gathered = at_desk(config, lambda desk: _gathered(desk, person, by, public, need=need, role=role))
        _write_review(out, person, gathered)
    else:
        _release(config, out, person, by, redactions)


def _public(letters: LetterSettings) -> tuple[str, ...]:
    """What letters say of whom to turn to, and of ourselves."""
    return (*letters.sender, *(path.read_text("utf-8") for path in sorted(letters.templates.glob("*.yaml"))))


async def _gathered(
    desk: Desk, person: str, by: str, public: Collection[str], *, need: str | None, role: str | None
) -> Gathered:
    """Refused before anything is written: what of others' names the person is known only once it was looked for."""
    register = RegisterDesk(desk, now=utc_now)
    await register.may_gather(person, by=by, need=need, role=role)
    tells: dict[str, Callable[[int], None]] = {}

    def tell(what: str, done: int) -> None:
        tells.setdefault(what, progress(what))(done)

    gathered = await gather(desk, person, by=by, now=utc_now(), tell=tell, public=public)
    await register.may_quote(gathered.quoted, by=by, need=need, role=role)
    await register.note_viewed(gathered.shows, by=by, role=role)
    await desk.store.audit.record("subject_access_prepared", actor=by, subject=f"person/{person}", at=utc_now())
    return gathered


def _write_review(out: Path, person: str, gathered: Gathered) -> None:
    text = as_json(gathered.record)
    passages = passages_of(gathered.marks)
    named = named_in(gathered.record)
    decide = Redactions(person=person, record=digest(text), proposed=len(passages), named=named, passages=passages)
    folder = _new_folder(out)
    _write(folder / "record.json", text.encode("utf-8", "surrogatepass"))
    copy = marked(gathered.record, gathered.marks, passages)
    _write_page(folder, copy, "The copy to look through: not to be given to anybody.")
    document = yaml.safe_dump(decide.model_dump(mode="json"), sort_keys=False, allow_unicode=True, width=110)
    _write(folder / "redactions.yaml", (_DECIDE + document).encode())
    _write_originals(folder, gathered.originals)
    entries = sum(len(section["entries"]) for section in gathered.record["sections"])
    print(f"{out}: {entries} entries, {len(gathered.originals)} originals, {len(passages)} passages to decide on")
    print(
        f"{len(named)} of the entries are about others and name the person: look through each, give it or leave it out"
    )
    print(f"decide in {out / 'redactions.yaml'}, then run this again with --redactions and another --out")


def _release(config: Path | None, out: Path, person: str, by: str, file: Path) -> None:
    decided = load(file, Redactions)
    record = _record(file.parent / "record.json", decided, person)
    try:
        given = redacted(record, decided)
    except ValueError as error:
        raise Failed(f"{file}: {error}") from None
    originals, withheld = _originals_to_give(file.parent, record, given, decided)
    given = without_left_out(given, decided)
    text = as_json(given)

    async def note(desk: Desk) -> None:
        await desk.store.audit.record(
            "subject_access_released",
            actor=by,
            subject=f"person/{person}",
            at=utc_now(),
            digest=bytes.fromhex(digest(text)),
        )

    folder = _new_folder(out)
    at_desk(config, note)
    _write(folder / "record.json", text.encode("utf-8", "surrogatepass"))
    _write_page(folder, given, _left_out(withheld))
    _write_originals(folder, originals)
    hidden = sum(one.decision is Choice.REDACT for one in decided.passages) + len(decided.also)
    print(f"{out}: {hidden} passages redacted, {len(originals)} originals, {withheld} left out")


def _record(path: Path, decided: Redactions, person: str) -> Tree:
    try:
        raw = path.read_bytes().decode("utf-8", "surrogatepass")
    except OSError as error:
        raise BadInput(f"{path}: cannot be read: {error.strerror}; keep redactions.yaml in its folder") from None
    if decided.person != person or digest(raw) != decided.record:
        raise BadInput(f"{path}: not the record of {person} that these redactions are about")
    return json.loads(raw)


def _originals_to_give(folder: Path, record: Tree, given: Tree, decided: Redactions) -> tuple[dict[str, bytes], int]:
    """Those of contacts in which nothing is hidden, and whose bytes do not hold what is hidden elsewhere."""
    hidden = [one.text for one in decided.passages if one.decision is Choice.REDACT and one.place is None]
    hidden += [one.text for one in decided.also]
    kept: dict[str, bytes] = {}
    withheld = 0
    for before, after in zip(_entries(record), _entries(given), strict=True):
        name = before.get("original")
        if not name:
            continue
        raw = (folder / name).read_bytes()
        lowered = raw.decode("utf-8", "replace").casefold()
        if is_changed(before, after) or any(text.casefold() in lowered for text in hidden):
            withheld += 1
            after["original"] = None
        else:
            kept[name] = raw
    return kept, withheld


def _entries(record: Tree) -> list[dict[str, Tree]]:
    return [entry for section in record["sections"] for entry in section["entries"]]


def _new_folder(out: Path) -> Path:
    try:
        out.mkdir(mode=0o700, parents=True)
    except FileExistsError:
        raise BadInput(f"{out}: is there already; expected the name of a new folder") from None
    except OSError as error:
        raise Failed(f"{out}: cannot be made: {error.strerror}") from None
    return out


def _write_page(folder: Path, record: Tree, note: str) -> None:
    _write(folder / "index.html", page(record, note=note).encode("utf-8", "replace"))


def _left_out(originals: int) -> str:
    if originals == 0:
        return "No original message is left out."
    if originals == 1:
        return "1 original message is left out, for it names others; its text is here."
    return f"{originals} original messages are left out, for they name others; their text is here."


def _write_originals(folder: Path, originals: Mapping[str, bytes]) -> None:
    if originals:
        (folder / "originals").mkdir(mode=0o700)
    tell = progress("originals written", len(originals))
    for done, (name, raw) in enumerate(originals.items(), start=1):
        _write(folder / name, raw)
        tell(done)


def _write(path: Path, raw: bytes) -> None:
    with writing(path):
        write_new(path, raw)
