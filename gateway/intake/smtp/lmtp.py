"""LMTP (RFC 2033): the same transaction, greeted by LHLO and answered once a recipient."""

from __future__ import annotations

from typing import ClassVar

from gateway.intake.smtp import replies
from gateway.intake.smtp.connection import Command
from gateway.intake.smtp.session import SmtpSession
from gateway.intake.smtp.transaction import Transaction


class LmtpSession(SmtpSession):
    """A mail server's last hop to us."""

    source = "lmtp"
    service = b"LMTP"
    no_recipients = replies.RCPT_FIRST
    commands: ClassVar[dict[bytes, Command]] = {
        **{verb: command for verb, command in SmtpSession.commands.items() if verb not in (b"EHLO", b"HELO")},
        b"LHLO": SmtpSession.smtp_EHLO,
    }

    def reply_to_data(self, transaction: Transaction, reply: bytes) -> None:
        """One reply for each RCPT that was accepted, in order (RFC 2033 4.2)."""
        for _ in transaction.recipients:
            self.say(reply)
