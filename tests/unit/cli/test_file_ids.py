"""How people write the id of a file."""

from __future__ import annotations

import pytest

from gateway.cli.files import file_id


@pytest.mark.parametrize(
    ("written", "id_"),
    [
        ("cs-2026-0001", "CS-2026-0001"),
        ("Ch-2026-12345", "CH-2026-12345"),
        ("CS-2026-0001", "CS-2026-0001"),
        ("smith-2026", "smith-2026"),
    ],
)
def test_an_id_given_here_is_known_whatever_its_case(written: str, id_: str) -> None:
    assert file_id(written) == id_
