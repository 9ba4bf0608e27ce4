"""The shelf of own weights: put, go back, refuse what is damaged, and two at once."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from gateway.settings import Settings
from gateway.weights_shelf import MANIFEST, Shelf, ShelfError, Version, weights_in_use

NOW = datetime(2026, 11, 23, 10, 15, tzinfo=UTC)
LATER = NOW + timedelta(minutes=1)


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    return Shelf(tmp_path / "weights")


def made(shelf: Shelf, content: str = "x", at: datetime = NOW) -> Version:
    with shelf.training() as folder:
        (folder / "fast").mkdir()
        (folder / "fast" / "weights.npz").write_text(content)
        return shelf.finish(folder, {"about": "a test"}, at)


def put(shelf: Shelf, content: str = "x") -> Version:
    version = made(shelf, content)
    shelf.put(version.name, instead_of=shelf.in_use(), by="Pat", now=NOW)
    return version


def test_nothing_is_in_use_at_first_and_looking_makes_nothing(shelf: Shelf, tmp_path: Path) -> None:
    assert (shelf.in_use(), shelf.folder_in_use(), shelf.history()) == (None, None, ())
    assert list(tmp_path.iterdir()) == []


def test_a_finished_version_is_in_use_only_when_it_is_put(shelf: Shelf) -> None:
    version = made(shelf)
    assert version.name.startswith("20261123T101500Z-")
    assert shelf.in_use() is None
    shelf.put(version.name, instead_of=None, by="Pat", now=NOW)
    assert shelf.folder_in_use() == version.folder
    assert (version.folder / "fast" / "weights.npz").read_text() == "x"
    assert [(turn.by, turn.what, turn.version) for turn in shelf.history()] == [("Pat", "put", version.name)]


def test_the_way_back_leads_to_the_one_before_and_in_the_end_to_the_shipped_ones(shelf: Shelf) -> None:
    first, second, third = put(shelf, "1"), put(shelf, "2"), put(shelf, "3")
    assert shelf.roll_back(by="Sam", now=LATER) == (third.name, second.name)
    assert shelf.roll_back(by="Sam", now=LATER) == (second.name, first.name)
    fourth = put(shelf, "4")
    assert shelf.roll_back(by="Sam", now=LATER) == (fourth.name, first.name)
    assert shelf.roll_back(by="Sam", now=LATER) == (first.name, None)
    assert shelf.in_use() is None
    with pytest.raises(ShelfError, match="nothing to go back from"):
        shelf.roll_back(by="Sam", now=LATER)
    assert len(shelf.history()) == 8


def lose(version: Version) -> None:
    (version.folder / "fast" / "weights.npz").unlink()


def change_file(version: Version) -> None:
    (version.folder / "fast" / "weights.npz").write_text("y")


def change_both(version: Version) -> None:
    """The manifest made to fit the changed file, as somebody would who wants it loaded."""
    from hashlib import sha256

    change_file(version)
    manifest = version.folder / MANIFEST
    text = manifest.read_text().replace(sha256(b"x").hexdigest(), sha256(b"y").hexdigest())
    assert text != manifest.read_text()
    manifest.write_text(text)


@pytest.mark.parametrize("damage", [lose, change_file, change_both])
def test_damaged_weights_are_refused_and_others_not_taken_in_silence(shelf: Shelf, damage) -> None:
    first = put(shelf)
    damage(first)
    with pytest.raises(ShelfError, match="triage train --roll-back --by NAME"):
        shelf.folder_in_use()
    assert shelf.roll_back(by="Sam", now=LATER) == (first.name, None)
    assert shelf.folder_in_use() is None


def test_the_way_back_passes_over_a_damaged_version(shelf: Shelf) -> None:
    first, second, third = put(shelf, "1"), put(shelf, "2"), put(shelf, "3")
    change_file(second)
    assert shelf.roll_back(by="Sam", now=LATER) == (third.name, first.name)


def test_a_damaged_version_is_not_put(shelf: Shelf) -> None:
    version = made(shelf)
    change_file(version)
    with pytest.raises(ShelfError, match="damaged"):
        shelf.put(version.name, instead_of=None, by="Pat", now=NOW)
    assert shelf.history() == ()


def test_a_damaged_history_says_what_to_do(shelf: Shelf, tmp_path: Path) -> None:
    put(shelf)
    (tmp_path / "weights" / "current").write_text("[{")
    with pytest.raises(ShelfError, match="move it away"):
        shelf.folder_in_use()


def test_two_trainings_do_not_write_at_once(shelf: Shelf) -> None:
    with shelf.training(), pytest.raises(ShelfError, match="another training"), shelf.training():
        pass
    made(shelf)


def test_a_version_is_put_only_instead_of_the_one_it_was_held_against(shelf: Shelf) -> None:
    slow = made(shelf, "slow")
    put(shelf, "quick")
    with pytest.raises(ShelfError, match="train again"):
        shelf.put(slow.name, instead_of=None, by="Pat", now=LATER)
    assert len(shelf.history()) == 1


def test_a_training_that_stops_leaves_nothing(shelf: Shelf, tmp_path: Path) -> None:
    with pytest.raises(KeyboardInterrupt), shelf.training() as folder:
        (folder / "half").write_text("x")
        raise KeyboardInterrupt
    assert list((tmp_path / "weights" / "versions").iterdir()) == []


def test_what_a_killed_training_left_is_taken_away(shelf: Shelf, tmp_path: Path) -> None:
    with shelf.training() as folder:
        left = folder
    left.mkdir()
    (left / "half").write_text("x")
    with shelf.training() as folder:
        assert list(folder.iterdir()) == []


def test_the_scan_reads_the_own_weights_where_there_are_some(tmp_path: Path) -> None:
    settings = Settings.model_validate({"store": {"path": tmp_path / "triage.db"}})
    assert weights_in_use(settings) == settings.scan.weights
    version = put(Shelf(tmp_path / "weights"))
    assert weights_in_use(settings) == version.folder
    elsewhere = Settings.model_validate(
        {"store": {"path": tmp_path / "triage.db"}, "scan": {"own_weights": tmp_path / "other"}}
    )
    assert weights_in_use(elsewhere) == settings.scan.weights
