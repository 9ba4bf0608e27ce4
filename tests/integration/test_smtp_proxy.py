"""XFORWARD and XCLIENT."""

from __future__ import annotations

from tests.integration.smtp_rig import serving

OFFICE = {"allowed_networks": ("127.0.0.0/8",), "recipient_domains": ("ours.example",)}


async def test_xforward_tells_whose_message_it_is_for_one_message() -> None:
    async with serving() as rig:
        peer = await rig.connect()
        assert b"XFORWARD NAME ADDR" in await peer.ask(b"EHLO filter.example")
        assert (await peer.ask(b"XFORWARD NAME=mail.far.example ADDR=192.0.2.9 PORT=3 SOURCE=REMOTE")).startswith(
            b"250 2.0.0"
        )
        assert (await peer.ask(b"XFORWARD PROTO=ESMTP HELO=far+2Dhost.example IDENT=1A")).startswith(b"250 2.0.0")
        for _ in range(2):
            await peer.ask(b"MAIL FROM:<a@far.example>")
            assert (await peer.ask(b"XFORWARD ADDR=192.0.2.1")).startswith(b"503 ")
            await peer.ask(b"RCPT TO:<b@ours.example>")
            await peer.ask(b"DATA")
            await peer.ask(b"x\r\n.")
        (first, _), (second, _) = rig.spool.messages
        assert (first.client, first.helo) == ("192.0.2.9", "far-host.example")
        assert (second.client, second.helo) == ("127.0.0.1", "filter.example")


async def test_xforward_of_ipv6_and_of_what_is_not_known() -> None:
    async with serving() as rig:
        peer = await rig.connect()
        await peer.ask(b"EHLO filter.example")
        assert (await peer.ask(b"XFORWARD ADDR=IPV6:2001:db8::1 HELO=[UNAVAILABLE]")).startswith(b"250 ")
        assert (await peer.ask(b"XFORWARD ADDR=nonsense")).startswith(b"501 5.5.4")
        assert (await peer.ask(b"XFORWARD COLOUR=blue")).startswith(b"501 5.5.4")
        assert (await peer.ask(b"XFORWARD")).startswith(b"501 5.5.4")
        await peer.to_data(hello=b"NOOP")
        await peer.ask(b"x\r\n.")
        envelope = rig.spool.messages[0][0]
        assert (envelope.client, envelope.helo) == ("2001:db8::1", None)


async def test_neither_is_offered_to_others() -> None:
    async with serving(**OFFICE, xforward_peers=()) as rig:
        peer = await rig.connect()
        offered = await peer.ask(b"EHLO c.example")
        assert b"XFORWARD" not in offered
        assert b"XCLIENT" not in offered
        assert (await peer.ask(b"XFORWARD ADDR=192.0.2.1")).startswith(b"550 5.7.0")
        assert (await peer.ask(b"XCLIENT ADDR=192.0.2.1")).startswith(b"550 5.7.0")


async def test_xclient_is_judged_by_the_client_it_names() -> None:
    async with serving(
        allowed_networks=("192.0.2.0/24",), recipient_domains=("ours.example",), xclient_peers=("127.0.0.1/32",)
    ) as rig:
        peer = await rig.connect()
        assert b"XCLIENT NAME ADDR" in await peer.ask(b"EHLO proxy.example")
        for address, code in ((b"203.0.113.5", b"550"), (b"192.0.2.5", b"250")):
            assert (await peer.ask(b"XCLIENT ADDR=" + address + b" NAME=x.example")).startswith(b"220 ")
            assert (await peer.ask(b"MAIL FROM:<>")).startswith(b"503 ")
            await peer.ask(b"EHLO client.example")
            await peer.ask(b"MAIL FROM:<a@far.example>")
            assert (await peer.ask(b"RCPT TO:<b@ours.example>"))[:3] == code
            assert (await peer.ask(b"RCPT TO:<b@far.example>")).startswith(b"550 ")
            assert (await peer.ask(b"XCLIENT ADDR=192.0.2.6")).startswith(b"503 ")
            await peer.ask(b"RSET")
        await peer.to_data()
        await peer.ask(b"x\r\n.")
        assert rig.spool.messages[0][0].client == "192.0.2.5"
