"""A session of `requests` that calls one host, at addresses that were checked, and follows nobody elsewhere."""

from __future__ import annotations

import socket
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

from requests import Session
from requests.adapters import HTTPAdapter

from gateway.dispatch.web_calls import Address, NotSent, is_allowed


def guard(session: Session, base_url: str) -> None:
    """Let the session call `base_url` only. Its calls raise NotSent where the host leads where we may not call."""
    parts = urlsplit(base_url)
    session.trust_env = False  # no proxy of the environment, which would be called instead
    session.max_redirects = 0
    session.adapters.clear()
    session.mount(f"{parts.scheme}://{parts.netloc}/", _Pinned(loopback=parts.scheme == "http"))


class _Pinned(HTTPAdapter):
    """Connects to the address that was checked, asking its certificate for the name."""

    def __init__(self, *, loopback: bool) -> None:
        super().__init__()
        self._loopback = loopback

    def send(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        """The name is told in the header, for the connection is made to an address."""
        request.headers["Host"] = urlsplit(request.url).netloc
        return super().send(request, *args, **kwargs)

    def get_connection_with_tls_context(self, request: Any, verify: Any, proxies: Any = None, cert: Any = None) -> Any:
        """The connection pool of the checked address."""
        del proxies
        host, pool = self.build_connection_pool_key_attributes(request, verify, cert)
        name = str(host["host"])
        if host["scheme"] == "https":
            pool |= {"server_hostname": name, "assert_hostname": name}
        host["host"] = str(self._checked(name, int(host["port"] or 443)))
        return self.poolmanager.connection_from_host(**host, pool_kwargs=pool)

    def _checked(self, name: str, port: int) -> Address:
        """An address of the host; every one that it has must be allowed."""
        try:
            infos = socket.getaddrinfo(name.strip("[]"), port, type=socket.SOCK_STREAM)
        except OSError:
            raise NotSent("its name is not known") from None
        found = [ip_address(str(info[4][0]).partition("%")[0]) for info in infos]
        if not found or not all(self._may_call(address) for address in found):
            raise NotSent("its address leads where we may not call")
        return found[0]

    def _may_call(self, address: Address) -> bool:
        return address.is_loopback if self._loopback else is_allowed(address, allow_private=False)
