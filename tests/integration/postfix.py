"""A real Postfix of a test's own: it hands mail to a content filter and takes it back, touching nothing of the machine's."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

import pytest

from benchmarks.machine import free_port, program
from benchmarks.private_postfix import PrivatePostfix, listener, private_postfix, service

QUICK_RETRIES: Mapping[str, object] = {
    "minimal_backoff_time": "1s",
    "maximal_backoff_time": "1s",
    "queue_run_delay": "1s",
}
"""Parameters of one that must not make a test wait."""

FILTER_CLIENT = service(
    "triage unix - - n - 20 smtp",
    smtp_send_xforward_command="yes",
    disable_mime_output_conversion="yes",
    smtp_tls_security_level="none",
)
"""The client that hands mail to the gateway, as docs/howto/postfix.md has it: the transport `triage`."""


@dataclass(frozen=True)
class Postfix:
    """A running instance. Mail goes in at `submission`, comes back from the filter at `reinjection`."""

    instance: PrivatePostfix
    submission: int
    reinjection: int

    def queue(self) -> list[str]:
        """Why each queued message still is there (empty: it is being worked on)."""
        listed = self.instance.run("postqueue", "-j").splitlines()
        return [
            " ".join(recipient.get("delay_reason", "") for recipient in json.loads(line)["recipients"])
            for line in listed
        ]

    def flush(self) -> None:
        """Try everything that is deferred now."""
        self.instance.run("postqueue", "-f")


@contextmanager
def postfix(*, content_filter: int, next_hop: int, reinjection: int) -> Iterator[Postfix]:
    """An instance that filters through one port, takes mail back on another, and sends it on to a third."""
    require("postfix", "smtp-source")
    submission = free_port()
    parameters = {
        **QUICK_RETRIES,
        "myhostname": "mx.opcc.example",
        "relay_domains": "opcc.example",
        "local_transport": "error:no local",
        "default_transport": f"smtp:[127.0.0.1]:{next_hop}",
        "relay_transport": f"smtp:[127.0.0.1]:{next_hop}",
        "smtpd_relay_restrictions": "permit_mynetworks, permit_auth_destination, reject",
        "smtpd_authorized_xclient_hosts": "127.0.0.0/8",
        "message_size_limit": 52428800,
        "smtp_connect_timeout": "5s",
        "in_flow_delay": 0,
    }
    services = [
        listener(submission, content_filter=f"triage:[127.0.0.1]:{content_filter}"),
        listener(
            reinjection,
            content_filter="",
            smtpd_helo_restrictions="",
            smtpd_sender_restrictions="",
            smtpd_recipient_restrictions="permit_mynetworks,reject",
            mynetworks="127.0.0.0/8",
            smtpd_authorized_xforward_hosts="127.0.0.0/8",
            receive_override_options="no_unknown_recipient_checks,no_header_body_checks,no_milters",
        ),
        FILTER_CLIENT,
    ]
    with private_postfix(parameters, services) as instance:
        yield Postfix(instance, submission, reinjection)


def require(*commands: str) -> None:
    """Fail the test, saying what to do, where a command is missing or we may not start Postfix."""
    missing = [command for command in commands if program(command) is None]
    if missing or os.geteuid() != 0:
        pytest.fail(
            f"needs root and {', '.join(missing) or 'Postfix'}:"
            " apt-get install --no-install-recommends postfix swaks strace"
        )
