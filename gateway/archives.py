"""Archives of mail: mbox, Maildir, a folder of `.eml`. Read one message at a time, in a stable order."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path


class ArchiveError(Exception):
    """The archive cannot be read; the message names it and what was expected."""


@dataclass(frozen=True, slots=True)
class Archived:
    """One message. `name`: its file's, or its number in an mbox from 1."""

    name: str
    raw: bytes


def archived(path: Path) -> Iterator[Archived]:
    """Every message of the archive at `path`. ArchiveError where it is none."""
    try:
        if path.is_file():
            yield from _mbox(path)
        elif (path / "cur").is_dir() or (path / "new").is_dir():
            yield from _files(path, [*(path / "new").glob("*"), *(path / "cur").glob("*")])
        elif path.is_dir():
            yield from _files(path, list(path.rglob("*.eml")))
        else:
            raise ArchiveError(f"{path}: no such file or folder")
    except OSError as error:
        raise ArchiveError(f"{path}: cannot be read: {error.strerror}") from None


def _files(root: Path, paths: list[Path]) -> Iterator[Archived]:
    files = sorted(path for path in paths if path.is_file() and not path.name.startswith("."))
    if not files:
        raise ArchiveError(f"{root}: no messages there; expected an mbox file, a Maildir or a folder of .eml files")
    for path in files:
        yield Archived(str(path.relative_to(root)), path.read_bytes())


def _mbox(path: Path) -> Iterator[Archived]:
    """mboxrd: a message begins at `From ` after a blank line; `>From ` in a body stands for `From ` (RFC 4155)."""
    number = 0
    lines: list[bytes] = []
    after_blank = True
    with path.open("rb") as file:
        for line in file:
            if after_blank and line.startswith(b"From "):
                if number:
                    yield Archived(str(number), b"".join(lines))
                number += 1
                lines = []
            elif not number:
                raise ArchiveError(f"{path}: not an mbox file: the first line does not begin with 'From '")
            else:
                lines.append(line[1:] if line.startswith(b">") and line.lstrip(b">").startswith(b"From ") else line)
            after_blank = not line.strip(b"\r\n")
    if not number:
        raise ArchiveError(f"{path}: the file is empty")
    yield Archived(str(number), b"".join(lines))
