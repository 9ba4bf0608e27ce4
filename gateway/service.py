"""The one place where the parts are put together: started in order, stopped in the opposite one."""

from __future__ import annotations

import asyncio
import gc
import sys
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from zoneinfo import ZoneInfo

import structlog

from gateway.after_a_death import Trial
from gateway.api.acknowledge import AcknowledgeServer
from gateway.clock import utc_now
from gateway.clock_watch import EVERY_SECONDS, ClockWatch
from gateway.content_retention import ContentRetention
from gateway.deciding import Deciding
from gateway.dispatch.carriers.print_queue import PrintQueue
from gateway.dispatch.dispatcher import Dispatcher
from gateway.dispatch.ladder import Ladder
from gateway.dispatch.mailer import Mailer
from gateway.dispatch.overdue import Overdue
from gateway.dispatch.readiness import ready_to_enforce
from gateway.dispatch.trace import Trace
from gateway.enforcement import read_each_second, read_enforcement
from gateway.faults import NoRegister
from gateway.full_disk import FullDisk
from gateway.governance.desk import Desk
from gateway.head_mail import HeadMail
from gateway.housekeeping import Housekeeping, every
from gateway.intake.calls.importer import FORMATS
from gateway.intake.calls.watch import WatchedFolder
from gateway.intake.smtp.server import SmtpIntake
from gateway.later_looks import LaterLooks
from gateway.letters.print_folder import PrintFolder
from gateway.policies import Policies
from gateway.reading.pool import ReadingPool
from gateway.reading.process import Nursery
from gateway.settings import Settings
from gateway.started import serving_pools
from gateway.store.recording import Outcome
from gateway.store.store import Store, sole_server
from gateway.triage import Triage

log = structlog.get_logger()

DRAIN_SECONDS = 30.0

# A sender's turn at the event loop must not wait the default 5 ms, several times over, for the store's threads.
_SWITCH_SECONDS = 0.0005

# A message makes some thousands of objects and hardly a cycle: with the default of 700 the collector ran for each.
_COLLECT_AFTER = (20_000, 20, 20)


class CannotStart(Exception):
    """The service must not start like this; the message says why and what to do."""


@dataclass(frozen=True)
class Service:
    """The running gateway. `addresses`: where it listens. `broken`: set once a part of it has ended by itself."""

    store: Store
    triage: Triage
    later: LaterLooks
    dispatcher: Dispatcher
    addresses: tuple[str, ...]
    broken: asyncio.Event


@asynccontextmanager
async def running(
    settings: Settings,
    store: Store,
    nursery: Nursery,
    *,
    on_recorded: Callable[[Outcome], None] = lambda _outcome: None,
) -> AsyncIterator[Service]:
    """The gateway from its first socket to its last flush. CannotStart, ChildLost and ListenError stop the start."""
    sys.setswitchinterval(_SWITCH_SECONDS)
    policies = Policies.load(settings.policies)
    register = await store.register.current()
    if register is None:
        raise CannotStart(str(NoRegister()))
    policies.of(register.organisation)
    enforcement = await read_enforcement(store.switches, settings.mode)
    if enforcement.enforcing or enforcement.strategies:
        faults = await ready_to_enforce(store, settings.alerts, policies)
        if faults:
            raise CannotStart("cannot enforce: " + "; ".join(faults))

    watched = settings.calls.watch
    if watched is not None and not watched.is_dir():
        raise CannotStart(f"no folder at {watched} (setting calls.watch); make it, for the gateway to read and write")

    async with AsyncExitStack() as stack:
        stack.enter_context(sole_server(settings.store.path))
        await store.take_back_claims(utc_now())
        stack.push_async_callback(_let_go, store)
        stopping = asyncio.Event()
        pool, deep = await stack.enter_async_context(serving_pools(settings, nursery))
        dispatcher = Dispatcher(
            store,
            settings.relay,
            policies=policies,
            public_url=settings.http.links_begin,
            now=utc_now,
            received_by=settings.smtp.hostname,
        )
        await stack.enter_async_context(dispatcher)
        ladder = Ladder(
            store,
            settings.alerts,
            dispatcher.mailer,
            policies=policies,
            public_url=settings.http.links_begin,
            now=utc_now,
        )

        def recorded(outcome: Outcome) -> None:
            if outcome.dispatches:
                dispatcher.notify()
            if outcome.alerts:
                ladder.notify()
            if outcome.pending_score is not None:
                later.notify()
            on_recorded(outcome)

        deciding, switches = Deciding(store, pool, policies), read_each_second(store.switches, settings.mode)
        later = LaterLooks(store, deciding, deep, now=utc_now, enforcement=switches, on_recorded=recorded)
        triage = Triage(
            store,
            pool,
            deciding,
            later,
            settings.triage,
            deep=deep,
            now=utc_now,
            enforcement=switches,
            on_recorded=recorded,
        )
        store.spool.on_accepted = triage.notify
        trial = Trial(
            await store.suspects(),
            {
                "spool": triage.alone,
                "outbox": dispatcher.alone,
                "alert": ladder.alone,
                "pending_scan": later.alone,
                "recount": later.recount_alone,
            },
        )
        tasks = [
            asyncio.create_task(trial.run(stopping), name="what was in hand at a death"),
            asyncio.create_task(trial.then(triage.run, stopping), name="triage"),
            asyncio.create_task(trial.then(later.run, stopping), name="later looks"),
            asyncio.create_task(trial.then(later.run_recounts, stopping), name="recounts"),
            asyncio.create_task(trial.then(dispatcher.run, stopping), name="dispatch"),
            asyncio.create_task(trial.then(ladder.run, stopping), name="alerts"),
            *_clockwork(
                settings,
                store,
                policies,
                pool,
                stopping,
                Overdue(store, settings.alerts, policies, now=utc_now),
                ClockWatch(store, policies, now=utc_now, on_raised=ladder.notify),
                dispatcher.mailer,
            ),
        ]
        broken = asyncio.Event()
        watch_for_ends(tasks, stopping, broken)
        stack.push_async_callback(_finish, stopping, tasks)
        acknowledge = AcknowledgeServer(store, settings.http.listen, now=utc_now)
        try:
            await stack.enter_async_context(acknowledge)
        except OSError as error:
            raise CannotStart(
                f"cannot listen on {settings.http.listen} (setting http.listen): {error.strerror}"
            ) from None
        intake = SmtpIntake(settings.smtp, store.spool, now=utc_now, is_our_trace=Trace(store.trace_key).is_ours)
        await intake.start()
        stack.push_async_callback(intake.stop, DRAIN_SECONDS)
        addresses = (*map(str, intake.addresses), f"http {acknowledge.address}")
        # What is loaded by now stays: the collector need not walk through it again while senders wait.
        gc.collect()
        gc.freeze()
        gc.set_threshold(*_COLLECT_AFTER)
        log.info("started", addresses=addresses, mode=enforcement.mode, pass_through=enforcement.pass_through)
        yield Service(store, triage, later, dispatcher, addresses, broken)


def _clockwork(
    settings: Settings,
    store: Store,
    policies: Policies,
    pool: ReadingPool,
    stopping: asyncio.Event,
    overdue: Overdue,
    dates: ClockWatch,
    mailer: Mailer,
) -> list[asyncio.Task[None]]:
    keeping = Housekeeping(store, utc_now, on_behind=pool.widen)
    clocks = [
        (1.0, keeping.move_log),
        (5.0, keeping.seal_audit),
        (600.0, keeping.collect_orphans),
        (15.0, keeping.watch_queue),
        (15.0, keeping.watch_pending),
        (5.0, keeping.watch_pass_through),
        (60.0, keeping.watch_damaged),
        (15.0, overdue.tell),
        (5.0, FullDisk(store, settings.store.path, mailer, now=utc_now).watch_room),
        (3600.0, ContentRetention(store, days=settings.retention.unflagged_days, now=utc_now).erase_unflagged),
        (3600.0, PrintFolder(Desk(store, policies, now=utc_now), PrintQueue(settings.letters.folder)).look),
        (EVERY_SECONDS, dates.look),
    ]
    if settings.audit.auditor is not None:
        clocks.append((300.0, HeadMail(store, mailer, settings.audit.auditor, now=utc_now).tell_auditor))
    if settings.calls.watch is not None:
        folder = WatchedFolder(
            settings.calls.watch,
            FORMATS[settings.calls.format],
            store.spool,
            zone=ZoneInfo(settings.calls.timezone),
            now=utc_now,
            tell=lambda text: keeping.tell_manager(text, fold_key="calls"),
        )
        clocks.append((settings.calls.poll_seconds, folder.poll))
    return [asyncio.create_task(every(seconds, stopping, task), name=task.__name__) for seconds, task in clocks]


def watch_for_ends(tasks: Iterable[asyncio.Task[None]], stopping: asyncio.Event, broken: asyncio.Event) -> None:
    """Mail must not be taken by a gateway that no longer sends it: a part that ends too soon sets `broken`."""

    def ended(task: asyncio.Task[None]) -> None:
        if stopping.is_set() or task.cancelled():
            return
        error = task.exception()
        if error is not None:
            log.error("part_ended", part=task.get_name(), error=type(error).__name__)
            broken.set()

    for task in tasks:
        task.add_done_callback(ended)


async def _let_go(store: Store) -> None:
    """What is in hand still has not killed us: the next start must not think so."""
    try:
        await store.take_back_claims(utc_now(), died=False)
    except Exception as error:  # then it is under suspicion, and taken by itself
        log.error("claims_not_let_go", error=type(error).__name__)


async def _finish(stopping: asyncio.Event, tasks: list[asyncio.Task[None]]) -> None:
    """Let everybody finish what is in hand; what does not in time is in the store and goes on at the next start."""
    stopping.set()
    _done, late = await asyncio.wait(tasks, timeout=DRAIN_SECONDS)
    for task in late:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
