"""EHLO, MAIL, RCPT, DATA and the small commands."""

from __future__ import annotations

from gateway.crashpoints import crash_point
from gateway.intake.smtp import replies
from gateway.intake.smtp.commands import CommandError, parse_mail, parse_rcpt
from gateway.intake.smtp.connection import Connection
from gateway.intake.smtp.receiving import BodyReceiver, reply_to
from gateway.intake.smtp.transaction import Transaction
from models.envelope import Envelope

_MOST_HELO_BYTES = 255


class MailCommands(Connection):
    """The mail transaction (RFC 5321 3.3)."""

    source = "smtp"

    def extensions(self) -> list[bytes]:
        """What EHLO offers this client now."""
        return [
            b"PIPELINING",
            b"SIZE %d" % self.settings.message_bytes,
            b"8BITMIME",
            b"SMTPUTF8",
            b"ENHANCEDSTATUSCODES",
            b"DSN",
        ]

    async def smtp_EHLO(self, argument: bytes) -> None:
        """Greet, forget any transaction, say what is offered."""
        self._hello(argument)
        self.extended = True
        lines = [self.hostname.encode("ascii"), *self.extensions()]
        for line in lines[:-1]:
            self.say(b"250-" + line)
        self.say(b"250 " + lines[-1])

    async def smtp_HELO(self, argument: bytes) -> None:
        """Greet an old client."""
        self._hello(argument)
        self.extended = False
        self.say(b"250 " + self.hostname.encode("ascii"))

    def _hello(self, argument: bytes) -> None:
        if not argument or len(argument) > _MOST_HELO_BYTES:
            raise CommandError(replies.HELO_SYNTAX)
        self.reset()
        self.helo = argument.decode("utf-8", errors="replace")

    def reset(self) -> None:
        """End the transaction; what XFORWARD said went with it."""
        self.transaction = None
        self.forwarded = {}

    async def smtp_MAIL(self, argument: bytes) -> None:
        """Start a transaction; `MAIL FROM:<>` is the null sender."""
        if self.helo is None:
            raise CommandError(replies.HELO_FIRST)
        if self.transaction is not None:
            raise CommandError(replies.NESTED_MAIL)
        if self.settings.require_tls and not self.over_tls:
            raise CommandError(replies.TLS_FIRST)
        if self.settings.require_auth and not self.authenticated:
            raise CommandError(replies.AUTH_REQUIRED)
        mail = parse_mail(argument)
        if mail.size is not None and mail.size > self.settings.message_bytes:
            raise CommandError(replies.SIZE_EXCEEDED)
        if not self.state.within_rate(self.client, self.loop.time(), local=self.client_local):
            raise CommandError(replies.RATE_LIMITED)
        self.transaction = Transaction(mail)
        self.say(replies.SENDER_OK)

    async def smtp_RCPT(self, argument: bytes) -> None:
        """Add a recipient the relay rule permits."""
        transaction = self.transaction
        if transaction is None:
            raise CommandError(replies.MAIL_FIRST)
        recipient = parse_rcpt(argument, smtputf8=transaction.mail.smtputf8)
        permitted = self.state.admission.permits(
            self.client, recipient.address, authenticated=self.authenticated, local=self.client_local
        )
        if not permitted:
            raise CommandError(replies.RELAY_DENIED)
        if len(transaction.recipients) >= self.settings.recipients_per_message:
            # Not an error of the client's: it sends the rest in another transaction (RFC 5321 4.5.3.1.10).
            transaction.turned_away += 1
            if transaction.turned_away <= self.settings.recipients_per_message:
                self.useful()
            self.say(replies.TOO_MANY_RECIPIENTS)
            return
        transaction.recipients.append(recipient)
        self.useful()
        self.say(replies.RECIPIENT_OK)

    async def smtp_DATA(self, argument: bytes) -> None:
        """Receive the message and answer once it is durable."""
        transaction = self.transaction
        if transaction is None:
            raise CommandError(replies.MAIL_FIRST)
        if argument:
            raise CommandError(replies.NO_ARGUMENTS)
        if not transaction.recipients:
            raise CommandError(self.no_recipients)
        self.say(replies.START_DATA)
        started = self.loop.time()

        def arm() -> None:
            left = started + self.settings.data_seconds - self.loop.time()
            self._reset_timeout(max(min(left, self.settings.data_block_seconds), 0.001))

        receiver = BodyReceiver(self.wire, self.state, self._envelope_maker(transaction), arm)
        try:
            reply = await receiver.receive()
        except BaseException:
            receiver.abandon()
            raise
        if reply is None:
            reply = await self._commit(receiver)
        self.state.outcomes[reply[:9].decode("ascii")] += 1
        crash_point("before_250")
        self.reply_to_data(transaction, reply)
        await self.wire.flush()
        crash_point("after_250")
        self.reset()

    no_recipients = replies.NO_VALID_RECIPIENTS

    async def _commit(self, receiver: BodyReceiver) -> bytes:
        # The store's own time limit holds now, not the client's.
        self._reset_timeout(self.settings.commit_seconds + self.settings.command_seconds)
        try:
            contact = await receiver.commit()
        except Exception as error:
            return reply_to(error)
        self.message_done()
        return b"250 2.0.0 OK: " + contact.encode("ascii")

    def reply_to_data(self, transaction: Transaction, reply: bytes) -> None:
        """One reply for the whole message."""
        del transaction
        self.say(reply)

    def _envelope_maker(self, transaction: Transaction) -> _EnvelopeMaker:
        client = self.forwarded.get("ADDR") or (str(self.client) if self.client else None)
        return _EnvelopeMaker(self, transaction, client, self.forwarded.get("HELO", self.helo))

    async def smtp_RSET(self, argument: bytes) -> None:
        """Forget the transaction."""
        _nothing_after(argument)
        self.reset()
        self.say(replies.OK)

    async def smtp_NOOP(self, argument: bytes) -> None:
        """Nothing; any argument is ignored (RFC 5321 4.1.1.9)."""
        del argument
        self.say(replies.OK)

    async def smtp_QUIT(self, argument: bytes) -> None:
        """Goodbye."""
        _nothing_after(argument)
        self.end(replies.BYE)

    async def smtp_HELP(self, argument: bytes) -> None:
        """A pointer, nothing about us."""
        del argument
        self.say(replies.HELP)

    async def smtp_VRFY(self, argument: bytes) -> None:
        """Says the same of every address, so nobody learns who exists."""
        del argument
        self.say(replies.NO_VRFY)

    async def smtp_EXPN(self, argument: bytes) -> None:  # type: ignore[override]
        """Not offered, for the same reason."""
        del argument
        self.fault(replies.NO_EXPN)

    async def smtp_STARTTLS(self, argument: bytes) -> None:
        """Go over to TLS; everything said before is forgotten, everything sent ahead is thrown away (RFC 3207)."""
        _nothing_after(argument)
        if self.over_tls:
            raise CommandError(replies.ALREADY_TLS)
        if self.state.tls is None:
            raise CommandError(replies.NO_TLS_NOW)
        self.say(replies.START_TLS)
        await self.wire.flush()
        await self.start_tls(self.state.tls)


class _EnvelopeMaker:
    """The envelope of the message under way, given why it is held (None = it is not)."""

    __slots__ = ("_client", "_helo", "_session", "_transaction")

    def __init__(self, session: MailCommands, transaction: Transaction, client: str | None, helo: str | None) -> None:
        self._session, self._transaction, self._client, self._helo = session, transaction, client, helo

    def __call__(self, hold: str | None) -> Envelope:
        mail = self._transaction.mail
        return Envelope(
            source=self._session.source,
            received_at=self._session.state.now(),
            mail_from=mail.address,
            rcpt_to=self._transaction.addresses(),
            client=self._client,
            helo=self._helo,
            authenticated=self._session.authenticated,
            smtputf8=mail.smtputf8,
            body_8bit=mail.body_8bit,
            dsn=self._transaction.dsn(),
            hold=hold,
        )


def _nothing_after(argument: bytes) -> None:
    if argument:
        raise CommandError(replies.NO_ARGUMENTS)
