"""A library to be and the files to put into it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.qa.material import (
    DOCUMENTS,
    write,
)


@pytest.fixture
def library(tmp_path: Path) -> Path:
    return tmp_path / "library"


@pytest.fixture
def sources(tmp_path: Path) -> Path:
    return write(tmp_path / "sources", DOCUMENTS)
