"""Letters by GOV.UK Notify: as a mail, or printed and posted by its printers.

Notify takes a letter as often as it is given it. So it is asked first whether it has this one already, by the reference
of the sending: an answer may have been lost, or whoever sent it may have ended before it was on the file.

Notify's own client makes the requests; where they lead is checked as for all that we call
(`gateway.dispatch.web_calls`).
"""

from __future__ import annotations

import asyncio
import io
import logging
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, TypeVar

import re2
from notifications_python_client import notifications, utils
from notifications_python_client.errors import APIError
from requests.exceptions import ConnectTimeout, SSLError
from urllib3.exceptions import NewConnectionError

from gateway.dispatch.carriers.carrier import Carried, NotCarried, Parcel
from gateway.dispatch.carriers.pinned import guard
from gateway.dispatch.settings import UUID, NotifySettings
from gateway.dispatch.web_calls import NotSent

# Its warnings would put Notify's answers, which may quote an address, into the log.
logging.getLogger("notifications_python_client").addHandler(logging.NullHandler())
logging.getLogger("notifications_python_client").propagate = False

# Their package has no types.
_Client: Any = notifications.NotificationsAPIClient
_prepare_upload: Any = utils.prepare_upload

_KEY: Any = re2.compile(f".*{UUID}-{UUID}")
_POSTCODE: Any = re2.compile(r"(?i)[a-z]{1,2}[0-9][0-9a-z]? ?[0-9][a-z]{2}")
_ADDRESS_LINES = range(3, 8)
_FAILED = {
    *("technical-failure", "temporary-failure", "permanent-failure"),
    *("virus-scan-failed", "validation-failed", "cancelled"),
}
"""What Notify says of a letter that it took and that reached nobody."""

T = TypeVar("T")


class _Notify:
    """One office's account with Notify."""

    name = "notify"
    sends = True
    can_be_asked = True

    def __init__(self, settings: NotifySettings) -> None:
        self._settings = settings

    async def taken(self, parcel: Parcel) -> Carried | None:
        """What Notify has of this sending; None where it has nothing, or reached nobody with it."""
        try:
            return await asyncio.to_thread(self._look_up, await asyncio.to_thread(self._key), parcel.sending)
        except NotCarried as error:
            raise NotCarried(f"{error} (asked whether it has this letter already; nothing was sent now)") from None

    async def _once(self, parcel: Parcel, request: Callable[[Any], Any]) -> Carried:
        """What Notify took, now or at an earlier try. NotCarried says what it answered."""
        before = await self.taken(parcel)
        if before is not None:
            return before
        key = await asyncio.to_thread(self._key)
        try:
            return await asyncio.to_thread(self._ask, key, lambda client: _carried(request(client)))
        except NotCarried as error:
            found = await asyncio.to_thread(self._found_after, key, parcel.sending) if error.perhaps else None
            if found is None:
                raise
            return found

    def _look_up(self, key: str, sending: str) -> Carried | None:
        return self._ask(key, lambda client: _first_of(client.get_all_notifications(reference=sending), sending))

    def _found_after(self, key: str, sending: str) -> Carried | None:
        """The same where no answer came; where none comes to this either, it may have gone and may not."""
        try:
            return self._look_up(key, sending)
        except NotCarried:
            return None

    def _key(self) -> str:
        secret, path = self._settings.api_key, self._settings.api_key_file
        try:
            key = secret.get_secret_value() if secret else path.read_text(encoding="utf-8") if path else ""
        except (OSError, UnicodeDecodeError):
            raise NotCarried(f"{path} cannot be read (setting notify.api_key_file)") from None
        if not _KEY.fullmatch(key.strip()):
            raise NotCarried("the API key is not one of GOV.UK Notify's (setting notify.api_key_file)")
        return key.strip()

    def _ask(self, key: str, request: Callable[[Any], T]) -> T:
        client = _Client(key, base_url=self._settings.base_url, timeout=self._settings.seconds)
        guard(client.request_session, self._settings.base_url)
        try:
            return request(client)
        except NotSent as error:
            raise NotCarried(f"GOV.UK Notify is not called: {error}") from None
        except APIError as error:
            raise _in_words(error) from None
        except (KeyError, TypeError, ValueError):
            raise NotCarried("GOV.UK Notify's answer cannot be understood", perhaps=True) from None
        finally:
            client.request_session.close()


class NotifyMail(_Notify):
    """A mail from the office's template, which has `((subject))`, `((body))` and `((link_to_file))`."""

    async def carry(self, parcel: Parcel) -> Carried:
        """NotCarried with Notify's answer, where it does not take it."""
        personalisation: dict[str, Any] = {"subject": parcel.subject, "body": parcel.text}
        try:
            personalisation["link_to_file"] = _upload(parcel.pdf, f"{parcel.reference.replace('/', '-')}.pdf")
            for one in parcel.enclosures:
                personalisation[f"link_to_{one.name.partition('.')[0]}"] = _upload(one.content, one.name)
        except ValueError:
            raise NotCarried("GOV.UK Notify takes files of at most 2 MB") from None
        return await self._once(
            parcel,
            lambda client: client.send_email_notification(
                email_address=parcel.to,
                template_id=self._settings.email_template_id,
                personalisation=personalisation,
                reference=parcel.sending,
            ),
        )


class NotifyPost(_Notify):
    """Our PDF, printed and posted by Notify's printers."""

    async def carry(self, parcel: Parcel) -> Carried:
        """NotCarried with Notify's answer, or where the address is none that it posts to."""
        if len(parcel.address) not in _ADDRESS_LINES or not _POSTCODE.fullmatch(parcel.address[-1]):
            raise NotCarried(
                "GOV.UK Notify posts to an address of 3 to 7 lines, name included, of which the last is the postcode"
            )
        if parcel.enclosures:
            raise NotCarried("GOV.UK Notify posts nothing else in the envelope; print it here (--print)")
        return await self._once(
            parcel,
            lambda client: client.send_precompiled_letter_notification(parcel.sending, io.BytesIO(parcel.pdf)),
        )


def _carried(answer: Any) -> Carried:
    return Carried(f"GOV.UK Notify {answer['id']}")


def _first_of(answer: Any, sending: str) -> Carried | None:
    listed = [one for one in answer["notifications"] if one["reference"] == sending and one["status"] not in _FAILED]
    return _earlier(min(listed, key=lambda one: str(one["created_at"]))) if listed else None


def _earlier(listed: Any) -> Carried:
    """One that it lists."""
    taken_at = datetime.fromisoformat(listed["created_at"])
    taken_at = taken_at if taken_at.tzinfo else taken_at.replace(tzinfo=UTC)
    said = f"GOV.UK Notify {listed['id']}, which it took at {taken_at:%H:%M} UTC on {taken_at:%d %b %Y}"
    return Carried(f"{said}; asked by its reference, and not sent again", taken_at=taken_at)


def _upload(content: bytes, name: str) -> Any:
    # A letter about somebody: whoever opens the link first says which address it was sent to.
    return _prepare_upload(io.BytesIO(content), filename=name, confirm_email_before_download=True)


def _in_words(error: APIError) -> NotCarried:
    """What a person can do about it."""
    if error.response is None:
        if isinstance(error.__cause__, SSLError):
            return NotCarried("GOV.UK Notify shows no certificate that holds; nothing was sent")
        if isinstance(error.__cause__, ConnectTimeout) or _never_connected(error.__cause__):
            return NotCarried("GOV.UK Notify cannot be reached; try again later")
        return NotCarried("GOV.UK Notify did not answer", perhaps=True)
    status = int(error.status_code)
    match status:
        case 400:
            return NotCarried(f"GOV.UK Notify refuses it: {_said(error.message)}")
        case 403:
            return NotCarried(f"GOV.UK Notify does not accept the API key: {_said(error.message)}")
        case 429:
            return NotCarried(f"GOV.UK Notify takes no more for now: {_said(error.message)}")
    if status >= 500:
        return NotCarried(f"GOV.UK Notify is in trouble ({status})", perhaps=True)
    return NotCarried(f"GOV.UK Notify answered {status}")


def _never_connected(cause: BaseException | None) -> bool:
    reason = getattr(cause.args[0], "reason", None) if cause is not None and cause.args else None
    return isinstance(reason, NewConnectionError)


def _said(message: Any) -> str:
    """Notify's words: a list of faults, or one sentence."""
    if isinstance(message, list):
        return "; ".join(str(one.get("message", "")) for one in message if isinstance(one, dict))
    return str(message)
