"""Registers that are wrong, as YAML and as spreadsheets: each fault is told with its place, and nothing of it is taken."""

from __future__ import annotations

import asyncio
import shutil
import sqlite3
import zipfile
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from gateway.cli.app import main
from gateway.clock import utc_now
from gateway.places import config_directory
from gateway.store.keyfile import create
from gateway.store.store import open_store
from gateway.yaml_file import load
from models.register import Register
from tests.workbooks import Serial, workbook

Run = Callable[..., tuple[int, str, str]]

GOOD = """\
organisation:
  name: Office
  policy: generic
  timezone: Europe/London
  domains: [council.example]
  addresses:
    manager: head@council.example
    spoc: spoc@council.example
  role_addresses: {manager: line@council.example}
  protected_recipients:
    - {address: cllr@council.example, kind: elected_member, concerns_to: hr@council.example}
people:
  - id: P-001
    name: Jordan Whitlock
    aliases: [J. Whitlock]
    identifiers:
      - {kind: email, value: jordan@mail.example}
      - {kind: phone, value: "01632 960 101", shared: true, safe: false}
      - {kind: postal, value: "4 Weir Lane, Northmoor NM1 2AB"}
      - {kind: social, value: "@jordanw"}
    deceased_on: null
    adjustments:
      - {id: A1, need: a stammer, exempts: [telephone], varies: [{restriction: R3, calls: 2}]}
    representatives:
      - name: Sam Okafor
        identifiers: [{kind: email, value: sam@advice.example}]
        matters: [M-1]
        from: 2026-01-01
        until: 2026-12-31
  - id: P-002
    name: Morag Tennant
matters:
  - {id: M-1, person: P-001, status: concluded, review_right: used, title: A seized car}
  - {id: M-2, person: P-002, title: A hedge}
strategies:
  - id: CS-1
    person: P-001
    scope: matter
    matters: [M-1]
    status: active
    starts: 2026-02-02
    ends: 2026-12-01
    review_due: 2026-05-01
    notified_on: 2026-02-04
    spoc: {name: Pat Doe, address: spoc@council.example, deputy: dee@council.example, phones: ["01632 960 500"]}
    restrictions:
      - {id: R1, kind: spoc_only}
      - {id: R2, kind: dedicated_address, address: pat@council.example}
      - id: R3
        kind: call_window
        calls: 1
        slots:
          - {days: [mon], from: 14:00, until: 15:00}
          - {days: [thu], from: 10:00, until: 11:00}
      - {id: R4, kind: contact_limit, channels: [email], count: 1, per: week}
      - {id: R5, kind: channel_only, channels: [email, telephone]}
      - {id: R6, kind: channel_blocked, channels: [visit]}
      - {id: R7, kind: identifier_blocked, identifiers: [{kind: email, value: old@mail.example}]}
      - {id: R8, kind: call_duration, minutes: 15}
      - {id: R9, kind: reply_cycle, every: P14D}
"""

Case = tuple[str, str, str, str]
"""A plain id, what is altered, into what, and the line that says so; F is the file."""

ALTERED: list[Case] = [
    # Fields and their kinds
    ("a_field_nobody_knows", "    name: Morag Tennant", "    nam: Morag Tennant", "F:31: people[1].nam: there is no such field"),
    ("a_name_is_missing", "    name: Morag Tennant\n", "", "F:30: people[1].name: missing; expected a name"),
    ("an_id_is_missing", "  - id: P-002\n    name", "  - name", "F:30: people[1].id: missing; expected an id such as P-001"),
    ("a_number_for_a_name", "Morag Tennant", "12", "F:31: people[1].name: expected text, got a number; put it in quotes"),
    ("a_list_for_a_name", "Morag Tennant", "[Morag]", "F:31: people[1].name: expected text, got a list"),
    ("text_for_a_list", "matters: [M-1]\n    status", "matters: M-1\n    status", "F:39: strategies[0].matters: expected a list"),
    ("text_for_a_group", "{name: Pat Doe, address: spoc@council.example, deputy: dee@council.example, phones: [\"01632 960 500\"]}", "Pat Doe", "F:45: strategies[0].spoc: expected a group of fields"),
    ("a_word_for_yes_or_no", "shared: true", "shared: perhaps", "F:18: people[0].identifiers[1].shared: expected true or false"),
    ("a_person_who_is_an_organisation_too", "    name: Morag Tennant", "    name: Morag Tennant\n    org: Tennant Ltd", "F:32: people[1].org: there is no such field"),
    ("no_organisation", GOOD[: GOOD.index("people:")], "", "F:1: organisation: missing; expected the group of fields"),
    ("no_manager", "    manager: head@council.example\n", "", "F:6: organisation.addresses.manager: missing; expected an email address"),
    ("no_domains", "[council.example]", "[]", "F:5: organisation.domains: expected at least 1 in the list"),
    ("an_empty_name", "Morag Tennant", '" "', "F:31: people[1].name: expected some text, got none"),
    ("an_id_with_a_space", "id: CS-1\n", "id: CS 1\n", "F:36: strategies[0].id: expected an id of 1 to 64 characters without spaces"),
    ("an_id_without_end", "id: CS-1\n", f"id: {'C' * 65}\n", "F:36: strategies[0].id: expected an id of 1 to 64 characters"),
    ("nothing_in_a_title", "A hedge", '""', "F:34: matters[1].title: expected some text, got none"),
    # Ids that lead somewhere
    ("two_people_of_one_id", "  - id: P-002", "  - id: P-001", "F:30: people[1].id: P-001 is used already"),
    ("two_matters_of_one_id", "{id: M-2,", "{id: M-1,", "F:34: matters[1].id: M-1 is used already"),
    ("two_restrictions_of_one_id", "id: R2,", "id: R1,", "F:48: strategies[0].restrictions[1].id: R1 is used already"),
    ("a_strategy_of_nobody", "    person: P-001", "    person: P-009", "F:37: strategies[0].person: P-009 is not among the people"),
    ("a_matter_of_nobody", "person: P-002, title", "person: P-009, title", "F:34: matters[1].person: P-009 is not among the people"),
    ("a_matter_that_is_not_there", "matters: [M-1]\n    status", "matters: [M-9]\n    status", "F:39: strategies[0].matters[0]: M-9 is not among the matters"),
    ("a_strategy_for_no_matter", "matters: [M-1]\n    status", "matters: []\n    status", "F:39: strategies[0].matters: none; expected the matters that it is for, or `scope: organisation`"),
    ("a_matter_of_somebody_else", "matters: [M-1]\n    status", "matters: [M-2]\n    status", "F:39: strategies[0].matters[0]: M-2 is P-002's matter"),
    ("an_advocate_in_a_matter_of_somebody_else", "matters: [M-1]\n        from", "matters: [M-2]\n        from", "F:27: people[0].representatives[0].matters[0]: M-2 is not among the person's matters"),
    ("a_policy_nobody_has", "policy: generic", "policy: atlantis", "F:3: organisation.policy: no policy pack 'atlantis'; there are generic"),
    ("a_role_the_policy_has_not", "{manager: line", "{manger: line", "F:9: organisation.role_addresses.manger: not among the roles of the policy; did you mean manager?"),
    ("a_holder_of_a_role_the_policy_has_not", "{manager: line@council.example}", "{manager: line@council.example}\n  role_holders: {manger: [Ann Author]}", "F:10: organisation.role_holders.manger: not among the roles of the policy; did you mean manager?"),
    ("a_role_that_is_held_by_nobody", "{manager: line@council.example}", "{manager: line@council.example}\n  role_holders: {manager: []}", "F:10: organisation.role_holders.manager: expected at least 1 in the list"),
    # Days and times
    ("a_day_no_month_has", "starts: 2026-02-02", "starts: 2026-02-30", "F:41: strategies[0].starts: not a value that YAML knows, such as a day no month has"),
    ("a_day_as_people_write_it", "starts: 2026-02-02", "starts: 2/2/2026", "F:41: strategies[0].starts: expected a day such as 2026-01-05"),
    ("an_end_before_the_start", "ends: 2026-12-01", "ends: 2026-01-01", "F:42: strategies[0].ends: before the strategy starts; expected a day on or after `starts`"),
    ("a_review_before_the_start", "review_due: 2026-05-01", "review_due: 2025-05-01", "F:43: strategies[0].review_due: before the strategy starts"),
    ("an_authority_that_ends_before_it_begins", "until: 2026-12-31", "until: 2025-12-31", "F:29: people[0].representatives[0].until: it ends before it begins"),
    ("a_time_no_day_has", "until: 15:00", "until: 25:00", "F:53: strategies[0].restrictions[2].slots[0].until: expected a time of day such as 14:00"),
    ("a_slot_that_ends_before_it_begins", "until: 15:00", "until: 13:00", "F:53: strategies[0].restrictions[2].slots[0].until: a slot must end after it starts"),
    ("slots_that_overlap", "{days: [thu], from: 10:00, until: 11:00}", "{days: [mon], from: 14:30, until: 16:00}", "F:54: strategies[0].restrictions[2].slots[1]: overlaps slots[0]"),
    ("a_day_no_week_has", "days: [thu]", "days: [someday]", "F:54: strategies[0].restrictions[2].slots[1].days[0]: expected 'mon'"),
    ("a_zone_nobody_is_in", "Europe/London", "Europe/Londinium", "F:4: organisation.timezone: unknown time zone 'Europe/Londinium'; expected a name such as Europe/London"),
    ("a_period_nobody_can_read", "every: P14D", "every: fortnightly", "F:60: strategies[0].restrictions[8].every: expected an ISO 8601 duration"),
    # Addresses and numbers
    ("an_address_of_somebody_that_is_none", "jordan@mail.example", "jordan at mail", "F:17: people[0].identifiers[0].value: expected one email address and nothing else"),
    ("two_addresses_in_one", "value: jordan@mail.example", 'value: "jordan@mail.example, j@mail.example"', "F:17: people[0].identifiers[0].value: expected one email address"),
    ("a_number_that_is_none", '"01632 960 101"', '"ex-directory"', "F:18: people[0].identifiers[1].value: expected a telephone number such as 01632 960 101"),
    ("a_number_that_lost_its_quotes", '"01632 960 101"', "1632960101", "F:18: people[0].identifiers[1].value: expected text, got a number; put it in quotes"),
    ("an_identifier_of_no_kind", "{kind: social", "{kind: pigeon", "F:20: people[0].identifiers[3].kind: expected 'email', 'phone', 'postal' or 'social'"),
    ("a_place_that_is_no_address", '"4 Weir Lane, Northmoor NM1 2AB"', '"-"', "F:19: people[0].identifiers[2].value: expected a postal address"),
    ("a_handle_that_is_none", '"@jordanw"', '"@"', "F:20: people[0].identifiers[3].value: expected a handle"),
    ("an_advocate_nobody_can_know", "value: sam@advice.example", "value: sam", "F:26: people[0].representatives[0].identifiers[0].value: expected one email address"),
    ("a_blocked_address_that_is_none", "value: old@mail.example", "value: old@", "F:58: strategies[0].restrictions[6].identifiers[0].value: expected one email address"),
    ("a_queue_that_reaches_nobody", "manager: head@council.example", "manager: the head", "F:7: organisation.addresses.manager: expected one email address"),
    ("a_queue_with_a_second_header", "spoc: spoc@council.example\n  role", 'spoc: "spoc@council.example\\r\\nBcc: x@evil.example"\n  role', "F:8: organisation.addresses.spoc: expected one email address and nothing else"),
    ("a_contact_who_cannot_be_written_to", "{name: Pat Doe, address: spoc@council.example", "{name: Pat Doe, address: <spoc>", "F:45: strategies[0].spoc.address: expected one email address"),
    ("a_contacts_number_that_is_none", '["01632 960 500"]', '["ask"]', "F:45: strategies[0].spoc.phones[0]: expected a telephone number"),
    ("a_dedicated_address_that_is_none", "address: pat@council.example", "address: council.example", "F:48: strategies[0].restrictions[1].address: expected one email address"),
    ("a_protected_address_that_is_none", "{address: cllr@council.example", "{address: the councillor", "F:11: organisation.protected_recipients[0].address: expected one email address"),
    ("a_domain_that_is_an_address", "[council.example]", '["@council.example"]', "F:5: organisation.domains[0]: expected a domain such as council.example"),
    # Restrictions
    ("a_restriction_of_no_kind", "kind: spoc_only", "kind: spock_only", "F:47: strategies[0].restrictions[0]: unknown kind; did you mean spoc_only?"),
    ("a_restriction_without_a_kind", "{id: R1, kind: spoc_only}", "{id: R1}", "F:47: strategies[0].restrictions[0]: kind is missing"),
    ("a_channel_nobody_has", "channels: [visit]", "channels: [carrier_pigeon]", "F:57: strategies[0].restrictions[5].channels[0]: expected 'email'"),
    ("a_count_below_nought", "count: 1, per", "count: -1, per", "F:55: strategies[0].restrictions[3].count: expected a number of at least 0"),
    ("a_half_call", "calls: 1\n", "calls: 1.5\n", "F:51: strategies[0].restrictions[2].calls: expected a whole number"),
    ("calls_of_no_length", "minutes: 15", "minutes: 0", "F:59: strategies[0].restrictions[7].minutes: expected a number over 0"),
    ("a_period_no_limit_has", "per: week", "per: year", "F:55: strategies[0].restrictions[3].per: expected 'day', 'week', 'fortnight' or 'month'"),
    ("a_field_of_another_restriction", "{id: R8, kind: call_duration, minutes: 15}", "{id: R8, kind: call_duration, minutes: 15, slots: []}", "F:59: strategies[0].restrictions[7].slots: there is no such field"),
    ("every_channel_is_blocked", "channels: [visit]", "channels: [email, telephone]", "F:57: strategies[0].restrictions[5].channels: blocks every channel that the strategy's channel_only leaves"),
    ("two_onlys_with_nothing_in_common", "kind: channel_blocked, channels: [visit]", "kind: channel_only, channels: [letter]", "F:56: strategies[0].restrictions[4].channels: has no channel in common"),
    ("a_limit_of_nothing", "count: 1, per", "count: 0, per", "F:55: strategies[0].restrictions[3].count: allows none at all; expected at least 1, or block the channel instead"),
    ("a_window_of_no_calls", "calls: 1\n", "calls: 0\n", "F:51: strategies[0].restrictions[2].calls: allows none at all"),
    ("no_channel_at_all", "kind: channel_only, channels: [email, telephone]}", "kind: channel_blocked, channels: [email, telephone, voicemail, letter, visit, webform, sms, social_media]}", "F:56: strategies[0].restrictions[4].channels: leaves no channel at all; expected one of them free, such as letter or email"),
    ("a_channel_left_and_taken_away", "channels: [visit]", "channels: [telephone]", "F:57: strategies[0].restrictions[5].channels: takes away telephone, and R3 (call_window) says when to use it; leave one out"),
    ("a_channel_left_and_not_among_the_only", "channels: [email, telephone]", "channels: [email]", "F:56: strategies[0].restrictions[4].channels: takes away telephone, and R3 (call_window) says when to use it; leave one out"),
    ("a_spoc_who_is_their_own_deputy", "deputy: dee@council.example", "deputy: Spoc@council.example", "F:45: strategies[0].spoc.deputy: the same as the single point of contact"),
    ("a_spoc_who_is_their_own_deputy_by_name", "deputy: dee@council.example", 'deputy: "Doe, Pat"', "F:45: strategies[0].spoc.deputy: the same as the single point of contact"),
    ("a_status_nobody_knows", "status: active", "status: live", "F:40: strategies[0].status: expected 'draft'"),
    ("a_scope_nobody_knows", "scope: matter", "scope: everything", "F:38: strategies[0].scope: expected 'matter' or 'organisation'"),
    # YAML
    ("a_key_twice", "    name: Morag Tennant", "    name: Morag Tennant\n    name: M. Tennant", "F:32: people[1].name: given twice"),
    ("a_key_that_is_a_number", "    name: Morag Tennant", "    1: Morag Tennant", "F:31: people[1]: a key must be a word"),
    ("a_tab", "    name: Morag Tennant", "\tname: Morag Tennant", "F:31: not YAML: "),
    ("a_quote_that_nobody_closes", "A hedge", '"A hedge', "F:"),
    ("an_indent_out_of_line", "    name: Morag Tennant", "   name: Morag Tennant", "F:31: not YAML: "),
    ("an_anchor_and_its_alias", "aliases: [J. Whitlock]", "aliases: [&a J. Whitlock, *a]", "F:15: people[0].aliases[1]: anchors and aliases are not taken"),
    ("a_bomb_of_aliases", "people:", "a: &a [x, x]\nb: &b [*a, *a]\nc: &c [*b, *b]\nd: [*c, *c]\npeople:", "F:12: b[0]: anchors and aliases are not taken"),
    ("nested_without_end", "aliases: [J. Whitlock]", f"aliases: {'[' * 60}{']' * 60}", "F:15: nested more than 40 deep"),
    ("an_object_of_python", "Morag Tennant", "!!python/object/apply:os.system [ls]", "F:31: "),
    ("a_control_character", "Morag Tennant", "Morag\x07Tennant", "F:31: not YAML: a control character"),
    ("two_documents", "matters:\n", "---\nmatters:\n", "F:"),
    ("a_list_of_registers", GOOD, "- organisation: {}\n", "F:1: the file: expected a group of fields"),
    ("an_empty_file", GOOD, "", "F: the file is empty"),
    ("cut_off_in_the_middle", GOOD[GOOD.index("kind: elected_member") :], "kind", "F:"),
]  # fmt: skip

RAW: list[tuple[str, bytes, str]] = [
    ("in_a_windows_code_page", GOOD.replace("Whitlock", "Whitløck").encode("cp1252"), "F:14: not UTF-8 text; save the file"),
    ("in_utf_16", GOOD.encode("utf-16"), "F:1: not UTF-8 text; save the file as UTF-8"),
    ("a_workbook_by_another_name", b"PK\x03\x04\x14\x00\x06\x00\x08\x00\xfe\xff", "F:1: not UTF-8 text"),
    ("nothing_but_noughts", bytes(4096), "F:1: not YAML: a control character"),
]  # fmt: skip

HEADINGS = ("Name", "Email", "Tel", "Ref", "Reason", "Measures", "Start", "End", "Officer")
MAPPING = (
    "columns: {Name: name, Email: emails, Tel: phones, Ref: reference, Reason: reasons, Measures: restrictions,"
    " Start: starts, End: ends, Officer: spoc_address}\n"
)
ROW = (
    "Zoe Other", "zoe@mail.example", "01632 960 201", "W-1", "Fifty calls.", "SPOC only", "31/3/2026", "30/9/2026",
    "pat@council.example",
)  # fmt: skip
SECOND = ("Bo Peep", "bo@mail.example", "01632 960 202", "W-2", "Letters.", "no calls", "1/4/2026", "", "")

CELLS: list[tuple[str, str, object, str]] = [
    ("a_day_no_month_has", "Start", "31/2/2026", "there is no such day"),
    ("a_day_that_is_a_word", "Start", "soon", "expected a day such as 31/3/2026"),
    ("a_number_that_is_no_day", "Start", 7, "expected a day such as 31/3/2026"),
    ("an_end_before_the_start", "End", "1/1/2026", "it ends before it starts"),
    (
        "an_address_that_is_none",
        "Email",
        "zoe at mail",
        "expected one email address and nothing else, such as jordan@mail.example",
    ),
    ("a_number_that_is_none", "Tel", "ex-directory", "expected a telephone number such as 01632 960 101"),
    ("a_measure_nobody_knows", "Measures", "be nice", "part 1 is not among the words for restrictions"),
    ("one_measure_of_two_that_nobody_knows", "Measures", "no calls; be nice", "part 2 is not among the words"),
    ("a_name_of_one_word", "Name", "Zoe", "expected a person's name, first name and surname"),
    ("no_name", "Name", "", "expected a person's name, first name and surname"),
    ("a_reference_that_is_a_sentence", "Ref", "see (file)!", "expected a reference of letters, digits"),
    ("an_officer_without_an_address", "Officer", "pat at council", "expected an email address such as spoc@council"),
    ("a_formula", "Name", '=HYPERLINK("http://evil.example","Zoe Other")', "expected a value, got a formula"),
    ("a_formula_in_a_reason", "Reason", "=A1&B1", "expected a value, got a formula"),
    ("an_error_of_the_spreadsheet", "Reason", "#REF!", "expected a value, got a formula or its error"),
]


@dataclass
class Office:
    """A store with a good register and a mapping that was saved."""

    folder: Path
    run: Run
    before: dict[str, list[tuple[object, ...]]] = field(default_factory=dict)

    def kept(self) -> dict[str, list[tuple[object, ...]]]:
        """Every row of the store, by table."""
        with closing(sqlite3.connect(self.folder / "triage.db")) as connection, connection:
            tables = [row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
            return {table: connection.execute(f"SELECT * FROM {table} ORDER BY 1").fetchall() for table in tables}

    def refused(self, path: Path, *options: str) -> list[str]:
        """What an import of the file says, which takes nothing; F is the file."""
        code, said, fault = self.run("register", "import", str(path), "--by", "Ann Author", *options)
        assert (code, said) == (2, ""), fault
        assert self.kept() == self.before
        return [line.removeprefix("triage: ").replace(str(path), "F") for line in fault.splitlines()]


def test_a_slot_that_is_wrong_is_one_fault_and_not_a_list_that_lacks_it(office: Office, tmp_path: Path) -> None:
    path = tmp_path / "register.yaml"
    wrong = GOOD.replace("          - {days: [mon], from: 14:00, until: 15:00}\n", "").replace(
        "until: 11:00", "until: 09:00"
    )
    path.write_text(wrong, "utf-8")
    (fault,) = office.refused(path)
    assert "a slot must end after it starts" in fault


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with the good register, to be copied: each test has its own."""
    folder = tmp_path_factory.mktemp("template")
    (folder / "good.yaml").write_text(GOOD, "utf-8")
    store = open_store(folder / "triage.db", create(folder / "keys.json").sealer())
    asyncio.run(
        store.register_versions.replace(load(folder / "good.yaml", Register), actor="Ann Author", now=utc_now())
    )
    store.close()
    (folder / "mappings").mkdir()
    (folder / "mappings" / "ours.yaml").write_text(MAPPING, "utf-8")
    (folder / "policies").mkdir()
    shutil.copy(config_directory() / "policies" / "generic.yaml", folder / "policies")
    return folder


@pytest.fixture
def office(
    template: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Office:
    folder = tmp_path / "office"
    shutil.copytree(template, folder)
    (folder / "gateway.toml").write_text(
        f'policies = "{folder}/policies"\n'
        f'[store]\npath = "{folder}/triage.db"\nkey_file = "{folder}/keys.json"\n[relay]\nport = 9\n',
        "utf-8",
    )
    monkeypatch.setenv("TRIAGE_CONFIG", str(folder / "gateway.toml"))

    def run(*arguments: str) -> tuple[int, str, str]:
        monkeypatch.setattr("sys.argv", ["triage", *arguments])
        with pytest.raises(SystemExit) as stopped:
            main()
        said = capsys.readouterr()
        return int(stopped.value.code or 0), said.out, said.err

    made = Office(folder, run)
    made.before = made.kept()
    return made


def test_the_register_that_is_altered_is_good_and_there_are_enough_alterations(office: Office) -> None:
    code, said, _ = office.run("register", "import", str(office.folder / "good.yaml"), "--by", "Ann Author")
    assert code == 0 and "in force as version 2" in said
    assert office.kept() != office.before
    assert len(ALTERED) + len(RAW) >= 50 and len(CELLS) >= 15
    names = [case[0] for case in (*ALTERED, *RAW)]
    assert len(set(names)) == len(names)


@pytest.mark.parametrize(("old", "new", "said"), [pytest.param(*case[1:], id=case[0]) for case in ALTERED])
def test_a_register_file_is_refused(office: Office, tmp_path: Path, old: str, new: str, said: str) -> None:
    assert GOOD.count(old) == 1
    path = tmp_path / "register.yaml"
    path.write_bytes(GOOD.replace(old, new).encode())
    faults = office.refused(path)
    assert any(fault.startswith(said) for fault in faults), "\n".join(faults)


@pytest.mark.parametrize(("raw", "said"), [pytest.param(*case[1:], id=case[0]) for case in RAW])
def test_bytes_that_are_no_register_file_are_refused(office: Office, tmp_path: Path, raw: bytes, said: str) -> None:
    path = tmp_path / "register.yaml"
    path.write_bytes(raw)
    (fault,) = office.refused(path)
    assert fault.startswith(said)


def test_a_file_without_end_is_not_even_read(office: Office, tmp_path: Path) -> None:
    path = tmp_path / "register.yaml"
    with path.open("wb") as huge:
        huge.truncate(20 * 1024**3)
    assert office.refused(path) == ["F: larger than 256 MB; is it the right file?"]


def test_a_register_file_that_is_not_there_is_said_so(office: Office, tmp_path: Path) -> None:
    assert office.refused(tmp_path / "register.yaml") == ["F: no such file"]


def test_every_fault_of_a_file_is_told_at_once(office: Office, tmp_path: Path) -> None:
    path = tmp_path / "register.yaml"
    path.write_text(GOOD.replace("jordan@mail.example", "none").replace("ends: 2026-12-01", "ends: 2026-01-01"))
    assert [fault.split(": ")[0] for fault in office.refused(path)] == ["F:17", "F:42"]


@pytest.mark.parametrize("command", ["check", "replay"])
@pytest.mark.parametrize("fault", ["an_id_with_a_space", "slots_that_overlap", "two_addresses_in_one"])
def test_what_is_checked_without_the_store_is_refused_in_the_same_words(
    office: Office, tmp_path: Path, command: str, fault: str
) -> None:
    ((_, old, new, said),) = (case for case in ALTERED if case[0] == fault)
    path, mail = tmp_path / "register.yaml", tmp_path / "mail" / "1.eml"
    path.write_bytes(GOOD.replace(old, new).encode())
    mail.parent.mkdir()
    mail.write_bytes(b"From: jordan@mail.example\r\nTo: spoc@council.example\r\n\r\nGood morning.\r\n")
    faults = office.refused(path)
    assert any(line.startswith(said) for line in faults)
    code, out, told = office.run(command, str(mail if command == "check" else mail.parent), "--register", str(path))
    assert (code, out) == (2, "")
    assert [line.removeprefix("triage: ").replace(str(path), "F") for line in told.splitlines()] == faults


def test_a_register_that_lacks_the_person_of_a_living_strategy_is_refused(office: Office, tmp_path: Path) -> None:
    draft = tmp_path / "draft.yaml"
    draft.write_text("person: P-002\nreasons: Letters.\nrestrictions: [{id: R1, kind: spoc_only}]\n", "utf-8")
    code, drafted, fault = office.run("strategy", "draft", str(draft), "--by", "Ann Author")
    assert code == 0, fault
    office.before = office.kept()
    path = tmp_path / "register.yaml"
    path.write_text(GOOD.replace("P-002", "P-003"), "utf-8")
    code, said, fault = office.run("register", "import", str(path), "--by", "Ann Author")
    assert (code, said) == (1, "") and "P-002" in fault and drafted.split()[0] in fault
    assert office.kept() == office.before


def with_cell(heading: str, value: object) -> tuple[object, ...]:
    at = HEADINGS.index(heading)
    return (*ROW[:at], value, *ROW[at + 1 :])


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
@pytest.mark.parametrize(("heading", "value", "said"), [pytest.param(*case[1:], id=case[0]) for case in CELLS])
def test_a_row_of_a_spreadsheet_is_refused_and_with_it_the_whole(
    office: Office, tmp_path: Path, kind: str, heading: str, value: object, said: str
) -> None:
    path = spreadsheet(tmp_path, kind, [HEADINGS, SECOND, with_cell(heading, value)])
    first, *others = office.refused(path, "--mapping", "ours")
    assert first.startswith(f'F: row 3, column "{heading}": {said}'), first
    assert others[-1].startswith("F: nothing is taken over; put these rows right")


def spreadsheet(folder: Path, kind: str, rows: list[tuple[object, ...]]) -> Path:
    path = folder / f"register.{kind}"
    if kind == "xlsx":
        return workbook(path, {"Register": [[Serial(v) if v == "day" else v for v in row] for row in rows]})
    lines = [",".join('"' + str(value).replace('"', '""') + '"' for value in row) for row in rows]
    path.write_text("\n".join(lines) + "\n", "utf-8")
    return path


ROWS: list[tuple[str, list[tuple[object, ...]], str]] = [
    ("the_same_strategy_twice", [HEADINGS, ROW, ROW], "F: row 3: the same strategy as row 2"),
    (
        "a_strategy_that_the_register_has",
        [HEADINGS, with_cell("Ref", "CS-1")],
        "F: row 2: CS-1 is a strategy of the register already, which an import does not replace",
    ),
    (
        "somebodys_name_without_their_address",
        [HEADINGS, with_cell("Name", "Jordan Whitlock")],
        "F: row 2: it has somebody's name or shared address, and no address or number of their own: P-001; say who",
    ),
    (
        "somebodys_address_under_another_name",
        [HEADINGS, with_cell("Email", "jordan@mail.example")],
        "F: row 2: it has somebody's address or number under another name: P-001; say who it is with --is 2=ID",
    ),
    ("a_heading_is_missing", [HEADINGS[:-1], ROW[:-1]], "{name}: no row has all the headings of the mapping once; row 1 lacks 'Officer'"),
    ("a_heading_twice", [(*HEADINGS, "Email"), (*ROW, "x")], "{name}: no row has all the headings of the mapping once; row 1 has 'Email' more than once"),
    ("headings_merged_over_two_rows", [("Name", "Contact", "", *HEADINGS[3:]), ("", "Email", "Tel", *[""] * 6), ROW], "{name}: no row has all the headings of the mapping once; row 1 lacks 'Email', lacks 'Tel'"),
    ("no_headings", [ROW, SECOND], "{name}: no row has all the headings of the mapping once; row 1 lacks 'Name'"),
    ("nothing_in_it", [("",)], "F: there is nothing in it"),
    ("a_cell_without_end", [HEADINGS, with_cell("Reason", "x" * 20_001)], "F: row 2 has a cell of more than 20000 characters"),
    ("columns_without_end", [(*HEADINGS, *[""] * 200, "x"), ROW], "F: row 1 has more than 200 columns"),
]  # fmt: skip


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
@pytest.mark.parametrize(("rows", "said"), [pytest.param(*case[1:], id=case[0]) for case in ROWS])
def test_a_spreadsheet_is_refused(
    office: Office, tmp_path: Path, kind: str, rows: list[tuple[object, ...]], said: str
) -> None:
    path = spreadsheet(tmp_path, kind, rows)
    first = office.refused(path, "--mapping", "ours")[0]
    name = "register.csv" if kind == "csv" else "register.xlsx, sheet Register"
    assert first.startswith(said.format(name=name)), first


BYTES: list[tuple[str, str, bytes, str]] = [
    ("no_workbook_at_all", "xlsx", b"Name,Email\n", "F: not a workbook; if it has a password, save it without one"),
    ("a_folder_that_is_no_workbook", "xlsx", b"PK\x05\x06" + bytes(18), "F: not a workbook that can be read"),
    ("an_old_workbook_with_a_password", "xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(512), "F: not a workbook"),
    ("a_workbook_by_another_name", "csv", b"PK\x03\x04\x00\x00\x00\x00\x00", "F: not text; save the spreadsheet as CSV"),
    ("half_a_character", "csv", b"\xff\xfeN", "F: its characters cannot be read; save the spreadsheet as CSV UTF-8"),
    ("an_empty_file", "csv", b"", "F: there is nothing in it"),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "raw", "said"), [pytest.param(*case[1:], id=case[0]) for case in BYTES])
def test_bytes_that_are_no_spreadsheet_are_refused(
    office: Office, tmp_path: Path, kind: str, raw: bytes, said: str
) -> None:
    path = tmp_path / f"register.{kind}"
    path.write_bytes(raw)
    (fault,) = office.refused(path, "--mapping", "ours")
    assert fault.startswith(said), fault


def altered(path: Path, member: str, old: str, new: str) -> Path:
    """The workbook with a member of its folder altered."""
    with zipfile.ZipFile(path) as folder:
        members = {name: folder.read(name).decode() for name in folder.namelist()}
    assert members[member].count(old) == 1
    members[member] = members[member].replace(old, new)
    with zipfile.ZipFile(path, "w") as folder:
        for name, text in members.items():
            folder.writestr(name, text)
    return path


def test_a_workbook_that_is_cut_off_is_refused(office: Office, tmp_path: Path) -> None:
    path = spreadsheet(tmp_path, "xlsx", [HEADINGS, ROW])
    path.write_bytes(path.read_bytes()[:-200])
    assert office.refused(path, "--mapping", "ours")[0].startswith("F: not a workbook")


def test_a_workbook_whose_sheet_is_torn_is_refused(office: Office, tmp_path: Path) -> None:
    path = altered(spreadsheet(tmp_path, "xlsx", [HEADINGS, ROW]), "xl/worksheets/sheet1.xml", "</sheetData>", "</")
    assert office.refused(path, "--mapping", "ours")[0].startswith("F: not a workbook that can be read")


def test_a_hidden_sheet_is_not_taken_for_the_one_that_is_seen(office: Office, tmp_path: Path) -> None:
    path = workbook(
        tmp_path / "register.xlsx", {"Old": [HEADINGS, ROW], "Register": [HEADINGS, with_cell("Name", "Zoe")]}
    )
    altered(path, "xl/workbook.xml", '<sheet name="Old"', '<sheet name="Old" state="hidden"')
    assert 'row 2, column "Name"' in office.refused(path, "--mapping", "ours")[0]
    altered(path, "xl/workbook.xml", '<sheet name="Register"', '<sheet name="Register" state="hidden"')
    (fault,) = office.refused(path, "--mapping", "ours")
    assert fault == "F: no sheet in it that is not hidden; name one with --sheet"


def test_a_sheet_that_is_not_there_is_refused(office: Office, tmp_path: Path) -> None:
    path = spreadsheet(tmp_path, "xlsx", [HEADINGS, ROW])
    (fault,) = office.refused(path, "--mapping", "ours", "--sheet", "Sheet1")
    assert fault == "F: no sheet 'Sheet1'; there are Register"


def test_a_formula_without_its_value_is_named_and_not_taken_for_an_empty_cell(office: Office, tmp_path: Path) -> None:
    path = spreadsheet(tmp_path, "xlsx", [HEADINGS, ROW])
    cell = '<c r="A2" t="inlineStr"><is><t xml:space="preserve">Zoe Other</t></is></c>'
    altered(path, "xl/worksheets/sheet1.xml", cell, '<c r="A2"><f>B2</f></c>')
    assert office.refused(path, "--mapping", "ours")[0].startswith(
        'F: row 2, column "Name": expected a value, got a formula'
    )


def test_a_spreadsheet_of_another_form_is_refused(office: Office, tmp_path: Path) -> None:
    (tmp_path / "register.ods").write_bytes(b"PK\x03\x04\xff")
    assert office.refused(tmp_path / "register.ods")[0].startswith("F:1: not UTF-8 text")


MAPPINGS: list[tuple[str, str, str]] = [
    ("a_field_nobody_knows", MAPPING.replace("emails", "mails"), "M:1: columns.Email: expected 'name'"),
    ("no_name", MAPPING.replace("Name: name, ", ""), "M:1: the file: columns: no heading is the person's `name`"),
    ("one_field_twice", MAPPING.replace("Ref: reference", "Ref: starts"), "M:1: the file: columns: 2 headings are `starts`"),
    ("words_that_are_no_restriction", MAPPING + "phrases: {be nice: [{kind: nice}]}\n", "M: phrases: 'be nice': not a restriction"),
    ("a_list", "- Name\n", "M:1: the file: expected a group of fields"),
]  # fmt: skip


@pytest.mark.parametrize(("mapping", "said"), [pytest.param(*case[1:], id=case[0]) for case in MAPPINGS])
def test_a_mapping_is_refused(office: Office, tmp_path: Path, mapping: str, said: str) -> None:
    path = tmp_path / "mapping.yaml"
    path.write_text(mapping, "utf-8")
    sheet = spreadsheet(tmp_path, "csv", [HEADINGS, ROW])
    faults = [fault.replace(str(path), "M") for fault in office.refused(sheet, "--mapping", str(path))]
    assert faults[0].startswith(said), faults


def test_a_mapping_of_a_name_that_nobody_saved_is_refused(office: Office, tmp_path: Path) -> None:
    (fault,) = office.refused(spreadsheet(tmp_path, "csv", [HEADINGS, ROW]), "--mapping", "theirs")
    assert fault == "theirs: no such file"


def test_what_is_good_is_taken_with_a_byte_order_mark_and_lines_of_windows(office: Office, tmp_path: Path) -> None:
    path = tmp_path / "register.yaml"
    path.write_bytes(b"\xef\xbb\xbf" + GOOD.replace("\n", "\r\n").encode())
    code, said, fault = office.run("register", "import", str(path), "--by", "Ann Author")
    assert code == 0 and "2 people, 2 matters, 1 strategy; in force as version" in said, fault
    sheet = spreadsheet(tmp_path, "xlsx", [HEADINGS, ROW])
    code, said, fault = office.run("register", "import", str(sheet), "--mapping", "ours", "--by", "Ann Author")
    assert code == 0 and "1 person new" in said, fault
