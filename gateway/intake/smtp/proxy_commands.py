"""XFORWARD and XCLIENT: what a configured peer says of the client behind it (Postfix XFORWARD_README)."""

from __future__ import annotations

from gateway.intake.smtp import replies
from gateway.intake.smtp.admission import client_address
from gateway.intake.smtp.commands import CommandError, parse_peer_facts
from gateway.intake.smtp.connection import Connection

_XFORWARD = frozenset({"NAME", "ADDR", "PORT", "PROTO", "HELO", "IDENT", "SOURCE"})
_XCLIENT = frozenset({"NAME", "ADDR", "PORT", "PROTO", "HELO", "LOGIN", "DESTADDR", "DESTPORT"})


class ProxyCommands(Connection):
    """XFORWARD is for the record only; XCLIENT decides what the client may do. Both are judged by the real peer."""

    def proxy_extensions(self) -> list[bytes]:
        """Offered to configured peers only."""
        offered = []
        if self.state.may_xforward(self.peer, local=self.local):
            offered.append(b"XFORWARD NAME ADDR PORT PROTO HELO IDENT SOURCE")
        if self.state.may_xclient(self.peer):
            offered.append(b"XCLIENT NAME ADDR PORT PROTO HELO LOGIN DESTADDR DESTPORT")
        return offered

    async def smtp_XFORWARD(self, argument: bytes) -> None:
        """Whose message the next one is."""
        if not self.state.may_xforward(self.peer, local=self.local):
            raise CommandError(replies.NOT_AUTHORISED)
        if self.transaction is not None:
            raise CommandError(replies.IN_TRANSACTION)
        values = parse_peer_facts(argument, _XFORWARD).values
        if values.get("ADDR"):
            values["ADDR"] = _address(values["ADDR"])
        self.forwarded.update(values)
        self.say(replies.OK)

    async def smtp_XCLIENT(self, argument: bytes) -> None:
        """Start the session over as another client: its address, not the peer's, is what the relay rule judges."""
        if not self.state.may_xclient(self.peer):
            raise CommandError(replies.NOT_AUTHORISED)
        if self.transaction is not None:
            raise CommandError(replies.IN_TRANSACTION)
        values = parse_peer_facts(argument, _XCLIENT).values
        client, local = self.client, self.client_local
        if "ADDR" in values:
            given = values["ADDR"]
            client, local = (client_address(_address(given)) if given else None), False
        self.start_over()
        self.client, self.client_local = client, local
        self.helo = values.get("HELO")
        self.authenticated = values.get("LOGIN") is not None
        self.greet()


def _address(text: str | None) -> str:
    """`192.0.2.1`, or `IPV6:2001:db8::1` as Postfix writes it."""
    plain = text or ""
    if plain[:5].upper() == "IPV6:":
        plain = plain[5:]
    address = client_address(plain)
    if address is None:
        raise CommandError(replies.BAD_PARAMETER)
    return str(address)
