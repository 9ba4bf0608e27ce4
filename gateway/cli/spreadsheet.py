"""`triage register mapping` and the import of a CSV or XLSX file: today's spreadsheets taken over."""

from __future__ import annotations

import re
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import yaml

from gateway.cli.exits import BadInput, Failed
from gateway.cli.files import at_desk
from gateway.cli.progress import progress
from gateway.cli.rows import counted, tell_faults
from gateway.cli.writing import writing
from gateway.clock import utc_now
from gateway.governance.desk import Desk
from gateway.settings import Settings
from gateway.spreadsheets.importing import There, carry_out, what_is_there
from gateway.spreadsheets.mapping import ColumnMapping, Proposal, columns_of, propose
from gateway.spreadsheets.phrases import Phrases, check
from gateway.spreadsheets.plan import NEW, Doubt, Plan, plan
from gateway.spreadsheets.rows import Fault, ReadRow, read_row
from gateway.spreadsheets.sheet import Sheet, SheetError, read
from gateway.yaml_file import load

_FAULTS_SHOWN = 200


def is_spreadsheet(file: Path) -> bool:
    """Whether a register file is a spreadsheet rather than YAML."""
    return file.suffix.lower() in (".csv", ".xlsx")


def import_spreadsheet(
    file: Path,
    *,
    config: Path | None,
    settings: Settings,
    mapping: str | None,
    save_as: str | None,
    sheet: str | None,
    decided: Sequence[str],
    keep_going: bool,
    by: str,
) -> None:
    """Take a spreadsheet over: all of its rows or, where one is at fault and `keep_going` is not asked for, none."""
    if mapping is None:
        raise BadInput(f"--mapping: expected which column is what; `triage register mapping {file}` proposes one")
    path = _saved(settings, mapping)
    columns = _mapping(path)
    try:
        read_sheet = read(file, sheet=sheet or columns.sheet)
        rows, faults = _rows(read_sheet, columns)
    except SheetError as error:
        raise BadInput(str(error)) from None
    answers = _decided(decided)
    if save_as is not None:
        _save(settings, save_as, path.read_text(encoding="utf-8-sig"))

    async def work(desk: Desk) -> Plan:
        there = await what_is_there(desk)
        planned = plan(there.register, rows, answers, taken=there.taken)
        every: list[Fault | Doubt] = [*faults, *planned.faults, *planned.doubts]
        wrong = sorted(every, key=lambda one: one.row)
        tell_faults(file, wrong, most=_FAULTS_SHOWN)
        if wrong and not keep_going:
            raise BadInput(f"{file}: nothing is taken over; put these rows right, or take the others with --keep-going")
        if wrong and not (planned.drafts or planned.added or planned.extended or planned.again):
            raise Failed(f"{file}: no row could be taken over")
        await _carried_out(planned, there, read_sheet, desk, by)
        return planned

    done = at_desk(config, work)
    tell_faults(file, [told for row in rows for told in row.told], most=_FAULTS_SHOWN)
    print(
        f"{counted(len(done.added), 'person', 'people')} new, {len(done.extended)} known by more, "
        f"{counted(done.matters, 'matter', 'matters')} new; "
        f"{counted(len(done.drafts), 'strategy', 'strategies')} drafted, {len(done.again)} there already"
    )
    for draft in done.drafts:
        print(f"{draft.id}: a draft until its notice is evidenced (row {draft.row.number})")


def print_proposal(file: Path, *, sheet: str | None, save_as: str | None, settings: Settings) -> None:
    """A mapping to be looked at; saved under a name where that is asked for."""
    try:
        text = _as_yaml(propose(read(file, sheet=sheet)), sheet)
    except SheetError as error:
        raise BadInput(str(error)) from None
    sys.stdout.write(text)
    if save_as is not None:
        _save(settings, save_as, text)


async def _carried_out(planned: Plan, there: There, sheet: Sheet, desk: Desk, by: str) -> None:
    tell = progress("strategies drafted", len(planned.drafts))
    await carry_out(planned, there, sheet.name, desk, by=by, now=utc_now, progress=tell)


def _rows(sheet: Sheet, mapping: ColumnMapping) -> tuple[list[ReadRow], list[Fault]]:
    headings, columns = columns_of(sheet, mapping)
    phrases = Phrases.shipped(mapping.phrases)
    rows: list[ReadRow] = []
    faults: list[Fault] = []
    for row in sheet.rows:
        said = any(str(row.at(column)).strip() for column in columns) or not columns.keys().isdisjoint(row.unread)
        if row.number <= headings or not said:
            continue
        made = read_row(row, columns, phrases)
        if isinstance(made, ReadRow):
            rows.append(made)
        else:
            faults += made
    return rows, faults


def _mapping(path: Path) -> ColumnMapping:
    try:
        mapping = load(path, ColumnMapping)
        check(mapping.phrases)
    except ValueError as error:
        raise BadInput(f"{path}: phrases: {error}") from None
    return mapping


def _decided(given: Sequence[str]) -> Mapping[int, str]:
    """`7=P-003` or `7=new`, as a table."""
    table = {}
    for one in given:
        row, _, who = one.partition("=")
        if not row.strip().isdecimal() or not who.strip():
            raise BadInput(f"--is {one}: expected a row and who it is about, such as 7=P-003 or 7={NEW}")
        table[int(row)] = who.strip()
    return table


def _folder(settings: Settings) -> Path:
    return settings.store.path.parent / "mappings"


def _saved(settings: Settings, named: str) -> Path:
    """A mapping by its file, or by the name it was saved under."""
    saved = _folder(settings) / f"{named}.yaml"
    return saved if not Path(named).exists() and saved.exists() else Path(named)


def _save(settings: Settings, name: str, text: str) -> None:
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}", name):
        raise BadInput(f"{name}: expected a name of letters, digits and dashes for the mapping")
    folder = _folder(settings)
    with writing(folder):
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{name}.yaml").write_text(text, encoding="utf-8")
    sys.stderr.write(f"saved: use it with --mapping {name}\n")


def _as_yaml(proposal: Proposal, sheet: str | None) -> str:
    lines = ["# Proposed from the headings. Look at every line; take out or add what you know better.\n"]
    lines += [f"# not taken: {' '.join(heading.split())}\n" for heading in proposal.left_out]
    document = {"columns": {heading: field.value for heading, field in proposal.columns.items()}}
    body = {"sheet": sheet, **document} if sheet else document
    return "".join(lines) + yaml.safe_dump(body, sort_keys=False, allow_unicode=True)
