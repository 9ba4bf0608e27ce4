"""Lists as CSV."""

from __future__ import annotations

import csv
import io

import pytest

from gateway.cli.rows import print_csv


@pytest.mark.parametrize("cell", ["=1+1", "\tx", "\n=x"])
def test_no_cell_of_a_list_is_a_formula(cell: str, capsys: pytest.CaptureFixture[str]) -> None:
    print_csv(["rule"], [{"rule": cell}])
    assert list(csv.reader(io.StringIO(capsys.readouterr().out)))[1] == [f"'{cell}"]
