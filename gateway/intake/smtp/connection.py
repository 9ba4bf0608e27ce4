"""One connection: its life, its clock, its command loop. What the commands do is in the modules beside this one.

aiosmtpd brings the protocol's life on the transport. Its command loop is replaced, as it logs addresses, answers
without enhanced codes, drops pipelined commands when the peer has closed its side, and makes every error permanent.
"""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Awaitable, Callable
from typing import Any, ClassVar

import re2
import structlog
from aiosmtpd.smtp import SMTP

from gateway.intake.smtp import replies
from gateway.intake.smtp.admission import client_address
from gateway.intake.smtp.commands import CommandError
from gateway.intake.smtp.limits import Address, client_key
from gateway.intake.smtp.receiving import HangUp, where
from gateway.intake.smtp.state import IntakeState
from gateway.intake.smtp.transaction import Transaction
from gateway.intake.smtp.wire import LineTooLong, Wire

log = structlog.get_logger(__name__)

_CONTROL: Any = re2.compile(rb"[\x00-\x1f\x7f]")
_OTHER_PROTOCOLS = frozenset({b"GET", b"POST", b"CONNECT", b"PUT", b"HEAD", b"OPTIONS"})
_MOST_READ_AHEAD = 64 * 1024

Command = Callable[[Any, bytes], Awaitable[None]]


class Connection(SMTP):
    """The part of a session that knows no mail: subclasses give `commands`, verb to method."""

    # The stream stops reading from the socket at twice this.
    line_length_limit = _MOST_READ_AHEAD
    commands: ClassVar[dict[bytes, Command]] = {}
    service = b"ESMTP"

    def __init__(self, state: IntakeState, connections: set[Connection]) -> None:
        super().__init__(
            None,  # no handler: what a handler would do is done here
            hostname=state.settings.hostname,
            enable_SMTPUTF8=True,
            timeout=state.settings.command_seconds,
            loop=asyncio.get_running_loop(),
        )
        self.state, self.settings = state, state.settings
        self._connections = connections
        self._deadline = 0.0
        self._waiting = False
        self._closing = False
        self._ended = False
        self._gone: asyncio.Future[None] = self.loop.create_future()
        self._entered: str | None = None
        self._errors = 0
        self._commands_since_message = 0
        self.over_tls = False
        self.peer: Address | None = None
        self.local = False
        self.start_over()

    def __dir__(self) -> tuple[str, ...]:
        """Nothing: aiosmtpd looks through it all for commands, at every connection, and ours are in `commands`."""
        return ()

    def start_over(self) -> None:
        """Forget all that the client said: a new connection, after STARTTLS (RFC 3207 4.2), after XCLIENT."""
        self.helo: str | None = None
        self.extended = False
        self.authenticated = False
        self.client = self.peer
        self.client_local = self.local
        self.forwarded: dict[str, str | None] = {}
        self.transaction: Transaction | None = None

    # --- the transport -----------------------------------------------------------------------------------------

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """A new connection: learn who it is and start the loop."""
        peername = transport.get_extra_info("peername")
        self.local = not isinstance(peername, tuple)
        self.peer = None if self.local else client_address(str(peername[0]))
        self.over_tls = transport.get_extra_info("sslcontext") is not None
        self.start_over()
        self._connections.add(self)
        super().connection_made(transport)

    def connection_lost(self, error: Exception | None) -> None:
        """The peer is gone; the command under way is cancelled, but a commit runs on (IntakeState.spawn)."""
        self._connections.discard(self)
        if self._entered is not None:
            self.state.connections.leave(self._entered)
            self._entered = None
        super().connection_lost(error)
        if not self._gone.done():
            self._gone.set_result(None)

    def eof_received(self) -> bool:
        """The peer will say no more; what it has said is still answered."""
        self._reader.feed_eof()
        return not self.over_tls

    def _reset_timeout(self, duration: float | None = None) -> None:
        """Arm the deadline. The timer itself is moved only when it must come sooner: this runs at every command."""
        now = self.loop.time()
        self._deadline = now + (duration or self.settings.command_seconds)
        handle = self._timeout_handle
        if handle is None or handle.when() > self._deadline:
            if handle is not None:
                handle.cancel()
            self._timeout_handle = self.loop.call_at(self._deadline, self._timeout_cb)

    def _timeout_cb(self) -> None:
        if self.loop.time() < self._deadline:
            self._timeout_handle = self.loop.call_at(self._deadline, self._timeout_cb)
        elif self.transport is not None:
            self._last_word(replies.TIMED_OUT)

    def _last_word(self, reply: bytes) -> None:
        self._closing = True
        self._writer.write(reply + b"\r\n")
        if self._handler_coroutine is not None:
            self._handler_coroutine.cancel()
        # A peer that reads nothing must not keep the socket: what it will not take is dropped with it.
        self.loop.call_later(1, self._abort)
        self._writer.close()

    def _abort(self) -> None:
        transport = self._writer.transport
        if transport is not None:
            transport.abort()

    async def start_tls(self, context: ssl.SSLContext) -> None:
        """Go over to TLS with nothing kept of what was sent or said in plain text (RFC 3207 4.2)."""
        self.wire.discard_input()
        stream: Any = self._reader
        stream._buffer.clear()  # the stream has no public way to forget; aiosmtpd does the same
        try:
            await self._writer.start_tls(context, ssl_handshake_timeout=self.settings.handshake_seconds)
        except OSError:  # SSLError and a lost connection are both OSErrors
            raise EOFError from None
        self.transport = self._writer.transport
        stream._transport = self.transport  # Python 3.11 leaves the old one, and pauses the wrong transport
        self.over_tls = True
        self.start_over()

    def finished(self) -> asyncio.Future[None]:
        """Done when the connection is gone."""
        return self._gone

    def retire(self) -> None:
        """The service is closing: an idle client is told at once, a busy one after its message."""
        self._closing = True
        if self._waiting and self.transaction is None:
            self._last_word(replies.SHUTTING_DOWN)

    def abort(self) -> None:
        """Drop the connection now."""
        if self._handler_coroutine is not None:
            self._handler_coroutine.cancel()
        self._abort()

    # --- the loop ----------------------------------------------------------------------------------------------

    async def _handle_client(self) -> None:
        self.wire = Wire(self._reader, self._writer)
        try:
            await self._converse()
            await self.wire.flush()
        except HangUp as end:
            self.wire.send(end.reply)
            await self._flush_quietly()
        except (EOFError, ConnectionError):
            await self._flush_quietly()
        except Exception as error:  # a defect of ours is never a permanent refusal
            log.error("smtp_session_failed", error=type(error).__name__, where=where(error))
            self.wire.send(replies.BROKEN)
            await self._flush_quietly()
        finally:
            self._writer.close()

    async def _flush_quietly(self) -> None:
        try:
            await self.wire.flush()
        except ConnectionError:
            self._closing = True

    def _refusal(self) -> bytes | None:
        if self.state.draining:
            return replies.SHUTTING_DOWN
        may_log_in = self.state.credentials is not None
        if not may_log_in and not self.state.admission.admits(self.peer, local=self.local):
            xclient = self.state.may_xclient(self.peer)
            if not xclient:
                return replies.CLIENT_REFUSED
        key = client_key(self.peer)
        match self.state.connections.enter(key):
            case "total":
                return replies.TOO_MANY_CONNECTIONS
            case "client":
                return replies.TOO_MANY_FROM_CLIENT
        self._entered = key
        return None

    async def _converse(self) -> None:
        refusal = self._refusal()
        if refusal is not None:
            self.state.outcomes[refusal[:9].decode("ascii")] += 1
            self.wire.send(refusal)
            return
        self.greet()
        limit = self.settings.command_line_bytes
        while not self._closing or self.transaction is not None:
            self._reset_timeout()
            if self.wire.crowded:
                await self.wire.flush()
                await asyncio.sleep(0)  # a flood of commands takes turns with the other sessions
            self._waiting = True
            try:
                line = await self.wire.line(limit)
            except LineTooLong:
                self.fault(replies.LINE_TOO_LONG)
                continue
            finally:
                self._waiting = False
            await self._obey(line)
            if self._ended:
                return
        self.wire.send(replies.SHUTTING_DOWN)

    def greet(self) -> None:
        """The 220 line."""
        self.wire.send(b"220 %s %s" % (self.hostname.encode("ascii"), self.service))

    async def _obey(self, line: bytes) -> None:
        if line.endswith(b"\r\n"):
            text = line[:-2]
        elif self.settings.bare_newlines == "refuse":
            self.fault(replies.BARE_LF_COMMAND)
            return
        else:
            text = line[:-1]
        if _CONTROL.search(text) is not None:
            self.fault(replies.BAD_LINE)
            return
        verb, _, argument = text.partition(b" ")
        verb = verb.upper()
        command = self.commands.get(verb)
        if command is None:
            if verb in _OTHER_PROTOCOLS:
                raise HangUp(replies.NOT_SMTP)
            self.fault(replies.UNKNOWN_COMMAND)
            return
        self._commands_since_message += 1
        if self._commands_since_message > self.settings.commands_between_messages:
            raise HangUp(replies.TOO_MANY_ERRORS)
        try:
            await command(self, argument.strip(b" "))
        except CommandError as error:
            self.fault(error.reply)

    def say(self, reply: bytes) -> None:
        """Answer."""
        self.wire.send(reply)

    def fault(self, reply: bytes) -> None:
        """Answer an error of the client's; too many of them end the session."""
        self._errors += 1
        self.state.outcomes[reply[:9].decode("ascii")] += 1
        if self._errors > self.settings.errors_per_session:
            raise HangUp(replies.TOO_MANY_ERRORS)
        self.wire.send(reply)

    def useful(self) -> None:
        """The command brought a message nearer: it does not count as idle."""
        self._commands_since_message -= 1

    def message_done(self) -> None:
        """A message got through: the client is doing real work."""
        self._commands_since_message = 0
        self._errors = 0

    def end(self, reply: bytes) -> None:
        """Answer and close."""
        self.wire.send(reply)
        self._ended = True

    def _set_post_data_state(self) -> None:
        """aiosmtpd keeps an envelope of its own here; ours is the transaction."""
