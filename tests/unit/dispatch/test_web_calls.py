"""Where a call of ours may lead."""

from __future__ import annotations

import socket
from ipaddress import ip_address
from typing import Any

import pytest

from gateway.dispatch.web_calls import NotSent, _Pinned, is_allowed, post_json


@pytest.mark.parametrize(
    ("address", "usually", "where_private_is_allowed"),
    [
        ("93.184.216.34", True, True),
        ("2606:2800:220:1::1", True, True),
        ("10.1.2.3", False, True),
        ("192.168.0.9", False, True),
        ("127.0.0.1", False, True),
        ("::1", False, True),
        ("fd12::1", False, True),
        ("169.254.169.254", False, False),
        ("fe80::1", False, False),
        ("fd00:ec2::254", False, False),
        ("168.63.129.16", False, False),
        ("100.100.100.200", False, False),
        ("0.0.0.0", False, False),
        ("0.1.2.3", False, False),
        ("::", False, False),
        ("224.0.0.1", False, False),
        ("255.255.255.255", False, False),
        ("::ffff:169.254.169.254", False, False),
        ("::ffff:10.0.0.1", False, True),
        ("64:ff9b::a9fe:a9fe", False, False),
        ("2002:a9fe:a9fe::1", False, False),
        ("2002:0a00:0001::1", False, True),
        ("100.64.0.1", False, False),
    ],
)
def test_addresses(address: str, usually: bool, where_private_is_allowed: bool) -> None:
    assert is_allowed(ip_address(address), allow_private=False) is usually
    assert is_allowed(ip_address(address), allow_private=True) is where_private_is_allowed


@pytest.mark.parametrize(
    ("url", "fault"),
    [
        ("http://hooks.example/x", "https"),
        ("ftp://hooks.example/x", "https"),
        ("file:///etc/passwd", "https"),
        ("https://", "no host"),
        ("https://[::1", "no URL"),
        ("https://127.0.0.1/x", "may not call"),
        ("https://169.254.169.254/latest", "may not call"),
        ("https://localhost/x", "may not call"),
        ("", "https"),
    ],
)
async def test_what_may_not_be_called_is_not(url: str, fault: str) -> None:
    with pytest.raises(NotSent, match=fault) as refused:
        await post_json(url, {}, allow_private=False, seconds=5)
    assert "latest" not in str(refused.value)


async def test_on_the_own_network_too_it_is_called_by_https_only(monkeypatch: pytest.MonkeyPatch) -> None:
    async def inside(*_args: Any, **_named: Any) -> list[Any]:
        return [(socket.AF_INET, 1, 6, "", ("10.0.0.1", 80))]

    with pytest.raises(NotSent, match="must begin with https"):
        await post_json("http://10.0.0.1/x", {}, allow_private=True, seconds=5)
    monkeypatch.setattr("asyncio.base_events.BaseEventLoop.getaddrinfo", inside)
    with pytest.raises(NotSent, match="must begin with https"):
        await post_json("http://hooks.intranet.example/x", {}, allow_private=True, seconds=5)


async def test_a_call_that_fails_is_told_in_plain_words() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    for scheme in ("http", "https"):
        with pytest.raises(NotSent, match="no connection could be made to it"):
            await post_json(f"{scheme}://127.0.0.1:{port}/x", {}, allow_private=True, seconds=5)


async def test_one_bad_address_among_good_ones_is_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    async def both(*_args: Any, **_named: Any) -> list[Any]:
        return [(socket.AF_INET, 1, 6, "", (address, 443)) for address in ("93.184.216.34", "10.0.0.1")]

    monkeypatch.setattr("asyncio.base_events.BaseEventLoop.getaddrinfo", both)
    with pytest.raises(NotSent, match="may not call"):
        await post_json("https://hooks.example/x", {}, allow_private=False, seconds=5)


async def test_the_connection_is_made_to_what_was_checked_whatever_is_asked() -> None:
    pinned = _Pinned([ip_address("93.184.216.34"), ip_address("2606:2800:220:1::1")])
    answers = await pinned.resolve("another.example", 443)
    assert [answer["host"] for answer in answers] == ["93.184.216.34", "2606:2800:220:1::1"]
    assert [answer["family"] for answer in answers] == [socket.AF_INET, socket.AF_INET6]
