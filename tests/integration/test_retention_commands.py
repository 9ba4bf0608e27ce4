"""`triage retention` as a person at the terminal runs it."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import yaml
from clock_moved import MOMENT
from store_builders import claimed, email, record

from gateway.cli.opened import opened_store
from gateway.cli.settings import settings_of
from gateway.clock import utc_now
from gateway.governance.courses import STRATEGY
from gateway.governance.desk import Desk
from gateway.governance.steps import Withdrawn
from gateway.policies import Policies
from gateway.store.certificates import Certificate, certify
from gateway.store.keyfile import load as load_keys
from gateway.store.store import open_store
from tests.governing import draft

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(run: Run, tmp_path: Path) -> Run:
    asyncio.run(_withdrawn_long_ago(tmp_path / "gateway.toml"))
    return run


async def _nothing_found(folder: Path, at: datetime) -> None:
    """A contact in which nothing was found, from nobody who is known."""
    store = open_store(folder / "triage.db", load_keys(folder / "keys.json").sealer(), now=lambda: at)
    claim = await claimed(store, at=at)
    current = await store.register.current()
    assert current is not None
    seen = {"register_version": current.version, "last_step": current.last_step}
    await record(store, claim, email(claim.contact_id, at=at), **seen)
    store.close()


async def _withdrawn_long_ago(config: Path) -> None:
    """CS-2020-1: drafted and given up six years before today."""
    then = utc_now() - timedelta(days=6 * 366)
    settings = settings_of(config)
    async with opened_store(settings) as store:
        desk = Desk(store, Policies.load(settings.policies), now=lambda: then)
        step = draft().model_copy(update={"at": then})
        await desk.begin(STRATEGY, step, person="P-001", id_="CS-2020-1")
        withdrawn = Withdrawn(at=then, by="Ann Author", reasons="It was not needed.")
        await desk.take(STRATEGY, "CS-2020-1", withdrawn)


def code(said: str) -> str:
    found = re.search(r"retention run ([0-9a-f]{12})", said)
    assert found is not None, said
    return found.group(1)


def test_a_named_person_confirms_the_list_and_a_certificate_is_left(run: Run) -> None:
    _, said, _ = run("retention", "due")
    assert "CS-2020-1" in said and "24 months after it was closed" in said
    assert run("retention", "run", "0" * 12, "--by", "Ann Author")[0] == 1
    assert "CS-2020-1" in run("retention", "due")[1]

    status, done, _ = run("retention", "run", code(said), "--by", "Ann Author")
    assert status == 0 and "file/CS-2020-1: deleted" in done
    assert "Backups made before now hold it" in done
    status, _, refused = run("strategy", "show", "CS-2020-1", "--by", "Ann Author")
    assert status == 1 and "was deleted on" in refused

    (left,) = [json.loads(line) for line in run("retention", "certificates", "--json")[1].splitlines()]
    assert (left["record"], left["kind"], left["by"]) == ("file/CS-2020-1", "strategy", "Ann Author")
    assert len(left["digest"]) == 64
    assert left["backups"] == "those made before it hold the record until they are deleted"
    lines = run("retention", "certificates", "--csv")[1].splitlines()
    assert lines[0] == "record,kind,digest,rule,by,at,backups" and lines[1].startswith("file/CS-2020-1,strategy,")
    assert run("audit", "verify")[0] == 0


def test_a_hold_keeps_it_and_its_release_lets_it_go(run: Run) -> None:
    status, said, _ = run("retention", "hold", "P-001", "--reason", "A claim is expected.", "--by", "Ann Author")
    assert status == 0 and said.startswith("RH-")
    hold = said.split(":")[0]
    _, said, _ = run("retention", "due")
    assert "legal hold" in said and "retention run" not in said
    assert "A claim is expected." in run("retention", "holds", "--by", "Ann Author")[1]
    assert run("retention", "release", hold, "--reason", "It was settled.", "--by", "Ann Author")[0] == 0
    assert code(run("retention", "due")[1])


def test_a_hold_that_covers_some_kinds_of_record_only_says_which(run: Run) -> None:
    next_month = (utc_now() + timedelta(days=30)).date()
    exception = ("--because", "open_complaint", "--until", str(next_month))
    by = ("--reason", "A complaint is open.", "--by", "Ann Author")
    status, said, _ = run("retention", "hold", "P-001", *exception, *by)
    assert status == 0
    assert "these kinds only, for which the policy has open_complaint: strategy, incident, challenge, contact." in said
    for told_whole in (("P-001",), ("CS-2020-1",)):
        assert "kinds only" not in run("retention", "hold", *told_whole, *by)[1]


def test_what_was_confirmed_is_not_what_has_changed_since(run: Run) -> None:
    listed = code(run("retention", "due")[1])
    assert run("strategy", "note", "CS-2020-1", "--text", "Somebody asked for it.", "--by", "Ann Author")[0] == 0
    status, _, refused = run("retention", "run", listed, "--by", "Ann Author")
    assert status == 1 and "not the one that was confirmed" in refused


def test_a_hold_is_on_something_and_says_why(run: Run) -> None:
    status, _, said = run("retention", "hold", "P-999", "--reason", "A claim.", "--by", "Ann Author")
    assert status == 1 and "no person, file or contact P-999" in said
    status, _, said = run(
        "retention", "hold", "P-001", "--because", "repeated_history", "--reason", "A claim.", "--by", "Ann Author"
    )
    assert status == 1 and "the policy has no exception 'repeated_history'" in said
    status, _, said = run("retention", "hold", "P-001", "--reason", "x", "--by", "Ann Author")
    assert status == 2 and "--reason" in said


def test_the_list_tells_of_a_copy_in_the_register_and_a_run_takes_it_out(run: Run, tmp_path: Path) -> None:
    exported = run("register", "export", "--by", "Ann", "--role", "head_of_standards")[1]
    with_it = yaml.safe_load(exported)
    with_it["strategies"].append(
        {"id": "CS-2020-1", "person": "P-001", "scope": "organisation", "status": "ended", "starts": "2020-01-06"}
    )  # as an office has it that kept its register elsewhere before
    again = tmp_path / "again.yaml"
    again.write_text(yaml.safe_dump(with_it), "utf-8")
    assert "in force as version 2" in run("register", "import", str(again), "--by", "Ann")[1]
    _, said, _ = run("retention", "due")
    assert "its copy in the register, which becomes the next version" in said
    assert run("retention", "run", code(said), "--by", "Ann Author")[0] == 0
    _, taken, _ = run("register", "import", str(again), "--by", "Ann")
    assert "in force as version 4" in taken  # the third was what the run left
    assert "CS-2020-1: left out (it was erased here)" in taken
    assert "CS-2020-1" not in run("register", "export", "--by", "Ann", "--role", "head_of_standards")[1]


def test_certificates_are_counted_by_kind_and_rule_and_name_no_record(run: Run) -> None:
    assert run("retention", "run", code(run("retention", "due")[1]), "--by", "Ann Author")[0] == 0
    today = MOMENT.date()
    lines = run("retention", "certificates", "--summary", "--csv")[1].splitlines()
    assert lines == [
        "kind,rule,count,first,last",
        f"strategy,strategy: 24 months after it was closed,1,{today},{today}",
    ]
    (row,) = [json.loads(line) for line in run("retention", "certificates", "--summary", "--json")[1].splitlines()]
    assert (row["kind"], row["count"]) == ("strategy", 1) and "CS-2020-1" not in json.dumps(row)
    tomorrow, yesterday = str(today + timedelta(days=1)), str(today - timedelta(days=1))
    assert run("retention", "certificates", "--summary", "--since", tomorrow)[1] == "nothing there\n"
    assert run("retention", "certificates", "--until", yesterday)[1] == "nothing there\n"
    assert "file/CS-2020-1" in run("retention", "certificates", "--since", yesterday, "--until", str(today))[1]


def test_certificates_are_listed_by_the_day_in_the_organisations_zone(run: Run, tmp_path: Path) -> None:
    store = open_store(tmp_path / "triage.db", load_keys(tmp_path / "keys.json").sealer())
    evening = datetime(2026, 6, 30, 23, 30, tzinfo=UTC)  # half past midnight of 1 July, British Summer Time
    left = Certificate("contact/c1", "contact", "0a" * 32, "after 30 days", "Ann", evening)
    asyncio.run(store.writer.run(lambda connection: certify(connection, [left])))
    store.close()
    assert "contact/c1" in run("retention", "certificates", "--since", "2026-07-01", "--until", "2026-07-01")[1]
    assert run("retention", "certificates", "--until", "2026-06-30")[1] == "nothing there\n"
    (counted,) = [json.loads(line) for line in run("retention", "certificates", "--summary", "--json")[1].splitlines()]
    assert (counted["first"], counted["last"]) == ("2026-07-01", "2026-07-01")


@pytest.mark.parametrize(
    ("arguments", "fault"),
    [
        (("certificates", "--since", "1 July"), "--since 1 July: expected a day such as"),
        (("hold", "P-001", "--reason", "A claim.", "--by", "Ann", "--until", "soon"), "--until soon: expected a day"),
    ],
)
def test_what_is_no_day_is_named_with_its_option(run: Run, arguments: tuple[str, ...], fault: str) -> None:
    status, _, said = run("retention", *arguments)
    assert status == 2 and fault in said


def test_what_goes_by_itself_is_told_beside_what_waits_for_a_person(run: Run, tmp_path: Path) -> None:
    config, noon = tmp_path / "gateway.toml", utc_now().replace(hour=12)
    asyncio.run(_nothing_found(tmp_path, noon - timedelta(days=10)))
    told = json.loads(run("retention", "due", "--json")[1])["by_themselves"]
    assert told["days"] == [{"due": str((noon + timedelta(days=20)).date()), "contacts": 1}]
    assert "30 days after it was sent on" in told["rule"]
    _, said, _ = run("retention", "due")
    assert "retention.unflagged_days" in said and f"{told['days'][0]['due']}  1" in said and "1 due." in said
    config.write_text(config.read_text("utf-8") + "[retention]\nunflagged_days = 0\n", "utf-8")
    assert "No contact is erased by itself" in run("retention", "due")[1]
    assert json.loads(run("retention", "due", "--json")[1])["by_themselves"] == {"rule": None, "days": []}


@pytest.mark.parametrize("by", ["gateway", "System", " "])
def test_a_file_is_deleted_on_a_persons_word_and_not_a_machines(run: Run, by: str) -> None:
    listed = code(run("retention", "due", "--by", "Ann Records")[1])
    assert run("retention", "run", listed, "--by", by)[0] == 2
    assert run("retention", "certificates")[1] == "nothing there\n"
    assert run("retention", "run", listed, "--by", "Ann Records")[0] == 0


def test_a_draft_that_was_given_up_is_in_no_export_and_no_decision(run: Run, tmp_path: Path) -> None:
    assert "CS-2020-1" not in run("register", "export", "--by", "Hal Head", "--role", "head_of_standards")[1]

    async def known() -> set[str]:
        async with opened_store(settings_of(tmp_path / "gateway.toml")) as store:
            (dossier,) = await store.register.dossiers(["P-001"])
            return {strategy.id for strategy in dossier.strategies}

    assert "CS-2020-1" not in asyncio.run(known())
    assert "CS-2020-1" in run("strategy", "list", "--all", "--by", "Ann Author")[1]
