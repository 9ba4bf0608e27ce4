"""An outbox row as the bytes to be sent and their envelope."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from gateway.dispatch.mailer import envelope_of
from gateway.dispatch.our_mail import Written, compose
from gateway.dispatch.payloads import Letter, Payload, Relay, Report
from gateway.dispatch.pool import Outgoing
from gateway.dispatch.relay import trace_headers
from gateway.dispatch.report import compose_report
from gateway.dispatch.settings import RelaySettings
from gateway.dispatch.trace import Trace
from gateway.store.outbox import Dispatch
from gateway.store.store import Store
from models.envelope import Envelope

_ROOM_FOR_WORDS = 64 * 1024


class Writing:
    """Makes messages; reads what is large from the store only now, so that little waits in memory."""

    def __init__(
        self,
        store: Store,
        settings: RelaySettings,
        trace: Trace,
        *,
        public_url: str,
        now: Callable[[], datetime],
        received_by: str,
    ) -> None:
        self._store = store
        self._settings = settings
        self._trace = trace
        self._public_url = public_url.rstrip("/")
        self._now = now
        self._received_by = received_by

    async def message(self, dispatch: Dispatch, payload: Payload, size_limit: int | None) -> tuple[Outgoing, bytes]:
        """Envelope and bytes. LookupError where the message is no longer kept."""
        match payload:
            case Relay():
                return await self._relay(dispatch, payload)
            case Letter():
                return await self._letter(dispatch, payload, size_limit)
            case Report():
                return await self._report(dispatch, payload)

    async def _relay(self, dispatch: Dispatch, payload: Relay) -> tuple[Outgoing, bytes]:
        envelope, content = await self._message(dispatch)
        head = trace_headers(
            dispatch.contact_id,
            envelope,
            self._trace,
            hostname=self._received_by,
            now=envelope.received_at,
        )
        outgoing = Outgoing(payload.mail_from, payload.recipients, payload.smtputf8, payload.body_8bit, payload.dsn)
        return outgoing, head + content

    async def _letter(self, dispatch: Dispatch, payload: Letter, size_limit: int | None) -> tuple[Outgoing, bytes]:
        original, left_out = None, ""
        if payload.attach:
            _envelope, content = await self._message(dispatch)
            most = min(self._settings.attach_bytes, size_limit - _ROOM_FOR_WORDS if size_limit else len(content))
            original = content if len(content) <= most else None
        if original is None:
            left_out = "\n\nThe original is not attached; it is kept in the gateway."
        read = f"\nTo read it there: triage queue read {dispatch.contact_id} --by YOUR-NAME"
        link = f"\n\nIn the gateway: {self._public_url}/contacts/{dispatch.contact_id}"
        show = f"\nWith everything known of it: triage queue show {dispatch.contact_id} --by YOUR-NAME"
        written = Written(
            id_=dispatch.id,
            about=dispatch.contact_id,
            to=payload.recipients,
            subject=payload.subject,
            text=payload.text + left_out + link + read + show,
            original=original,
        )
        content = compose(
            written,
            self._trace,
            sender=self._settings.from_address,
            hostname=self._settings.hostname,
            date=dispatch.created_at,
        )
        return envelope_of(payload.recipients, content, self._settings), content

    async def _report(self, dispatch: Dispatch, payload: Report) -> tuple[Outgoing, bytes]:
        envelope, content = await self._message(dispatch)
        notification = compose_report(
            payload,
            envelope,
            content,
            self._trace,
            id_=dispatch.id,
            contact_id=dispatch.contact_id,
            sender=self._settings.from_address,
            hostname=self._settings.hostname,
            date=dispatch.created_at,
        )
        international = not all(map(str.isascii, payload.recipients))
        body_8bit = not notification.isascii()
        return Outgoing("", payload.recipients, smtputf8=international, body_8bit=body_8bit), notification

    async def _message(self, dispatch: Dispatch) -> tuple[Envelope, bytes]:
        message = dispatch.message or await self._store.spool.message(dispatch.contact_id)
        if message is None:
            raise LookupError(f"no message is kept for {dispatch.contact_id}")
        return message
