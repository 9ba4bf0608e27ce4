"""Commands on a real store: what they do, what they print, and what they refuse."""

from __future__ import annotations

import asyncio
import getpass
import json
from collections.abc import Callable
from pathlib import Path

import yaml
from store_builders import erase_file

from gateway.cli.opened import opened_store
from gateway.cli.settings import settings_of
from gateway.clock import utc_now
from gateway.governance.course import text_of
from gateway.housekeeping import Housekeeping
from gateway.places import sample_directory
from gateway.store.alerts import NewAlert
from gateway.store.files import NewStep
from gateway.store.switches import Switch
from gateway.yaml_file import load
from models.decision import AlertKind
from models.finding import Urgency
from models.register import Register
from models.strategy import StrategyStatus
from tests.governing import draft as first_step

Run = Callable[..., tuple[int, str, str]]

RECORD = {
    "channel": "letter",
    "received_at": "2026-03-02T10:15:00Z",
    "sender": "Edwin Moss",
    "text": "Thank you.",
    "source_id": "L-1",
}


def test_enforcing_needs_a_tested_ladder_and_a_known_strategy(run: Run) -> None:
    code, _, said = run("mode", "enforce", "--by", "Ann")
    assert code == 1 and "triage alerts test" in said
    code, _, said = run("alerts", "test", "--by", "Ann")
    assert code == 1 and "could be told" in said
    assert run("mode", "observe", "--by", "Ann")[:2] == (0, "observing: every message goes to whom it was addressed\n")
    code, _, said = run("mode", "observe", "--strategy", "CS-999", "--by", "Ann")
    assert code == 1 and "CS-999" in said


def test_no_new_key_is_made_beside_a_store_that_it_would_not_open(run: Run, tmp_path: Path) -> None:
    (tmp_path / "keys.json").unlink()
    code, _, said = run("keys", "init")
    assert code == 1 and "put its own key file back" in said and not (tmp_path / "keys.json").exists()


def test_an_import_leaves_alone_what_has_a_life_here_and_says_so(run: Run, tmp_path: Path) -> None:
    sample = sample_directory() / "register.yaml"
    register = load(sample, Register)
    lives, erased, other = register.strategies[:3]

    async def open_files() -> None:
        async with opened_store(settings_of(tmp_path / "gateway.toml")) as store:
            for own in (lives, erased):
                draft = own.model_copy(update={"status": StrategyStatus.DRAFT})
                text = draft.model_dump_json(by_alias=True)
                step = NewStep("drafted", text_of(first_step(person=own.person)), "Ann", utc_now())
                await store.files.open(own.id, "strategy", own.person, step, projection=text)
            await erase_file(store, erased.id, actor="Ann", now=utc_now())

    asyncio.run(open_files())
    code, said, _ = run("register", "import", str(sample), "--by", "Ann")
    assert code == 0
    assert said.splitlines()[1:] == [
        f"{lives.id}: kept as the gateway has it (it has a life here; change it with triage strategy)",
        f"{erased.id}: left out (it was erased here)",
    ]
    code, said, _ = run("register", "export", "--by", "Ann", "--role", "head_of_standards")
    status = {one["id"]: one["status"] for one in yaml.safe_load(said)["strategies"]}
    assert (status[lives.id], status.get(erased.id), status[other.id]) == ("draft", None, other.status.value)

    without = tmp_path / "without.yaml"
    without.write_text(json.dumps({"organisation": register.organisation.model_dump(mode="json", by_alias=True)}))
    code, _, said = run("register", "import", str(without), "--by", "Ann")
    assert code == 1
    assert f"{lives.person} ({lives.id})" in said
    assert len(said.splitlines()) == 1


def test_a_strategy_that_left_the_register_can_be_switched_off(run: Run, tmp_path: Path) -> None:
    async def enforce() -> None:
        async with opened_store(settings_of(tmp_path / "gateway.toml")) as store:
            await store.switches.turn(Switch.ENFORCED_STRATEGIES, '["CS-GONE"]', actor="Ann", now=utc_now())

    asyncio.run(enforce())
    code, said, _ = run("mode", "observe", "--strategy", "CS-GONE", "--by", "Ann")
    assert (code, said) == (0, "observing: every message goes to whom it was addressed\n")
    assert run("mode", "observe", "--strategy", "CS-GONE", "--by", "Ann")[0] == 1


def test_pass_through_is_on_the_trail_and_the_trail_holds(run: Run) -> None:
    assert run("pass-through", "on", "--by", "Ann", "--reason", "mail server moved")[:2] == (0, "pass-through is on\n")
    code, first, _ = run("audit", "verify")
    assert code == 0
    head = first.split()[-1]
    assert run("pass-through", "off", "--by", "Ann", "--reason", "done")[0] == 0
    assert run("audit", "verify", "--head", head)[0] == 0
    code, _, said = run("audit", "verify", "--head", head[:-1] + ("0" if head[-1] != "0" else "1"))
    assert code == 1 and "does not hold" in said


def test_ending_pass_through_ends_its_alert(run: Run, tmp_path: Path) -> None:
    async def watch() -> None:
        async with opened_store(settings_of(tmp_path / "gateway.toml")) as store:
            await Housekeeping(store, utc_now).watch_pass_through()

    run("pass-through", "on", "--by", "Ann", "--reason", "mail server moved")
    asyncio.run(watch())
    assert "system" in run("alerts", "list")[1]
    run("pass-through", "off", "--by", "Kim", "--reason", "done")
    assert "system" not in run("alerts", "list")[1]
    assert "alert_settled" in run("audit", "list", "--by", "Ann", "--actor", "Kim")[1]


def test_calls_are_taken_once_and_bad_rows_named(run: Run, tmp_path: Path) -> None:
    log = tmp_path / "calls.csv"
    good = (sample_directory() / "calls.csv").read_text("utf-8")
    log.write_text(good + "a,broken,row\n", "utf-8")
    code, said, faults = run("calls", "import", str(log), "--format", "asterisk")
    assert code == 0
    assert said == "4 calls taken in, 1 between our own extensions left out, 1 rows with faults\n"
    assert "row 7: 3 columns" in faults
    code, said, _ = run("calls", "import", str(log), "--format", "asterisk")
    assert (code, said) == (
        0,
        "0 calls taken in, 4 there already, 1 between our own extensions left out, 1 rows with faults\n",
    )
    assert '"waiting to be triaged": 4' in run("report", "--json")[1]

    log.write_text("", "utf-8")
    assert run("calls", "import", str(log), "--format", "asterisk")[:2] == (0, f"{log} holds no call\n")

    log.write_text("nothing,like,a log\n", "utf-8")
    code, _, said = run("calls", "import", str(log), "--format", "asterisk")
    assert code == 1 and "no call could be read" in said


def test_a_mapping_names_the_headings_of_a_sheet(run: Run, tmp_path: Path) -> None:
    sheet, mapping = tmp_path / "sheet.csv", tmp_path / "mapping.yaml"
    sheet.write_text("Anrufer,Beginn\n01632960104,2026-03-03 10:05:00\n", "utf-8")
    mapping.write_text("caller: Anrufer\nstart: Beginn\n", "utf-8")
    options = ("calls", "import", str(sheet), "--format", "generic")
    assert run(*options)[0] == 1
    assert run(*options, "--mapping", str(mapping))[1].startswith("1 calls taken in")
    mapping.write_text("telephone: Anrufer\n", "utf-8")
    code, _, said = run(*options, "--mapping", str(mapping))
    assert code == 2 and "no field telephone" in said


def test_contact_files_are_taken_all_or_none_and_once(run: Run, tmp_path: Path) -> None:
    good, bad = tmp_path / "good.json", tmp_path / "bad.json"
    good.write_text(json.dumps(RECORD), "utf-8")
    bad.write_text('{"channel": "pigeon"}', "utf-8")
    code, _, said = run("contact", "import", str(good), str(bad))
    assert code == 2 and "bad.json" in said
    assert '"waiting to be triaged": 0' in run("report", "--json")[1]
    first, second = run("contact", "import", str(good)), run("contact", "import", str(good))
    assert first[0] == 0 and first[1] == second[1]
    assert '"waiting to be triaged": 1' in run("report", "--json")[1]


def test_a_long_list_is_whole(run: Run, tmp_path: Path) -> None:
    async def raise_many() -> None:
        async with opened_store(settings_of(tmp_path / "gateway.toml")) as store:
            alert = NewAlert(AlertKind.SYSTEM, Urgency.SAME_DAY, ("m@opcc.example",), "{}")
            await store.alerts.raise_system([alert] * 250, utc_now())

    asyncio.run(raise_many())
    assert len(run("alerts", "list", "--json")[1].splitlines()) == 250


def test_lists_are_empty_and_acknowledging_nothing_fails(run: Run) -> None:
    assert run("alerts", "list") == (0, "nothing there\n", "")
    assert run("alerts", "ack", "none", "--by", "Ann")[0] == 1
    assert "Contacts\n  none" in run("report")[1]


def test_a_register_is_a_named_persons_and_no_machines(run: Run) -> None:
    sample = str(sample_directory() / "register.yaml")
    code, _, said = run("register", "import", sample, "--by", "gateway")
    assert (code, "expected the name of the person" in said) == (2, True)
    assert run("register", "import", sample, "--by", "Ann Register")[0] == 0


def test_a_store_without_a_register_or_without_its_keys_fails_alike_whatever_is_asked(
    command: Run, tmp_path: Path
) -> None:
    """Understood and not done: exit 1, by every way there is to ask."""
    asked = (("tasks",), ("report",), ("register", "export", "--by", "Ann"), ("clock", "list"))
    for arguments in asked:
        code, _, said = command(*arguments)
        assert (code, said) == (1, "triage: no register is loaded; load one with `triage register import FILE`\n")
    (tmp_path / "keys.json").unlink()
    for arguments in (*asked, ("keys", "check"), ("keys", "rotate")):
        code, _, said = command(*arguments)
        assert (code, said.startswith("triage: no key file at"), said.count("\n")) == (1, True, 1)


def test_the_register_is_exported_by_the_account_where_nobody_is_named(run: Run) -> None:
    code, exported, said = run("register", "export", "--role", "head_of_standards")
    assert (code, said) == (0, "") and "CS-001" in exported
    assert f"{getpass.getuser()}, head_of_standards" in run("audit", "list", "--by", "Ann")[1]
    assert "say your --role" in run("register", "export")[2]


def test_an_archive_is_decided_by_the_register_in_force_for_whoever_may_export_it(run: Run, tmp_path: Path) -> None:
    (tmp_path / "archive").mkdir()
    (tmp_path / "archive" / "one.eml").write_bytes(b"From: a@mail.example\nTo: b@office.example\n\nHello.\n")
    archive = str(tmp_path / "archive")
    code, lines, _ = run("replay", archive, "--role", "head_of_standards")
    assert code == 0 and lines.startswith("one.eml\twho=-")
    assert "register_exported" in run("audit", "list", "--by", "Ann")[1]
    code, lines, said = run("replay", archive)
    assert (code, lines) == (1, "") and "say your --role" in said


def test_an_archive_without_a_store_asks_for_a_register_file(command: Run, tmp_path: Path) -> None:
    (tmp_path / "triage.db").unlink(missing_ok=True)
    code, _, said = command("replay", str(tmp_path))
    assert (code, said.count("\n")) == (2, 1) and said.startswith("triage: --register: expected a register file")
