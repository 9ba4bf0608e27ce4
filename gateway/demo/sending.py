"""The sample messages over SMTP, as the mail server in front of a gateway would send them."""

from __future__ import annotations

from collections.abc import Iterable

import aiosmtplib

from gateway.demo.sample import SampleMessage
from gateway.intake.smtp.settings import ListenAddress


async def send(messages: Iterable[SampleMessage], to: ListenAddress) -> None:
    """One session, one message after the other. aiosmtplib's errors where the gateway does not take one."""
    async with aiosmtplib.SMTP(hostname=to.host, port=to.port, start_tls=False, use_tls=False) as client:
        for message in messages:
            options = [] if message.raw.isascii() else ["BODY=8BITMIME"]
            await client.sendmail(message.mail_from, list(message.rcpt_to), message.raw, mail_options=options)
