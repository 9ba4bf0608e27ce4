"""What we sent ourselves goes out untouched and is remembered: the first answer to it is no breach."""

from __future__ import annotations

import smtplib
from pathlib import Path

from acceptance.gateway_process import GatewayProcess, gateway
from acceptance.sink import running_sink

OURS = (
    b"Received: from laptop (unknown [203.0.113.9])\r\n\tby mx1.opcc.example (Postfix) with ESMTPSA id 4F\r\n"
    b"From: Chief <chief@opcc.example>\r\nTo: wilfred.ashdown@fieldpost.example\r\nSubject: The hedge\r\n"
    b"Message-ID: <ours-1@opcc.example>\r\n\r\nDear Mr Ashdown, please send me the two dates you mentioned.\r\n"
)
HIS = (
    b"From: Wilfred Ashdown <wilfred.ashdown@fieldpost.example>\r\nTo: chief@opcc.example\r\nSubject: Re: The hedge\r\n"
    b"Message-ID: <%s@fieldpost.example>\r\nIn-Reply-To: <ours-1@opcc.example>\r\n\r\n%s\r\n"
)


def breaches(process: GatewayProcess) -> int:
    return len(process.query("SELECT 1 FROM breach"))


def test_the_first_answer_to_our_own_mail_is_invited_and_the_second_is_not(tmp_path: Path) -> None:
    with running_sink() as sink, gateway(tmp_path, sink.port) as process:
        process.start()
        with smtplib.SMTP("127.0.0.1", process.port, timeout=20) as client:
            client.sendmail("chief@opcc.example", ["wilfred.ashdown@fieldpost.example"], OURS)
            process.wait_until_idle()
            assert [mail.rcpt_to for mail in sink.received] == [("wilfred.ashdown@fieldpost.example",)]
            assert sink.received[0].content.endswith(OURS)
            assert process.query("SELECT kind FROM outbound") == [("message",)]
            sender = "wilfred.ashdown@fieldpost.example"
            client.sendmail(sender, ["chief@opcc.example"], HIS % (b"1", b"The third and the ninth of May."))
            process.wait_until_idle()
            assert breaches(process) == 0
            client.sendmail(sender, ["chief@opcc.example"], HIS % (b"2", b"And another thing about the hedge."))
            process.wait_until_idle()
            assert breaches(process) == 1
