"""`python -m benchmarks [--only NAME] [--quick]`: one table, with peers in the same run where they are installed."""

from __future__ import annotations

import argparse
import os
import platform

from rich.console import Console

from benchmarks.cases import CASES
from benchmarks.figures import Report


def main() -> None:
    """Run the parts that were asked for, and show the table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--only", choices=CASES, action="append", metavar="NAME", help=", ".join(CASES))
    parser.add_argument("--quick", action="store_true", help="few messages: to see that it works, not how fast")
    told = parser.parse_args()
    report = Report()
    console = Console(width=None if os.isatty(1) else 140)
    busy = os.getloadavg()[0]
    for name in told.only or CASES:
        with console.status(name):
            CASES[name](report, quick=told.quick)
    report.note(
        f"{os.cpu_count()} cores, Python {platform.python_version()}, {platform.system()} {platform.machine()};"
        f" load {busy:.1f} before the first. Clients, peers and gateway share the cores."
    )
    report.show(console)


if __name__ == "__main__":
    main()
