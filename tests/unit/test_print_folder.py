"""The post room prints what lies in its folder: nothing lies there that is not to be posted."""

from __future__ import annotations

import asyncio
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast
from unittest.mock import AsyncMock

import pytest

from gateway.dispatch.carriers.print_queue import PrintQueue
from gateway.governance.course import text_of
from gateway.governance.desk import Desk
from gateway.governance.steps import StrategyStep
from gateway.letters.print_folder import Cleared, PrintFolder
from gateway.store.sealing import SealError
from tests.governing import APPROVED, HOME, MONDAY, PERSON, draft, situation, step

WRITTEN = (
    step("letter_written", letter="L1", purpose="notice", passages=()),
    step("letter_approved", by="Hal Head", role="head", letter="L1"),
)
QUEUED = (draft(), *APPROVED, *WRITTEN, step("letter_queued", letter="L1", to=HOME))
UNDONE = (*QUEUED, step("undone", number=len(QUEUED), reason="Not yet."))
NEVER_WRITTEN = (draft(), *APPROVED)
WITHDRAWN = (*QUEUED, step("withdrawn", reasons="Wrong person."))
UNSAFE = PERSON.model_copy(
    update={"identifiers": tuple(one.model_copy(update={"safe": False}) for one in PERSON.identifiers)}
)


def stored(steps: tuple[StrategyStep, ...], **changes: Any) -> Any:
    kept = [SimpleNamespace(text=text_of(one)) for one in steps]
    return SimpleNamespace(**{"id": "CS-1", "kind": "strategy", "erased_at": None, "steps": kept, **changes})


def cleared(folder: Path, read: Any, **here: Any) -> Cleared:
    """What is done with the folder where the store gives, or raises, that."""
    desk = SimpleNamespace(
        store=SimpleNamespace(files=SimpleNamespace(read=AsyncMock(side_effect=[read]))),
        situation=AsyncMock(return_value=situation(**here)),
    )
    return asyncio.run(PrintFolder(cast("Desk", desk), PrintQueue(folder)).clear())


@pytest.fixture
def pdf(tmp_path: Path) -> Path:
    path = tmp_path / "CS-1-L1.pdf"
    path.write_bytes(b"%PDF-1.7")
    return path


def test_what_waits_to_be_printed_stays(pdf: Path) -> None:
    assert cleared(pdf.parent, stored(QUEUED)) == Cleared()
    assert pdf.exists()


@pytest.mark.parametrize(
    ("read", "here"),
    [
        (stored(UNDONE), {}),
        (stored(NEVER_WRITTEN), {}),
        (stored(WITHDRAWN), {}),
        (stored(QUEUED), {"person": UNSAFE}),
        (stored((), erased_at=MONDAY), {}),
    ],
    ids=["undone", "never written", "withdrawn", "unsafe", "deleted"],
)
def test_what_is_not_to_be_printed_any_more_goes(pdf: Path, read: Any, here: dict[str, Any]) -> None:
    part, notes = pdf.with_suffix(".part"), pdf.with_name("opening hours.pdf")
    for path in (part, notes):
        path.write_bytes(b"%PDF-1.7")
    assert cleared(pdf.parent, read, **here) == Cleared(removed=(str(pdf),))
    assert list(pdf.parent.iterdir()) == [notes]


@pytest.mark.parametrize(
    ("read", "why"),
    [
        (None, "is of no strategy or challenge that is known here"),
        (stored((), kind="incident"), "is of no strategy or challenge that is known here"),
        (SealError("it does not open"), "it does not open"),
    ],
)
def test_what_nothing_is_known_of_is_left_and_told(pdf: Path, read: Any, why: str) -> None:
    found = cleared(pdf.parent, read)
    assert pdf.exists() and not found.removed
    assert why in found.left[str(pdf)]


def test_what_cannot_be_removed_is_told(pdf: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Path, "unlink", lambda *_args, **_more: (_ for _ in ()).throw(OSError(30, "Read-only")))
    found = cleared(pdf.parent, stored(UNDONE))
    assert not found.removed and "cannot be removed (Read-only)" in found.left[str(pdf)]


def test_a_folder_that_is_not_there_has_nothing_in_it(tmp_path: Path) -> None:
    assert cleared(tmp_path / "letters", None) == Cleared()
