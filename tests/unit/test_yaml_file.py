"""Registers that are wrong: each fault names file, line and field, in plain words, with what was expected."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from gateway.faults import YamlFileError
from gateway.yaml_file import load
from models.register import Register

GOOD = """\
organisation:
  name: Office
  domains: [opcc.example]
  addresses: {manager: m@opcc.example}
people:
  - id: P-1
    name: Jo Example
    identifiers:
      - {kind: email, value: jo@mail.example}
matters:
  - {id: M-1, person: P-1, title: A drain}
strategies:
  - id: CS-1
    person: P-1
    status: active
    starts: 2026-01-05
    matters: [M-1]
    restrictions:
      - {id: R1, kind: spoc_only}
      - {id: R2, kind: channel_blocked, channels: [telephone]}
      - {id: R3, kind: call_window, slots: [{days: [mon], from: 14:00, until: 15:00}]}
      - {id: R4, kind: contact_limit, channels: [email], count: 3}
      - {id: R5, kind: reply_cycle, every: P14D}
      - {id: R6, kind: call_duration, minutes: 15}
      - {id: R7, kind: premises_ban, premises: Town Hall}
"""


def test_a_field_that_yaml_would_take_for_true_is_a_word(tmp_path: Path) -> None:
    path = tmp_path / "register.yaml"
    approvals = "    approvals:\n      - {role: head, name: Hal Head, on: 2026-01-04}\n    restrictions:"
    path.write_text(GOOD.replace("    restrictions:", approvals), encoding="utf-8")
    (strategy,) = load(path, Register).strategies
    assert strategy.approvals[0].on == date(2026, 1, 4)


def fault(tmp_path: Path, text: str | bytes) -> str:
    path = tmp_path / "register.yaml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(YamlFileError) as caught:
        load(path, Register)
    return str(caught.value).replace(str(path), "F")


def test_a_good_register_loads_with_unquoted_times_and_days(tmp_path: Path) -> None:
    path = tmp_path / "register.yaml"
    path.write_text("\ufeff" + GOOD, encoding="utf-8")
    (strategy,) = load(path, Register).strategies
    assert strategy.starts.isoformat() == "2026-01-05"
    (slot,) = strategy.restrictions[2].slots  # type: ignore[union-attr]
    assert (slot.from_.hour, slot.until.hour) == (14, 15)


R = "strategies[0].restrictions"
CASES = [
    ("  name: Office\n", "", "F:1: organisation.name: missing; expected a name"),
    ("[opcc.example]", "[]", "F:3: organisation.domains: expected at least 1 in the list"),
    ("[opcc.example]", "opcc.example", "F:3: organisation.domains: expected a list, got other text"),
    ("{manager: m@opcc.example}", "{}", "F:4: organisation.addresses.manager: missing; expected an email address"),
    ("{manager: m@opcc.example}", "m@x", "F:4: organisation.addresses: expected a group of fields"),
    ("name: Office", "nmae: Office", "F:2: organisation.nmae: there is no such field"),
    ("name: Office", "name: 5", "F:2: organisation.name: expected text, got a number; put it in quotes"),
    ("name: Office", "name:", "F:2: organisation.name: expected text, got nothing"),
    ("name: Office", "name: Office\n  timezone: Mars", "F:3: organisation.timezone: unknown time zone"),
    ("name: Office", "name: Office\n  name: Other", "F:3: organisation.name: given twice"),
    ("id: P-1\n", "id: 001\n", "F:6: people[0].id: expected text, got a number; put it in quotes"),
    ("name: Jo Example", "name: no", "F:7: people[0].name: expected text, got true or false; put it in quotes"),
    ("name: Jo Example", "name: 2026-01-05", "F:7: people[0].name: expected text, got a day; put it in quotes"),
    ("name: Jo Example", "name: [Jo]", "F:7: people[0].name: expected text, got a list"),
    ("name: Jo Example", "name: {a: b}", "F:7: people[0].name: expected text, got a group of fields"),
    ("name: Jo Example", "deceased_on: soon", "F:7: people[0].deceased_on: expected a day such as 2026-01-05"),
    ("kind: email, ", "", "F:9: people[0].identifiers[0].kind: missing; expected a kind"),
    ("kind: email", "kind: fax", "F:9: people[0].identifiers[0].kind: expected 'email', 'phone'"),
    ("value: jo@mail.example", "value: +441632960001", "people[0].identifiers[0].value: expected text, got a number"),
    ("value: jo@mail.example}", "value: x, shared: maybe}", "people[0].identifiers[0].shared: expected true or false"),
    (", title: A drain", "", "F:11: matters[0].title: missing; expected what the matter is about"),
    ("person: P-1, title", "person: P-9, title", "F:11: matters[0].person: P-9 is not among the people"),
    ("title: A drain}", "title: A drain, status: shut}", "F:11: matters[0].status: expected 'open', 'concluded'"),
    (
        "title: A drain}",
        "title: A drain}\n  - {id: M-1, person: P-1, title: B}",
        "F:12: matters[1].id: M-1 is used already",
    ),
    ("    person: P-1\n", "", "F:13: strategies[0].person: missing; expected the id of one of the people"),
    ("status: active", "status: activ", "F:15: strategies[0].status: expected 'draft'"),
    ("    status: active\n", "", "F:13: strategies[0].status: missing; expected a status such as active"),
    ("starts: 2026-01-05", "starts: 2026-02-30", "F:16: strategies[0].starts: not a value that YAML knows"),
    ("starts: 2026-01-05", "starts: 5 January", "F:16: strategies[0].starts: expected a day such as 2026-01-05"),
    ("starts: 2026-01-05", "starts: 2026-01-05 10:00:00", "F:16: strategies[0].starts: expected a day"),
    ("matters: [M-1]", "matters: [M-9]", "F:17: strategies[0].matters[0]: M-9 is not among the matters"),
    ("matters: [M-1]", "matters: M-1", "F:17: strategies[0].matters: expected a list, got other text"),
    ("kind: spoc_only", "kind: spoc_onyl", f"F:19: {R}[0]: unknown kind; did you mean spoc_only?"),
    ("kind: spoc_only", "kind: zzz", f"F:19: {R}[0]: unknown kind; expected a kind such as"),
    (", kind: spoc_only", "", f"F:19: {R}[0]: kind is missing; expected a kind such as spoc_only"),
    ("{id: R1, kind: spoc_only}", "spoc_only", f"F:19: {R}[0]: expected a group of fields"),
    (", channels: [telephone]", "", f"F:20: {R}[1].channels: missing; expected a list of channels"),
    ("[telephone]", "[phone]", f"F:20: {R}[1].channels[0]: expected 'email', 'telephone'"),
    ("[telephone]", "telephone", f"F:20: {R}[1].channels: expected a list, got other text"),
    ("[telephone]}", "[telephone], chanels: []}", f"F:20: {R}[1].chanels: there is no such field"),
    ("id: R2", "id: R1", f"F:20: {R}[1].id: R1 is used already"),
    ("until: 15:00", "until: 13:00", f"F:21: {R}[2].slots[0].until: a slot must end after it starts"),
    ("from: 14:00", "from: 25:00", f"F:21: {R}[2].slots[0].from: expected a time of day such as 14:00"),
    ("from: 14:00", "from: 9", f"F:21: {R}[2].slots[0].from: expected a time of day such as 14:00, got a number"),
    ("from: 14:00", "from: '14:00Z'", f"F:21: {R}[2].slots[0].from: a time of day has no offset"),
    ("[mon]", "[monday]", f"F:21: {R}[2].slots[0].days[0]: expected 'mon'"),
    ("count: 3", "count: -1", f"F:22: {R}[3].count: expected a number of at least 0"),
    ("count: 3", "count: some", f"F:22: {R}[3].count: expected a whole number, got other text"),
    ("count: 3", "count: 2.5", f"F:22: {R}[3].count: expected a whole number, got a number"),
    ("every: P14D", "every: fortnightly", f"F:23: {R}[4].every: expected an ISO 8601 duration"),
    ("minutes: 15", "minutes: 0", f"F:24: {R}[5].minutes: expected a number over 0"),
    ("premises: Town Hall", "premises: 5", f"F:25: {R}[6].premises: expected text, got a number"),
    ("name: Jo Example", "name: &n Jo\n    aliases: [*n]", "anchors and aliases are not taken"),
    ("name: Jo Example", "<<: {name: Jo}", "F:7: "),
    ("name: Jo Example", "? [a]\n    : b", "F:7: people[0]: a key must be a word"),
    ("name: Jo Example", "1: b", "F:7: people[0]: a key must be a word"),
    ("name: Jo Example", "name: 'Jo", "not YAML"),
    ("name: Jo Example", "name: !!python/name:os.system x", "F:7: not YAML"),
    ("name: Jo Example", "name: !!int x", "F:7: people[0].name: not a value that YAML knows"),
    ("name: Jo Example", "\tname: Jo", "F:7: not YAML"),
    ("name: Jo Example", "name: J\a", "F:7: not YAML: a control character"),
]


@pytest.mark.parametrize(
    ("old", "new", "expected"), CASES, ids=[f"{number}-{case[1][:20]}" for number, case in enumerate(CASES)]
)
def test_a_broken_register_names_line_field_and_what_was_expected(
    tmp_path: Path, old: str, new: str, expected: str
) -> None:
    assert old in GOOD
    assert expected in fault(tmp_path, GOOD.replace(old, new, 1))


@pytest.mark.parametrize(
    ("old", "new"),
    [("channels: [telephone]", "channels: [fax]"), ("until: 15:00", "until: 25:00"), ("[mon]", "[moon]")],
)
def test_a_list_of_one_that_is_at_fault_is_not_said_to_be_empty_too(tmp_path: Path, old: str, new: str) -> None:
    assert len(fault(tmp_path, GOOD.replace(old, new, 1)).splitlines()) == 1


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", "the file is empty"),
        ("# nothing\n", "the file is empty"),
        ("just words\n", "F:1: the file: expected a group of fields"),
        ("- a list\n", "F:1: the file: expected a group of fields"),
        (GOOD + "---\na: b\n", "not YAML"),
        (b"organisation:\n  name: Caf\xe9\n", "F:2: not UTF-8 text; save the file as UTF-8"),
        ("a: " + "[" * 100_000, "F:1: nested more than 40 deep"),
        ("a: " + "{a: " * 100_000, "F:1: nested more than 40 deep"),
        ("- " * 100_000 + "x", "F:1: nested more than 40 deep"),
    ],
    ids=["empty", "comment", "words", "list", "two", "latin", "lists", "maps", "items"],
)
def test_a_file_that_is_no_register_at_all(tmp_path: Path, text: str | bytes, expected: str) -> None:
    assert expected in fault(tmp_path, text)


def test_every_fault_is_told_and_no_value_of_a_person(tmp_path: Path) -> None:
    text = GOOD.replace("Jo Example", "[Secret Name]").replace("jo@mail.example", "{secret: 1}")
    lines = fault(tmp_path, text).splitlines()
    assert len(lines) == 2
    assert not any("ecret" in line for line in lines)


def test_a_missing_file_and_a_folder(tmp_path: Path) -> None:
    with pytest.raises(YamlFileError, match="no such file"):
        load(tmp_path / "none.yaml", Register)
    with pytest.raises(YamlFileError, match="cannot be read"):
        load(tmp_path, Register)
