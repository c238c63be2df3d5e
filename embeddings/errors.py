"""The errors of models and indexes; each message is a sentence that names the fix."""

from __future__ import annotations

from typing import Final

BUILD_AGAIN: Final = "build the index again: sourcebook doctor --repair"
"""What mends an index that cannot be read: all that is in it is in the library's database, too."""


class EmbeddingsError(Exception):
    """Base of the errors raised on purpose in this package."""


class ModelError(EmbeddingsError):
    """A model is missing, damaged, or not one that can be used here."""


class IndexUnreadable(EmbeddingsError):
    """A saved index is missing, damaged, or of another kind."""


def first_line(error: BaseException) -> str:
    """Say in one line what another library complained about, to quote it in an error of ours."""
    lines = str(error).strip().splitlines()
    return lines[0] if lines else type(error).__name__
