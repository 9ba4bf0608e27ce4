"""SMTP sessions that nobody should hold: the right commands out of order, damaged, torn and in one breath."""

from __future__ import annotations

from random import Random

COMMANDS = (
    b"EHLO client.example",
    b"HELO client.example",
    b"EHLO [127.0.0.1]",
    b"MAIL FROM:<a@far.example>",
    b"MAIL FROM:<>",
    b"MAIL FROM:<a@far.example> SIZE=100 BODY=8BITMIME SMTPUTF8 RET=HDRS ENVID=x",
    "MAIL FROM:<żółw@far.example> SMTPUTF8".encode(),
    b"RCPT TO:<office@opcc.example>",
    b"RCPT TO:<spoc@opcc.example> NOTIFY=NEVER ORCPT=rfc822;a@b.example",
    b'RCPT TO:<"a b"@opcc.example>',
    b"RCPT TO:<@a.example,@b.example:office@opcc.example>",
    b"DATA",
    b"BDAT 10 LAST",
    b"RSET",
    b"NOOP",
    b"VRFY office",
    b"EXPN list",
    b"HELP",
    b"STARTTLS",
    b"AUTH PLAIN AGEAYg==",
    b"AUTH LOGIN",
    b"XCLIENT ADDR=192.0.2.1 NAME=[UNAVAILABLE]",
    b"XFORWARD ADDR=192.0.2.1 HELO=x",
    b"LHLO client.example",
    b"QUIT",
    b"",
)
ENDINGS = (b"\r\n",) * 8 + (b"\n", b"\r", b"\r\n\r\n", b"\x00\r\n", b"")
_END_OF_DATA = (b"\r\n.\r\n",) * 8 + (b"\n.\r\n", b"\r\n.\n", b"\r\n.\r", b"\r\n..\r\n", b"\r\n.\r\n.\r\n")


def transaction(random: Random, message: bytes) -> bytes:
    """One message as a client sends it in one breath, dots doubled and mostly ended as RFC 5321 4.1.1.4 asks."""
    body = message.replace(b"\r\n.", b"\r\n..")
    body = b"." + body if body.startswith(b".") else body
    recipients = b"".join(
        b"RCPT TO:<" + random.choice((b"office", b"spoc", b"clerk%d" % random.randrange(9))) + b"@opcc.example>\r\n"
        for _ in range(random.randrange(1, 4))
    )
    sender = random.choice((b"", b"a@far.example", b"wilfred.ashdown@fieldpost.example"))
    return b"MAIL FROM:<" + sender + b">\r\n" + recipients + b"DATA\r\n" + body + random.choice(_END_OF_DATA)


def session(random: Random, messages: list[bytes]) -> list[bytes]:
    """What a client writes, piece by piece, to the end of its session."""
    said = [b"EHLO client.example\r\n"]
    for message in messages:
        for _ in range(random.choice((0, 0, 0, 1, 2, 6))):
            said.append(_damaged_command(random))
        said.append(transaction(random, message))
    said.append(random.choice((b"QUIT\r\n", b"\r\n.\r\nQUIT\r\n", b"")))
    return _torn(random, b"".join(said))


def _damaged_command(random: Random) -> bytes:
    command = bytearray(random.choice(COMMANDS))
    match random.randrange(6):
        case 0:
            command[random.randrange(len(command) + 1) :] = random.randbytes(random.randrange(12))
        case 1 if command:
            command[random.randrange(len(command))] = random.randrange(256)
        case 2:
            command += b" " + b"x" * random.choice((10, 600, 3_000, 20_000))
        case _:
            pass
    return bytes(command) + random.choice(ENDINGS)


def _torn(random: Random, stream: bytes) -> list[bytes]:
    if random.random() < 0.5:
        return [stream]
    cuts = sorted(random.randrange(len(stream) + 1) for _ in range(random.randrange(1, 30)))
    return [stream[first:last] for first, last in zip([0, *cuts], [*cuts, len(stream)], strict=True) if first < last]
