"""No cell of a file is taken for a formula, and each says what it said."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firstbell.core.spreadsheets import csv_safe


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\r=x"])
def test_no_cell_is_a_formula(cell):
    assert csv_safe(cell) == f"'{cell}"


@given(st.text(max_size=20))
def test_a_cell_says_what_it_said(cell):
    assert csv_safe(cell).removeprefix("'") == cell.removeprefix("'")
