"""The letter office at the terminal: by which carriers its letters go, and how what stands in the way is told."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any, TypeVar

from gateway.cli.exits import Failed
from gateway.cli.files import clear_print_folder, refusals_told
from gateway.cli.opened import opened_store
from gateway.cli.settings import settings_of
from gateway.clock import utc_now
from gateway.dispatch.carriers.carrier import LetterCarrier, NotCarried
from gateway.dispatch.carriers.mail import ByMail
from gateway.dispatch.carriers.notify import NotifyMail, NotifyPost
from gateway.dispatch.carriers.print_queue import PrintQueue
from gateway.dispatch.mailer import Mailer
from gateway.dispatch.pool import SmtpPool
from gateway.dispatch.trace import Trace
from gateway.governance.desk import Desk
from gateway.letters.office import LetterOffice
from gateway.letters.sending import NotRecorded
from gateway.policies import Policies
from gateway.settings import Settings
from models.organisation import Organisation
from models.policy_course import Delivery

T = TypeVar("T")

_PERHAPS = (
    "; it may have gone all the same. Send it again in some minutes: it is asked first whether it was taken, and then "
    "that is recorded in place of sending it twice"
)


def in_office(config: Path | None, work: Callable[[LetterOffice, Desk], Coroutine[Any, Any, T]]) -> T:
    """The work's result; what stands in the way a line each, exit 1."""
    settings = settings_of(config)
    with refusals_told():
        try:
            return asyncio.run(_office(settings, work))
        except NotCarried as error:
            raise Failed(f"not sent: {error}{_PERHAPS if error.perhaps else ''}") from None
        except NotRecorded as error:
            raise Failed(f"{error}\n        Do not send it again. Record it: {error.command}") from None


async def _office(settings: Settings, work: Callable[[LetterOffice, Desk], Coroutine[Any, Any, T]]) -> T:
    async with opened_store(settings) as store:
        desk = Desk(store, Policies.as_asked_for(settings.policies), now=utc_now)
        pool = SmtpPool(settings.relay)
        mailer = Mailer(pool, Trace(store.trace_key), settings.relay, now=utc_now)
        queue = PrintQueue(settings.letters.folder)
        carriers = _carriers(settings, mailer, queue, await desk.organisation())
        try:
            done = await work(LetterOffice(desk, carriers, queue, settings.letters, now=utc_now), desk)
            await clear_print_folder(desk, settings)
            return done
        finally:
            await pool.close()


def _carriers(
    settings: Settings, mailer: Mailer, queue: PrintQueue, organisation: Organisation
) -> dict[Delivery, LetterCarrier]:
    """Who takes what: GOV.UK Notify where it is set up, else our own mail server and printer."""
    by_mail = ByMail(mailer, office=organisation.name, reply_to=organisation.addresses.of("spoc"))
    return {
        Delivery.EMAIL: NotifyMail(settings.notify) if settings.notify.mails else by_mail,
        Delivery.POST: NotifyPost(settings.notify) if settings.notify.posts else queue,
    }
