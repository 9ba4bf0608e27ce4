"""Alerts up their ladder: mail, rooms and telephones, until somebody says they have it."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientSession, web
from deciding import CHIEF, DEPUTY, QUEUES, SPOC, at, finding
from dispatch_rig import Clock, Rig, restricted, rig
from smtp_sink import Sink, Taken, sink

from gateway.api.acknowledge import AcknowledgeServer
from gateway.api.tokens import sign
from gateway.dispatch.overdue import Overdue
from gateway.dispatch.payloads import alert_payload
from gateway.dispatch.readiness import ready_to_enforce
from gateway.dispatch.settings import AlertSettings
from gateway.places import config_directory
from gateway.policies import Policies
from gateway.review_desk import ReviewDesk
from gateway.store import schema
from gateway.store.alerts import NewAlert
from models.decision import AlertKind
from models.finding import Urgency

QUOTE = "he said he would hurt her tonight"
DANGER = finding("threat_to_life", "immediate", QUOTE)
CRIME = finding("crime_report", "same_day", "somebody stole the bicycle")


def alerts_in(server: Sink) -> list[Taken]:
    return [taken for taken in server.taken if b"Subject: Alert" in taken.content]


def text_of(taken: Taken) -> str:
    return str(message_from_bytes(taken.content, policy=policy.default).get_content())


async def told(here: Rig) -> list[str]:
    """Who is told now."""
    before = len(alerts_in(here.sink))
    await here.ladder.drain()
    return [taken.recipients[0] for taken in alerts_in(here.sink)[before:]]


async def test_an_immediate_alert_climbs_at_any_hour_until_acknowledged(tmp_path: Path) -> None:
    saturday_night = Clock(at("2026-03-07T23:30:00Z"))
    async with sink() as server, rig(tmp_path, server, clock=saturday_night) as here:
        await here.recorded(CHIEF, findings=(DANGER,), enforcing=False)
        assert await told(here) == [QUEUES["criminal"]]
        assert await told(here) == []
        here.clock.on(minutes=15)
        assert await told(here) == [QUEUES["manager"]]
        here.clock.on(minutes=15)
        assert await told(here) == [QUEUES["criminal"]]
        (pending,) = await here.store.alerts.unacknowledged()
        assert await here.store.alerts.acknowledge(pending.id, by="Sam", now=here.clock.now)
        here.clock.on(minutes=15)
        assert await told(here) == []
        assert all(pending.id in text_of(taken) and QUOTE in text_of(taken) for taken in alerts_in(server))


async def test_a_same_day_alert_is_told_once_and_climbs_in_office_hours_only(tmp_path: Path) -> None:
    friday_evening = Clock(at("2026-03-06T16:30:00Z"))
    async with sink() as server, rig(tmp_path, server, clock=friday_evening) as here:
        await here.recorded(CHIEF, findings=(CRIME,))
        assert await told(here) == [QUEUES["criminal"]]
        here.clock.on(hours=24)
        assert await told(here) == []
        here.clock.now = at("2026-03-09T09:00:00Z")
        assert await told(here) == [QUEUES["manager"]]
        here.clock.on(days=3)
        assert await told(here) == []


async def test_routine_alerts_wait_for_the_digest(tmp_path: Path) -> None:
    async with sink() as server, rig(tmp_path, server) as here:
        for _ in range(3):
            await here.recorded(CHIEF, findings=(finding("foi_request"),))
        assert await told(here) == []
        here.clock.now = at("2026-03-03T09:00:00Z")
        assert await told(here) == [QUEUES["rights"]]
        (digest,) = alerts_in(server)
        ids = {pending.id for pending in await here.store.alerts.unacknowledged()}
        assert len(ids) == 3
        assert all(id_ in text_of(digest) for id_ in ids)


async def test_repeats_are_counted_in_the_next_telling(tmp_path: Path) -> None:
    async with sink() as server, rig(tmp_path, server) as here:
        for _ in range(3):
            await here.recorded(CHIEF, findings=(CRIME,))
        assert await told(here) == [QUEUES["criminal"]]
        assert "2 more like it" in text_of(alerts_in(server)[0])


async def test_a_rung_that_cannot_be_told_does_not_keep_the_next_one_waiting(tmp_path: Path) -> None:
    async with sink(answers={QUEUES["criminal"]: "550 5.1.1 gone"}) as server, rig(tmp_path, server) as here:
        await here.recorded(CHIEF, findings=(DANGER,))
        assert await told(here) == [QUEUES["manager"]]
        (pending,) = await here.store.alerts.unacknowledged()
        assert await here.store.alerts.rungs_told() == {pending.id: 1}


async def test_while_mail_is_down_the_alert_waits_and_is_told_after(tmp_path: Path) -> None:
    async with sink(answers={"greet": "drop"}) as server, rig(tmp_path, server) as here:
        await here.recorded(CHIEF, findings=(DANGER,))
        assert await told(here) == []
        del server.answers["greet"]
        here.clock.on(minutes=1)
        assert await told(here) == [QUEUES["criminal"]]


@dataclass
class Room:
    """Teams, Slack and the rest, as far as we talk to them."""

    url: str = ""
    status: int = 200
    refused: tuple[str, ...] = ()
    got: list[dict[str, Any]] = field(default_factory=list)


@asynccontextmanager
async def room() -> AsyncIterator[Room]:
    made = Room()

    async def hook(request: web.Request) -> web.Response:
        made.got.append(json.loads(await request.text()))
        headers = {"Location": "/elsewhere"} if made.status == 302 else {}
        status = 400 if made.got[-1].get("to") in made.refused else made.status
        return web.Response(status=status, headers=headers)

    async def elsewhere(_request: web.Request) -> web.Response:
        return web.Response()

    app = web.Application()
    app.router.add_post("/hook", hook)
    app.router.add_post("/elsewhere", elsewhere)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    made.url = f"http://localhost:{runner.addresses[0][1]}/hook"
    try:
        yield made
    finally:
        await runner.cleanup()


def with_target(tmp_path: Path, room: Room, kind: str, **fields: Any) -> dict[str, Any]:
    secret = tmp_path / "hook.url"
    secret.write_text(room.url + "\n")
    target = {"kind": kind, "url_file": str(secret), "allow_private": True, **fields}
    rungs = [{"to": "there"}, {"to": "manager", "after_minutes": 10}]
    return {"targets": {"there": target}, "ladders": {"immediate": {"rungs": rungs, "again_minutes": 10}}}


@pytest.mark.parametrize(
    ("kind", "fields"), [("teams", {}), ("slack", {}), ("webhook", {}), ("sms", {"numbers": ["+447700900123"]})]
)
async def test_off_our_premises_only_id_kind_urgency_and_link_are_told(
    tmp_path: Path, kind: str, fields: dict[str, Any]
) -> None:
    async with sink() as server, room() as there:
        alerts = with_target(tmp_path, there, kind, **fields)
        async with rig(tmp_path, server, alerts=alerts) as here:
            contact, _ = await here.recorded(CHIEF, dossiers=(restricted(),), findings=(DANGER,))
            assert await told(here) == [QUEUES["manager"]]
            pending = (await here.store.alerts.unacknowledged())[0]
            (body,) = there.got
            said = json.dumps(body)
            assert pending.id in said
            assert f"/alerts/{pending.id}?t=" in said
            assert "concern" in said
            assert "immediate" in said
            for private in ("Alex", "alex@", QUOTE, CHIEF, contact):
                assert private not in said
            if kind == "sms":
                assert body["to"] == "+447700900123"
            if kind == "teams":
                assert body["attachments"][0]["content"]["type"] == "AdaptiveCard"


@pytest.mark.parametrize("status", [302, 400, 500])
async def test_a_room_that_does_not_answer_with_success_was_not_told(tmp_path: Path, status: int) -> None:
    async with sink() as server, room() as there:
        there.status = status
        async with rig(tmp_path, server, alerts=with_target(tmp_path, there, "slack")) as here:
            await here.recorded(CHIEF, findings=(DANGER,))
            assert await told(here) == [QUEUES["manager"]]


async def test_a_number_that_cannot_be_told_keeps_no_other_from_it(tmp_path: Path) -> None:
    first, second = "+447700900123", "+447700900124"
    async with sink() as server, room() as there:
        alerts = with_target(tmp_path, there, "sms", numbers=[first, second])
        there.refused = (first,)
        async with rig(tmp_path, server, alerts=alerts) as here:
            await here.recorded(CHIEF, findings=(DANGER,))
            assert await told(here) == []
            assert {body["to"] for body in there.got} == {first, second}
            (fault,) = await here.ladder.test(actor="Sam")
            assert fault.startswith("there: 1 of 2 numbers could not be told")


async def test_a_private_address_is_not_called_unless_allowed(tmp_path: Path) -> None:
    async with sink() as server, room() as there:
        settings = with_target(tmp_path, there, "slack", allow_private=False)
        (tmp_path / "hook.url").write_text(there.url.replace("http:", "https:"))
        async with rig(tmp_path, server, alerts=settings) as here:
            await here.recorded(CHIEF, findings=(DANGER,))
            assert await told(here) == [QUEUES["manager"]]
            assert there.got == []


POLICIES = Policies.load(config_directory() / "policies")


async def test_enforcing_needs_a_ladder_that_was_tested_and_ends_in_a_person(tmp_path: Path) -> None:
    async with sink() as server, rig(tmp_path, server) as here:
        settings = AlertSettings()
        (fault,) = await ready_to_enforce(here.store, settings, POLICIES)
        assert "never tested" in fault
        server.answers[QUEUES["manager"]] = ["550 5.1.1 no"]
        assert await here.ladder.test(actor="Sam") != []
        assert len(await ready_to_enforce(here.store, settings, POLICIES)) == 1
        del server.answers[QUEUES["manager"]]
        assert await here.ladder.test(actor="Sam") == []
        assert await ready_to_enforce(here.store, settings, POLICIES) == []
        into_a_room = AlertSettings.model_validate(
            {
                "targets": {"room": {"kind": "slack", "url_file": "x"}},
                "ladders": {"immediate": {"rungs": [{"to": "queue"}, {"to": "room"}]}},
            }
        )
        faults = await ready_to_enforce(here.store, into_a_room, POLICIES)
        assert any("does not end in a person" in each for each in faults)
        assert any("changed since" in each for each in faults)


@pytest.mark.parametrize("queue", ["safeguarding", "criminal", "rights"])
async def test_a_test_tells_every_address_that_an_alert_may_go_to_and_names_the_one_refused(
    tmp_path: Path, queue: str
) -> None:
    answers: dict[str, str | list[str]] = {QUEUES[queue]: "550 5.1.1 gone"}
    async with sink(answers=answers) as server, rig(tmp_path, server, known=restricted()) as here:
        assert await here.ladder.test(actor="Sam") == [f"queue, {QUEUES[queue]}: mail refused: 550"]
        assert await ready_to_enforce(here.store, AlertSettings(), POLICIES) != []
        server.answers.clear()
        assert await here.ladder.test(actor="Sam") == []
        assert {DEPUTY, *QUEUES.values()} <= {to for taken in alerts_in(server) for to in taken.recipients}


def failing(*_: object) -> None:
    raise OSError("on purpose")


async def test_what_nobody_opens_goes_to_the_deputy_then_to_the_manager(tmp_path: Path) -> None:
    alex = restricted()
    async with sink() as server, rig(tmp_path, server, known=alex) as here:
        await here.recorded(CHIEF, dossiers=(alex,))
        await told(here)
        policies = Policies.load(config_directory() / "policies")
        overdue = Overdue(here.store, AlertSettings(), policies, now=here.clock)
        await overdue.tell()
        assert await told(here) == []
        here.clock.now = at("2026-03-04T17:30:00Z")
        await overdue.tell()
        assert DEPUTY in await told(here)
        here.clock.on(hours=1)
        await overdue.tell()
        await overdue.tell()
        assert await told(here) == [QUEUES["manager"]]


async def test_what_could_not_be_told_as_overdue_is_told_at_the_next_look(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also where the gateway ends in between: an item on a step of which nobody was told would wait for ever."""
    async with sink() as server, rig(tmp_path, server, known=restricted()) as here:
        await here.recorded(CHIEF, dossiers=(restricted(),))
        await told(here)
        policies = Policies.load(config_directory() / "policies")
        overdue = Overdue(here.store, AlertSettings(), policies, now=here.clock)
        here.clock.now = at("2026-03-04T17:30:00Z")
        with monkeypatch.context() as patched:
            patched.setattr(here.store.alerts, "add", failing)
            with pytest.raises(OSError, match="on purpose"):
                await overdue.tell()
        await overdue.tell()
        assert DEPUTY in await told(here)


async def test_an_overdue_item_of_what_no_longer_opens_keeps_no_other_from_being_told(tmp_path: Path) -> None:
    async with sink() as server, rig(tmp_path, server, known=restricted()) as here:
        damaged, _ = await here.recorded(CHIEF, dossiers=(restricted(),))
        whole, _ = await here.recorded(CHIEF, dossiers=(restricted(),))
        await told(here)
        await here.store.writer.run(
            lambda connection: connection.execute(
                schema.decision.update().where(schema.decision.c.contact_id == damaged).values(sealed=b"gone")
            )
        )
        policies = Policies.load(config_directory() / "policies")
        here.clock.now = at("2026-03-04T17:30:00Z")
        await Overdue(here.store, AlertSettings(), policies, now=here.clock).tell()
        assert sorted(await told(here)) == sorted([DEPUTY, QUEUES["manager"]])
        said = "".join(map(text_of, alerts_in(server)[-2:]))
        assert f"contact {damaged}" in said and f"contact {whole}" in said


async def test_what_is_overdue_at_once_is_one_alert_that_tells_only_what_nobody_has_opened_still(
    tmp_path: Path,
) -> None:
    async with sink() as server, rig(tmp_path, server) as here:
        first, second = [(await here.recorded(CHIEF, findings=(DANGER,)))[0] for _ in range(2)]
        for pending in await here.store.alerts.unacknowledged():
            await here.store.alerts.acknowledge(pending.id, by="Sam", now=here.clock.now)
        overdue = Overdue(here.store, AlertSettings(), Policies.load(config_directory() / "policies"), now=here.clock)
        here.clock.on(minutes=16)
        await overdue.tell()
        assert await told(here) == [QUEUES["manager"]]
        assert first in text_of(alerts_in(server)[-1]) and second in text_of(alerts_in(server)[-1])

        await here.store.review.opened(first, by="Pat", now=here.clock.now)
        here.clock.on(minutes=15)
        assert await told(here) == [QUEUES["manager"]]
        assert first not in text_of(alerts_in(server)[-1]) and second in text_of(alerts_in(server)[-1])

        await here.store.review.opened(second, by="Kim", now=here.clock.now)
        here.clock.on(minutes=15)
        assert await told(here) == []
        assert await here.store.alerts.unacknowledged() == []
        (settled,) = [event for event in await here.store.audit.events() if event.event == "alert_settled"]
        assert settled.actor == "Kim"


async def test_an_alert_on_what_reached_nobody_stops_once_it_was_released_or_sent_after_all(tmp_path: Path) -> None:
    everybody = dict.fromkeys([SPOC, DEPUTY, QUEUES["spoc"], QUEUES["manager"]], "554 no")
    policies = Policies.load(config_directory() / "policies")
    async with sink(answers=everybody) as server, rig(tmp_path, server) as here:
        released, tried = [(await here.recorded(CHIEF, dossiers=(restricted(),)))[0] for _ in range(2)]
        await here.dispatcher.drain()
        for pending in await here.store.alerts.unacknowledged():
            if pending.kind != AlertKind.SYSTEM or pending.urgency != Urgency.IMMEDIATE:
                await here.store.alerts.acknowledge(pending.id, by="Sam", now=here.clock.now)
        server.answers.clear()
        assert await told(here) == [QUEUES["manager"]] * 2

        await ReviewDesk(here.store, lambda: policies, now=here.clock).release(released, by="Pat")
        last = (await here.store.outbox.dead_letters(tried))[0].id
        assert await here.store.outbox.retry(last, actor="Kim", now=here.clock.now)
        assert len(await here.store.alerts.unacknowledged()) == 1, "tried again is not sent"
        await here.dispatcher.drain()
        here.clock.on(minutes=15)
        assert await told(here) == []
        assert await here.store.alerts.unacknowledged() == []
        events = await here.store.audit.events()
        assert {event.actor for event in events if event.event == "alert_settled"} == {"Pat", "Kim"}


async def test_an_alert_on_the_mail_server_stops_once_that_takes_mail_again(tmp_path: Path) -> None:
    async with sink(answers={"greet": "drop"}) as server, rig(tmp_path, server, connections=2) as here:
        await here.recorded(CHIEF, enforcing=False)
        await here.dispatcher.drain()
        here.clock.on(minutes=5)
        await here.dispatcher.drain()
        assert await told(here) == []
        assert len(await here.store.alerts.unacknowledged()) == 1
        server.answers.clear()
        here.clock.on(minutes=15)
        await here.dispatcher.drain()
        assert await told(here) == []
        assert await here.store.alerts.unacknowledged() == []


async def test_what_was_counted_on_an_overdue_alert_is_told_though_all_that_it_lists_was_opened(tmp_path: Path) -> None:
    async with sink() as server, rig(tmp_path, server) as here:
        contact, _ = await here.recorded(CHIEF, findings=(finding("foi_request"),), enforcing=False)
        (item,) = await here.store.review.items()
        to = (QUEUES["manager"],)
        says = alert_payload("Nobody has opened:", to, unopened={item.id: contact})
        alert = NewAlert(AlertKind.SYSTEM, Urgency.SAME_DAY, to, says, fold_key="overdue")
        await here.store.alerts.raise_system([alert, alert], here.clock.now)
        await here.store.review.opened(contact, by="Pat", now=here.clock.now)
        assert await told(here) == [QUEUES["manager"]]
        said = text_of(alerts_in(server)[-1])
        assert "1 more like it" in said and "Nobody has opened" not in said and "have been opened" in said


async def test_opening_at_the_desk_takes_the_alert_off_the_list_at_once(tmp_path: Path) -> None:
    async with sink() as server, rig(tmp_path, server) as here:
        _, made = await here.recorded(CHIEF, findings=(finding("foi_request"),))
        policies = Policies.load(config_directory() / "policies")
        here.clock.on(days=60)
        await Overdue(here.store, AlertSettings(), policies, now=here.clock).tell()
        before = len(await here.store.alerts.unacknowledged())
        await ReviewDesk(here.store, lambda: policies, now=here.clock).open(made, by="Pat")
        assert len(await here.store.alerts.unacknowledged()) == before - 1


async def test_the_page_says_how_many_more_were_counted_since(tmp_path: Path) -> None:
    async with sink() as server, rig(tmp_path, server) as here:
        alert = NewAlert(AlertKind.SYSTEM, Urgency.SAME_DAY, (QUEUES["manager"],), alert_payload("x"), fold_key="x")
        await here.store.alerts.raise_system([alert], here.clock.now)
        await told(here)
        await here.store.alerts.raise_system([alert, alert], here.clock.now)
        link = next(word for word in text_of(alerts_in(server)[0]).split() if "/alerts/" in word)
        path = link.removeprefix("https://gw.example")
        async with (
            AcknowledgeServer(here.store, "127.0.0.1:0", now=here.clock) as page,
            ClientSession() as browser,
            browser.get(f"http://{page.address}{path}") as response,
        ):
            assert "2 more like it" in await response.text()


async def test_the_page_acknowledges_only_when_a_person_presses_the_button(tmp_path: Path) -> None:
    async with sink() as server, rig(tmp_path, server) as here:
        contact, _ = await here.recorded(CHIEF, dossiers=(restricted(),), findings=(DANGER,))
        await told(here)
        link = next(word for word in text_of(alerts_in(server)[0]).split() if "/alerts/" in word)
        path = link.removeprefix("https://gw.example")
        async with AcknowledgeServer(here.store, "127.0.0.1:0", now=here.clock) as page, ClientSession() as browser:
            at_ = f"http://{page.address}"
            waiting = len(await here.store.alerts.unacknowledged())
            for _ in range(2):
                async with browser.get(at_ + path) as response:
                    text = await response.text()
                    assert response.status == 200
                    assert response.headers["Referrer-Policy"] == "no-referrer"
                    assert response.headers["Cache-Control"] == "no-store"
                    assert "default-src 'none'" in response.headers["Content-Security-Policy"]
                    assert 'lang="en-GB"' in text
                    assert '<label for="name">' in text
                    assert "Alex" not in text
                    assert QUOTE not in text
            assert len(await here.store.alerts.unacknowledged()) == waiting
            for nobody in ("  ", "\x1b", "the gateway"):
                async with browser.post(at_ + path, data={"name": nobody}) as response:
                    assert response.status == 422
            async with browser.post(at_ + path, data={"name": "Sam <b>"}) as response:
                assert response.status == 200
            assert len(await here.store.alerts.unacknowledged()) == waiting - 1
            async with browser.post(at_ + path, data={"name": "Kim"}) as response:
                assert "acknowledged already, by Sam &lt;b&gt; on" in await response.text()
            async with browser.get(f"{at_}/contacts/{contact}") as response:
                assert contact in await response.text()
            async with browser.get(f"{at_}/healthz") as response:
                assert await response.text() == "ok\n"
            async with browser.get(f"{at_}/alerts/nothing") as response:
                assert response.status == 404
                assert "Content-Security-Policy" in response.headers


@pytest.mark.parametrize("token", ["", "1-a", "zz", "99999999999999-abc", "another", "expired"])
async def test_a_link_that_is_not_ours_or_too_old_does_nothing(tmp_path: Path, token: str) -> None:
    async with sink() as server, rig(tmp_path, server) as here:
        await here.recorded(CHIEF, findings=(DANGER,))
        (pending,) = await here.store.alerts.unacknowledged()
        if token == "another":
            token = sign(here.store.trace_key, "alert", "f" * 32, at("2030-01-01T00:00:00Z"))
        if token == "expired":
            token = sign(here.store.trace_key, "alert", pending.id, here.clock.now)
        async with AcknowledgeServer(here.store, "127.0.0.1:0", now=here.clock) as page, ClientSession() as browser:
            for method in ("GET", "POST"):
                url = f"http://{page.address}/alerts/{pending.id}?t={token}"
                async with browser.request(method, url, data={"name": "Kim"}) as response:
                    assert response.status == 403
        assert len(await here.store.alerts.unacknowledged()) == 1


async def test_a_repeat_of_what_is_told_no_more_is_counted_in_the_digest(tmp_path: Path) -> None:
    async with sink() as server, rig(tmp_path, server) as here:
        await here.recorded(CHIEF, findings=(CRIME,))
        await told(here)
        (pending,) = await here.store.alerts.unacknowledged()
        await here.store.alerts.acknowledge(pending.id, by="Sam", now=here.clock.now)
        for _ in range(3):
            await here.recorded(CHIEF, findings=(CRIME,))
        assert await told(here) == []
        here.clock.now = at("2026-03-03T09:00:00Z")
        assert await told(here) == [QUEUES["criminal"]]
        assert "2 more like it" in text_of(alerts_in(server)[-1])


async def test_an_immediate_alert_nobody_has_acknowledged_is_never_only_counted(tmp_path: Path) -> None:
    async with sink() as server, rig(tmp_path, server) as here:
        for _ in range(3):
            await here.recorded(CHIEF, findings=(DANGER,))
        assert await told(here) == [QUEUES["criminal"]] * 3
