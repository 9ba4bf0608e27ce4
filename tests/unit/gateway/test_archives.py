"""Archives of mail: each kind gives the messages that are in it, whole and in a stable order."""

from __future__ import annotations

import mailbox
from collections.abc import Callable
from pathlib import Path

import pytest

from gateway.archives import ArchiveError, archived

ONE = b"Subject: one\n\nHello\n\nFrom here on, all is well.\n>From quoted\n"
TWO = b"Subject: two\n\nBye\n"


def mbox(folder: Path) -> Path:
    box = mailbox.mbox(folder / "box.mbox")
    for raw in (ONE, TWO):
        box.add(mailbox.mboxMessage(raw))
    box.close()
    return folder / "box.mbox"


def maildir(folder: Path) -> Path:
    box = mailbox.Maildir(folder / "box")
    for raw in (ONE, TWO):
        box.add(raw)
    box.close()
    return folder / "box"


def eml_folder(folder: Path) -> Path:
    (folder / "2026").mkdir()
    (folder / "2026" / "b.eml").write_bytes(TWO)
    (folder / "2026" / "a.eml").write_bytes(ONE)
    (folder / "notes.txt").write_text("not mail")
    return folder


@pytest.mark.parametrize("archive", [mbox, maildir, eml_folder])
def test_gives_every_message(archive: Callable[[Path], Path], tmp_path: Path) -> None:
    subjects = [message.raw.split(b"\n", 1)[0] for message in archived(archive(tmp_path))]
    assert sorted(subjects) == [b"Subject: one", b"Subject: two"]


def test_an_mbox_line_that_was_escaped_is_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "box"
    path.write_bytes(
        b"From a@b Mon Mar  2 10:15:00 2026\nSubject: x\n\nHello\n\n>From here\n>>From there\n>not\nFrom x\n"
    )
    [message] = archived(path)
    assert message.raw == b"Subject: x\n\nHello\n\nFrom here\n>From there\n>not\nFrom x\n"


@pytest.mark.parametrize(
    ("name", "content"), [("missing", None), ("empty", b""), ("letter.txt", b"Dear all\n"), ("folder", "folder")]
)
def test_what_is_no_archive_is_named(name: str, content: bytes | str | None, tmp_path: Path) -> None:
    path = tmp_path / name
    if content == "folder":
        path.mkdir()
    elif isinstance(content, bytes):
        path.write_bytes(content)
    with pytest.raises(ArchiveError, match=name):
        list(archived(path))
