"""Where things lie by default: the user's library and the sample documents; nothing is created here."""

from __future__ import annotations

from pathlib import Path

import platformdirs

import corpus


def default_library() -> Path:
    """The library in the user's data folder."""
    return platformdirs.user_data_path("sourcebook", appauthor=False) / "library"


def sample_documents() -> Path:
    """The folder of sample documents that comes with the program."""
    return Path(corpus.__file__).parent / "samples"
