"""What a person is told when something fails: one sentence; what was not raised on purpose goes to the log."""

from __future__ import annotations

import logging

from corpus.errors import SourcebookError

log = logging.getLogger(__name__)

UNEXPECTED = (
    "Something went wrong on our side; the terminal that runs Sourcebook shows the details. Please try again."
)


def sentence_for(error: Exception) -> str:
    """What a person is told about an error; anything that was not raised on purpose goes to the log."""
    if isinstance(error, SourcebookError):
        return str(error)
    log.error("a request of the web page failed", exc_info=error)
    return UNEXPECTED
