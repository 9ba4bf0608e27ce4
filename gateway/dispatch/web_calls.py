"""Every connection of ours to the web: where it leads is checked, and it leads nowhere else.

The name is resolved once; each address must be one we may call; the connection is made to those addresses and no
others (so a second answer of the name server changes nothing), and a redirect is not followed.
"""

from __future__ import annotations

import asyncio
import socket
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from typing import Any

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult
from yarl import URL

_NAT64 = IPv6Network("64:ff9b::/96")
_METADATA = frozenset({IPv6Address("fd00:ec2::254"), IPv4Address("168.63.129.16"), IPv4Address("100.100.100.200")})

_NOT_HTTPS = "the address to call must begin with https:// (http:// is for this machine itself only)"

Address = IPv4Address | IPv6Address


class NotSent(Exception):
    """The call did not succeed; the message names the kind of fault, never the address's secrets."""


async def post_json(url: str, body: dict[str, Any], *, allow_private: bool, seconds: float) -> None:
    """POST `body` as JSON. NotSent unless the answer is 2xx."""
    target = _checked(url, allow_private=allow_private)
    try:
        async with asyncio.timeout(seconds):
            addresses = await _resolve(target, allow_private=allow_private)
            if target.scheme != "https" and not all(address.is_loopback for address in addresses):
                raise NotSent(_NOT_HTTPS)
            connector = aiohttp.TCPConnector(resolver=_Pinned(addresses), use_dns_cache=False, force_close=True)
            async with (
                aiohttp.ClientSession(connector=connector, trust_env=False) as session,
                session.post(target, json=body, allow_redirects=False) as response,
            ):
                if not 200 <= response.status < 300:
                    raise NotSent(f"answered {response.status}")
    except (aiohttp.ClientError, OSError, TimeoutError) as error:
        raise NotSent(_in_words(error)) from None


def _in_words(error: Exception) -> str:
    match error:
        case TimeoutError():
            return "it did not answer in time"
        case socket.gaierror():
            return "no address is known for its name"
        case aiohttp.ClientConnectorCertificateError():
            return "its certificate is not one that is trusted for its name"
        case aiohttp.ClientSSLError():
            return "no secure connection could be made to it"
        case aiohttp.ClientConnectorError() | OSError():
            return "no connection could be made to it"
    return "it closed the connection or did not answer as a web server does"


def is_allowed(address: Address, *, allow_private: bool) -> bool:
    """Whether we may call it. Link-local and metadata addresses never; private and our own only where allowed."""
    inner = _inner(address)
    if inner in _METADATA or inner.is_link_local or inner.is_multicast or inner.is_unspecified:
        return False
    if isinstance(inner, IPv4Address) and (inner.is_reserved or int(inner) >> 24 == 0):
        return False
    return inner.is_global or (allow_private and (inner.is_private or inner.is_loopback))


def _inner(address: Address) -> Address:
    """The IPv4 address that an IPv6 one leads to, by whichever of the four ways."""
    if isinstance(address, IPv4Address):
        return address
    if address in _NAT64:
        return IPv4Address(int(address) & 0xFFFFFFFF)
    tunnel = address.teredo
    return address.ipv4_mapped or address.sixtofour or (tunnel[1] if tunnel else address)


def _checked(url: str, *, allow_private: bool) -> URL:
    try:
        target = URL(url.strip())
        port = target.port
    except ValueError:
        raise NotSent("the address to call is no URL") from None
    # Whether an http one leads to this machine is seen once it is resolved.
    if target.scheme != "https" and not (allow_private and target.scheme == "http"):
        raise NotSent(_NOT_HTTPS)
    if not target.host or not port:
        raise NotSent("the address to call names no host")
    return target


async def _resolve(target: URL, *, allow_private: bool) -> list[Address]:
    host = target.host or ""
    try:
        addresses: list[Address] = [ip_address(host)]
    except ValueError:
        loop = asyncio.get_running_loop()
        infos = await loop.getaddrinfo(host, target.port, type=socket.SOCK_STREAM)
        addresses = [ip_address(str(info[4][0]).partition("%")[0]) for info in infos]
    if not addresses or not all(is_allowed(address, allow_private=allow_private) for address in addresses):
        raise NotSent("the address to call leads where we may not call")
    return addresses


class _Pinned(AbstractResolver):
    """Answers with what was checked, whatever is asked."""

    def __init__(self, addresses: list[Address]) -> None:
        self._addresses = addresses

    async def resolve(
        self,
        host: str,
        port: int = 0,
        family: socket.AddressFamily = socket.AF_INET,  # noqa: ARG002 - the hook's signature
    ) -> list[ResolveResult]:
        return [
            ResolveResult(
                hostname=host,
                host=str(address),
                port=port,
                family=socket.AF_INET if address.version == 4 else socket.AF_INET6,
                proto=0,
                flags=socket.AI_NUMERICHOST,
            )
            for address in self._addresses
        ]

    async def close(self) -> None:
        """Nothing is held."""
