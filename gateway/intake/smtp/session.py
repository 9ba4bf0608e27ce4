"""A whole SMTP session: the commands put together."""

from __future__ import annotations

from typing import ClassVar

from gateway.intake.smtp.auth_commands import AuthCommands
from gateway.intake.smtp.connection import Command
from gateway.intake.smtp.mail_commands import MailCommands
from gateway.intake.smtp.proxy_commands import ProxyCommands


class SmtpSession(MailCommands, AuthCommands, ProxyCommands):
    """One SMTP client, from 220 to 221."""

    commands: ClassVar[dict[bytes, Command]] = {
        b"EHLO": MailCommands.smtp_EHLO,
        b"HELO": MailCommands.smtp_HELO,
        b"MAIL": MailCommands.smtp_MAIL,
        b"RCPT": MailCommands.smtp_RCPT,
        b"DATA": MailCommands.smtp_DATA,
        b"RSET": MailCommands.smtp_RSET,
        b"NOOP": MailCommands.smtp_NOOP,
        b"QUIT": MailCommands.smtp_QUIT,
        b"HELP": MailCommands.smtp_HELP,
        b"VRFY": MailCommands.smtp_VRFY,
        b"EXPN": MailCommands.smtp_EXPN,
        b"STARTTLS": MailCommands.smtp_STARTTLS,
        b"AUTH": AuthCommands.smtp_AUTH,
        b"XFORWARD": ProxyCommands.smtp_XFORWARD,
        b"XCLIENT": ProxyCommands.smtp_XCLIENT,
    }

    def extensions(self) -> list[bytes]:
        """With what depends on who the client is."""
        offered = super().extensions()
        if self.state.tls is not None and not self.over_tls:
            offered.append(b"STARTTLS")
        if self.offers_auth:
            offered.append(b"AUTH PLAIN LOGIN")
        return offered + self.proxy_extensions()
