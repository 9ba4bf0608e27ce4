"""A real Postfix of a test's own: it hands mail to a content filter and takes it back, touching nothing of the machine's."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from acceptance.gateway_process import free_port

MAIN = """
compatibility_level = 3.6
queue_directory = {root}/spool
data_directory = {root}/data
command_directory = /usr/sbin
daemon_directory = /usr/lib/postfix/sbin
mail_owner = postfix
setgid_group = postdrop
myhostname = mx.opcc.example
mydestination =
relay_domains = opcc.example
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
mynetworks = 127.0.0.0/8
local_recipient_maps =
local_transport = error:no local
alias_maps =
alias_database =
default_transport = smtp:[127.0.0.1]:{next_hop}
relay_transport = smtp:[127.0.0.1]:{next_hop}
smtpd_relay_restrictions = permit_mynetworks, permit_auth_destination, reject
smtpd_authorized_xclient_hosts = 127.0.0.0/8
smtpd_peername_lookup = no
disable_dns_lookups = yes
smtpd_client_connection_count_limit = 0
smtpd_client_connection_rate_limit = 0
message_size_limit = 52428800
maillog_file = {root}/maillog
maillog_file_prefixes = {root}
default_database_type = hash
minimal_backoff_time = 1s
maximal_backoff_time = 1s
queue_run_delay = 1s
smtp_connect_timeout = 5s
in_flow_delay = 0
"""

SERVICES = """
127.0.0.1:{submission} inet n - n - - smtpd
    -o content_filter=triage:[127.0.0.1]:{content_filter}
127.0.0.1:{reinjection} inet n - n - - smtpd
    -o content_filter=
    -o smtpd_helo_restrictions=
    -o smtpd_sender_restrictions=
    -o smtpd_recipient_restrictions=permit_mynetworks,reject
    -o mynetworks=127.0.0.0/8
    -o smtpd_authorized_xforward_hosts=127.0.0.0/8
    -o receive_override_options=no_unknown_recipient_checks,no_header_body_checks,no_milters
triage unix - - n - 20 smtp
    -o smtp_send_xforward_command=yes
    -o disable_mime_output_conversion=yes
    -o smtp_tls_security_level=none
pickup unix n - n 60 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
tlsmgr unix - - n 1000? 1 tlsmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
verify unix - - n - 1 verify
flush unix n - n 1000? 0 flush
proxymap unix - - n - - proxymap
smtp unix - - n - - smtp
relay unix - - n - - smtp
showq unix n - n - - showq
error unix - - n - - error
retry unix - - n - - error
discard unix - - n - - discard
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
postlog unix-dgram n - n - 1 postlogd
"""


@dataclass(frozen=True)
class Postfix:
    """A running instance. Mail goes in at `submission`, comes back from the filter at `reinjection`."""

    root: Path
    submission: int
    reinjection: int

    def queue(self) -> list[str]:
        """Why each queued message still is there (empty: it is being worked on)."""
        listed = _run("postqueue", "-c", self.root / "etc", "-j").splitlines()
        return [
            " ".join(recipient.get("delay_reason", "") for recipient in json.loads(line)["recipients"])
            for line in listed
        ]

    def flush(self) -> None:
        """Try everything that is deferred now."""
        _run("postqueue", "-c", self.root / "etc", "-f")


@contextmanager
def postfix(*, content_filter: int, next_hop: int, reinjection: int) -> Iterator[Postfix]:
    """An instance that filters through one port, takes mail back on another, and sends it on to a third."""
    require("postfix", "smtp-source")
    # Postfix wants every folder above its own to be open to all, which pytest's are not.
    root = Path(tempfile.mkdtemp(prefix="triage-postfix-"))
    root.chmod(0o755)
    submission = free_port()
    try:
        for name in ("etc", "spool", "data"):
            (root / name).mkdir()
        shutil.chown(root / "data", "postfix", "postfix")
        (root / "etc/main.cf").write_text(MAIN.format(root=root, next_hop=next_hop))
        services = SERVICES.format(submission=submission, content_filter=content_filter, reinjection=reinjection)
        (root / "etc/master.cf").write_text(services)
        _run("postfix", "-c", root / "etc", "start")
        try:
            yield Postfix(root, submission, reinjection)
        finally:
            _run("postfix", "-c", root / "etc", "stop")
    finally:
        shutil.rmtree(root)


def require(*commands: str) -> None:
    """Fail the test, saying what to do, where a command is missing or we may not start Postfix."""
    missing = [command for command in commands if program(command) is None]
    if missing or os.geteuid() != 0:
        pytest.fail(
            f"needs root and {', '.join(missing) or 'Postfix'}:"
            " apt-get install --no-install-recommends postfix swaks strace"
        )


def program(name: str) -> str | None:
    """The path of a program, also where only root's PATH has it."""
    return shutil.which(name) or shutil.which(name, path="/usr/sbin:/sbin")


def _run(command: str, *arguments: object) -> str:
    path = program(command)
    assert path is not None
    done = subprocess.run([path, *map(str, arguments)], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, f"{command}: {done.stderr}"
    return done.stdout
