"""The gateway's way in over its SQLite store, and nothing behind it: `python -m benchmarks.receiver FOLDER PORT`."""

from __future__ import annotations

import asyncio
import signal
import sys
from datetime import UTC, datetime
from pathlib import Path

from gateway.intake.smtp.server import SmtpIntake
from gateway.intake.smtp.settings import SmtpSettings
from gateway.logs import configure_logs
from gateway.store import keyfile
from gateway.store.store import open_store


async def main(folder: Path, port: int) -> None:
    """Take mail in on a port over a new store in `folder`, until told to stop."""
    configure_logs("warning")
    store = open_store(folder / "triage.db", keyfile.create(folder / "keys.json").sealer())
    settings = SmtpSettings(listen=(f"127.0.0.1:{port}",))
    intake = SmtpIntake(settings, store.spool, now=lambda: datetime.now(UTC), is_our_trace=lambda _value: False)
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    await intake.start()
    print("ready", flush=True)
    await stop.wait()
    await intake.stop(1)
    store.close()


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]), int(sys.argv[2])))
