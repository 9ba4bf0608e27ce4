"""Draws docs/pictures/terminal.svg from a real run of `triage demo --once`.

python docs/terminal.py
"""

from __future__ import annotations

import io
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

from rich.console import Console
from rich.text import Text

PICTURE = Path(__file__).resolve().parent / "pictures" / "terminal.svg"
BLOCKS_SHOWN = 5
COLUMNS = 150
TITLE = "make run"
DESCRIPTION = (
    "The beginning and end of the demonstration in a terminal: for each contact who it is from, what was found, where "
    "it went, and why with the paragraph of the policy; at the end, that all samples ended as expected."
)

# Fonts are the reader's own: the picture fetches nothing.
_FONT_FACES = re.compile(r"@font-face \{.*?\n    \}\n", re.DOTALL)
# What ports the system chose for the run, between the colours; the picture has the usual ones.
_PORT = re.compile(r"(127\.0\.0\.1(?:\x1b\[[\d;]*m)*:(?:\x1b\[[\d;]*m)*)\d+")
_USUAL_PORTS = ("2525", "8025")


def main() -> None:
    """Run the demo, keep its first contacts and its last word, and draw them."""
    shown = _shown(_run())
    console = Console(record=True, width=COLUMNS, file=io.StringIO())
    console.print(Text.from_ansi(shown))
    svg = _FONT_FACES.sub("", console.export_svg(title=TITLE)).replace("Fira Code, monospace", "monospace")
    opening, rest = svg.split(">", 1)
    words = f'<title id="title">{TITLE}</title><desc id="desc">{DESCRIPTION}</desc>'
    opening = f'{opening} role="img" aria-labelledby="title desc"'
    PICTURE.write_text("\n".join(line.rstrip() for line in f"{opening}>{words}{rest}".splitlines()) + "\n")


def _run() -> str:
    settings = {"TRIAGE_SMTP__LISTEN": '["127.0.0.1:0"]', "TRIAGE_HTTP__LISTEN": "127.0.0.1:0", "FORCE_COLOR": "1"}
    command = [sys.executable, "-m", "gateway", "demo", "--once"]
    with tempfile.TemporaryDirectory() as folder:
        environment = {**os.environ, **settings}
        return subprocess.run(command, cwd=folder, env=environment, check=True, capture_output=True, text=True).stdout


def _shown(output: str) -> str:
    """The heading, the first contacts, and the line that says how all of them ended."""
    blocks = re.split(r"\n[ \t]*\n", output)
    ending = next(block for block in blocks if "ended as expected" in block)
    shown = "\n\n".join([*blocks[: BLOCKS_SHOWN + 1], "…", ending.split("\n")[0]])
    usual = iter(_USUAL_PORTS)
    return _PORT.sub(lambda found: found[1] + next(usual), shown)


if __name__ == "__main__":
    main()
