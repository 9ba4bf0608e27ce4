"""Who may hand us mail, and for whom: no open relay, ever. No I/O."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

import idna

from gateway.intake.smtp.limits import Address

Network = IPv4Network | IPv6Network

_THIS_MACHINE = IPv4Address("127.0.0.1")


def client_address(text: str | None) -> Address | None:
    """A peer's address; `::ffff:192.0.2.1` is 192.0.2.1. None for a local socket or what is no address."""
    if not text:
        return None
    try:
        address = ip_address(text.partition("%")[0])
    except ValueError:
        return None
    if isinstance(address, IPv6Address) and address.ipv4_mapped:
        return address.ipv4_mapped
    return address


@lru_cache(maxsize=4096)
def domain_key(domain: str) -> str:
    """A domain as compared: A-labels, lower case, no trailing dot."""
    domain = domain.rstrip(".").lower()
    if domain.isascii():
        return domain
    try:
        return idna.encode(domain, uts46=True).decode("ascii")
    except idna.IDNAError:
        return domain


def within(address: Address | None, networks: Iterable[Network]) -> bool:
    """Whether the address lies in one of the networks. A local socket lies in none."""
    return address is not None and any(address in network for network in networks)


class Admission:
    """The relay rule. `trusted` peers (a mail server's content filter) and, if so set, logged-in users send anywhere;

    clients of `allowed` networks, and of our own unix socket, only to `domains`; nobody else at all.
    """

    def __init__(
        self,
        *,
        allowed: tuple[Network, ...],
        trusted: tuple[Network, ...],
        domains: Iterable[str],
        authenticated_anywhere: bool,
    ) -> None:
        self._allowed, self._trusted = allowed, trusted
        self._domains = frozenset(domain_key(domain) for domain in domains)
        self._authenticated_anywhere = authenticated_anywhere

    def trusts(self, client: Address | None, *, local: bool = False) -> bool:
        """Whether the peer is configured to send to any domain. `local`: our own unix socket, so this machine."""
        return within(_THIS_MACHINE if local else client, self._trusted)

    def admits(self, client: Address | None, *, local: bool = False) -> bool:
        """Whether the client may send at all without logging in."""
        return local or self.trusts(client) or within(client, self._allowed)

    def permits(self, client: Address | None, recipient: str, *, authenticated: bool, local: bool = False) -> bool:
        """Whether this client may send to this recipient."""
        if self.trusts(client, local=local) or (authenticated and self._authenticated_anywhere):
            return True
        if not authenticated and not self.admits(client, local=local):
            return False
        local_part, _, domain = recipient.rpartition("@")
        if not local_part:
            # RFC 5321 4.5.1: postmaster without a domain is ours.
            return bool(self._domains) and recipient.lower() == "postmaster"
        # `user%elsewhere@ours` and `elsewhere!user@ours` ask the next server to relay.
        if local_part[:1] != '"' and ("%" in local_part or "!" in local_part):
            return False
        return "@" not in local_part and domain_key(domain) in self._domains
