"""The demo at work: from an empty folder to the last contact."""

from __future__ import annotations

import asyncio
import json
import signal
import socket
import sys
from pathlib import Path
from zoneinfo import ZoneInfo

from rich.console import Console

from gateway.cli.exits import Failed
from gateway.cli.opened import opened_store
from gateway.cli.settings import settings_of
from gateway.clock import utc_now
from gateway.demo.sample import Sample, latest_weeks, load_sample
from gateway.demo.sending import send
from gateway.demo.sink import Sink, mail_sink
from gateway.demo.watch import Watch
from gateway.dispatch.ladder_alone import alert_ladder
from gateway.faults import YamlFileError
from gateway.ids import new_id
from gateway.intake.calls.asterisk import Asterisk
from gateway.intake.calls.importer import import_calls
from gateway.intake.smtp.server import ListenError
from gateway.intake.smtp.settings import ListenAddress, parse_listen
from gateway.reading.process import ChildLost, Nursery
from gateway.service import CannotStart, Service, running
from gateway.settings import Settings
from gateway.store import keyfile
from gateway.store.store import Store, sole_server

_ACTOR = "demo"
_STORE = "triage.db"


async def demonstrate(listening: Settings, nursery: Nursery, folder: Path, *, once: bool) -> bool:
    """Run in `folder`, listening where `listening` says; whether all ended as expected. Failed: it cannot start."""
    try:
        return await _demonstrate(listening, nursery, folder, once=once)
    except (CannotStart, ChildLost, ListenError, YamlFileError) as error:
        raise Failed(str(error)) from None


async def _demonstrate(listening: Settings, nursery: Nursery, folder: Path, *, once: bool) -> bool:
    sample = load_sample()
    _expect_free(listening.smtp.listen[0], "smtp.listen", """'["127.0.0.1:2526"]'""")
    _expect_free(listening.http.listen, "http.listen", "127.0.0.1:8026")
    async with mail_sink() as sink:
        settings, config = _start_afresh(folder, sink.port)
        async with opened_store(settings) as store:
            await store.register_versions.replace(sample.register, actor=_ACTOR, now=utc_now())
            await _test_ladder(store, settings)
            return await _show(sample, sink, settings, store, nursery, config, once=once)


async def _show(
    sample: Sample, sink: Sink, settings: Settings, store: Store, nursery: Nursery, config: Path, *, once: bool
) -> bool:
    console = Console(width=None if sys.stdout.isatty() else 150)
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    messages = sample.outgoing(utc_now(), new_id()[:8])
    watch = Watch(sample, messages, console)
    async with running(settings, store, nursery, on_recorded=watch.recorded) as service:
        console.print(f"{sample.register.organisation.name}: the gateway listens on {', '.join(service.addresses)}\n")
        watch.heading()
        await send(messages, _smtp_address(service))
        zone = ZoneInfo(sample.register.organisation.timezone)
        log = latest_weeks(sample.calls, utc_now().astimezone(zone))
        await import_calls(log.encode(), Asterisk(), store.spool, zone=zone, now=utc_now())
        finishing = asyncio.create_task(watch.finished(store, sink))
        interrupted = asyncio.create_task(stop.wait())
        await asyncio.wait((finishing, interrupted), return_when=asyncio.FIRST_COMPLETED)
        held = finishing.done() and finishing.result()
        for task in (finishing, interrupted):
            task.cancel()
        _say_where_to_look(console, service.addresses, config)
        if not once and not stop.is_set():
            console.print("Running until Ctrl-C.")
            await stop.wait()
            console.print("Finishing what is in hand.")
    return held


def _write_settings(folder: Path, relay_port: int) -> Path:
    """The settings the demo runs by, as a file that every other command can be pointed at."""
    path = folder / "gateway.toml"
    where = folder.resolve()
    path.write_text(
        "# Written by `triage demo` at each start.\n"
        'mode = "enforce"\n\n'
        f"[store]\npath = {json.dumps(str(where / _STORE))}\nkey_file = {json.dumps(str(where / 'keys.json'))}\n\n"
        '# The mail server of the demo: a sink inside it.\n[relay]\nhost = "127.0.0.1"\n'
        f'port = {relay_port}\nfrom_address = "triage@opcc.example"\n',
        encoding="utf-8",
    )
    return path


def _expect_free(listen: str, setting: str, example: str) -> None:
    """CannotStart where the address is taken; asked before the last run's store is put aside."""
    address = parse_listen(listen)
    if not address.port:
        return
    family = socket.AF_INET6 if ":" in address.host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((address.host, address.port))
        except OSError as error:
            name = f"TRIAGE_{setting.replace('.', '__').upper()}"
            raise CannotStart(
                f"cannot listen on port {address.port} of {address.host} (setting {setting}): {error.strerror}; "
                f"stop what uses it, or set another: {name}={example}"
            ) from None


def _start_afresh(folder: Path, relay_port: int) -> tuple[Settings, Path]:
    """Settings, and a key where there is none; the last run's store put aside, so that its history counts for nothing.

    StoreError where another demo runs in the folder.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with sole_server(folder / _STORE):
        config = _write_settings(folder, relay_port)
        settings = settings_of(config)
        if not settings.store.key_file.exists():
            keyfile.create(settings.store.key_file)
        for suffix in ("", "-wal", "-shm"):
            old = folder / (_STORE + suffix)
            if old.exists():
                old.replace(folder / f"previous-{_STORE}{suffix}")
    return settings, config


async def _test_ladder(store: Store, settings: Settings) -> None:
    """Enforcing needs a ladder that is known to reach somebody; here that is the sink."""
    async with alert_ladder(settings, store) as ladder:
        faults = await ladder.test(actor=_ACTOR)
    if faults:
        raise CannotStart("the sample's alert ladder does not work: " + "; ".join(faults))


def _smtp_address(service: Service) -> ListenAddress:
    text = next(text for text in service.addresses if text.startswith("smtp "))
    return parse_listen(text.removeprefix("smtp "))


def _say_where_to_look(console: Console, addresses: tuple[str, ...], config: Path) -> None:
    console.print(f"\nListening: {', '.join(addresses)}. To look further:")
    for command in ("queue list", "queue show CONTACT", "alerts list", "report", "audit verify"):
        console.print(f"  triage {command} --config {config}", style="cyan", highlight=False)
