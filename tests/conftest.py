"""Fixtures that several test packages share."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import settings

os.environ.setdefault("HF_HUB_OFFLINE", "1")
os.environ.setdefault("GRADIO_ANALYTICS_ENABLED", "False")
os.environ["SOURCEBOOK_DEVICE"] = "cpu"  # to the last bit, on every machine
os.environ["SOURCEBOOK_VECTOR_CACHE"] = "off"  # tests count what is encoded, and leave no traces

# A busy machine is no error of the code.
settings.register_profile("sourcebook", deadline=None)
settings.load_profile("sourcebook")

CHECKOUT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real documents and public collections, which is never part of the project."""
    folder = Path(os.environ.get("SOURCEBOOK_TEST_DATA", CHECKOUT.parent / "shared" / "data"))
    if not folder.is_dir():
        pytest.skip(f"no real documents at {folder}; set SOURCEBOOK_TEST_DATA to a folder that has them")
    return folder
