"""A Postfix of one's own, in a folder of its own, touching nothing of the machine's: for benchmarks and tests."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from benchmarks.machine import program

_PARAMETERS: Mapping[str, object] = {
    "compatibility_level": 3.6,
    "command_directory": "/usr/sbin",
    "daemon_directory": "/usr/lib/postfix/sbin",
    "mail_owner": "postfix",
    "setgid_group": "postdrop",
    "mydestination": "",
    "inet_interfaces": "127.0.0.1",
    "inet_protocols": "ipv4",
    "mynetworks": "127.0.0.0/8",
    "local_recipient_maps": "",
    "alias_maps": "",
    "alias_database": "",
    "smtpd_relay_restrictions": "permit_mynetworks, reject",
    "smtpd_peername_lookup": "no",
    "smtpd_client_connection_count_limit": 0,
    "smtpd_client_connection_rate_limit": 0,
    "disable_dns_lookups": "yes",
    "default_database_type": "hash",
}
"""What every instance has in `main.cf`, but for its folders."""

_SERVICES = """
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
lmtp unix - - n - - lmtp
showq unix n - n - - showq
error unix - - n - - error
retry unix - - n - - error
discard unix - - n - - discard
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
postlog unix-dgram n - n - 1 postlogd
"""


@dataclass(frozen=True)
class PrivatePostfix:
    """A running instance."""

    root: Path

    @property
    def pid(self) -> int:
        """Its master process."""
        return int((self.root / "spool/pid/master.pid").read_text())

    def run(self, command: str, *arguments: str) -> str:
        """What one of Postfix's own commands says of this instance. CalledProcessError where it fails."""
        path = program(command)
        assert path is not None
        told = subprocess.run([path, "-c", self.root / "etc", *arguments], check=True, capture_output=True, timeout=60)
        return told.stdout.decode()


def service(line: str, **options: object) -> str:
    """An entry of `master.cf` with the parameters that it alone has."""
    return "\n".join([line, *(f"    -o {name}={value}" for name, value in options.items())])


def listener(port: int, **options: object) -> str:
    """The entry of an SMTP server on a port."""
    return service(f"127.0.0.1:{port} inet n - n - - smtpd", **options)


def can_run() -> bool:
    """Whether Postfix is installed and we may start it."""
    return program("postfix") is not None and os.geteuid() == 0


@contextmanager
def private_postfix(parameters: Mapping[str, object], services: Iterable[str]) -> Iterator[PrivatePostfix]:
    """An instance with these parameters over the usual ones, and these services beside them, until it is let go."""
    # Postfix wants every folder above its own to be open to all, which pytest's are not.
    root = Path(tempfile.mkdtemp(prefix="triage-postfix-"))
    root.chmod(0o755)
    folders = {
        "queue_directory": f"{root}/spool",
        "data_directory": f"{root}/data",
        "maillog_file": f"{root}/maillog",
        "maillog_file_prefixes": root,
    }
    try:
        for name in ("etc", "spool", "data"):
            (root / name).mkdir()
        shutil.chown(root / "data", "postfix", "postfix")
        entries = {**_PARAMETERS, **folders, **parameters}
        (root / "etc/main.cf").write_text("".join(f"{name} = {value}\n" for name, value in entries.items()))
        (root / "etc/master.cf").write_text("\n".join([*services, _SERVICES.strip(), ""]))
        instance = PrivatePostfix(root)
        instance.run("postfix", "start")
        try:
            yield instance
        finally:
            instance.run("postfix", "stop")
    finally:
        shutil.rmtree(root)
