"""Where things lie by default: the user's library and the sample documents; nothing is created here."""

from __future__ import annotations

import os
from pathlib import Path

import platformdirs

import corpus


def default_library() -> Path:
    """The library in the user's data folder."""
    return platformdirs.user_data_path("sourcebook", appauthor=False) / "library"


def sample_documents() -> Path:
    """The folder of sample documents that comes with the program."""
    return Path(corpus.__file__).parent / "samples"


def vector_cache() -> Path | None:
    """The folder where passage vectors are kept for the next time; None when SOURCEBOOK_VECTOR_CACHE is "off"."""
    said = os.environ.get("SOURCEBOOK_VECTOR_CACHE", "")
    if said.casefold() in ("off", "0", "no"):
        return None
    return Path(said) if said else platformdirs.user_cache_path("sourcebook", appauthor=False) / "vectors"
