"""What a person is told when something fails: one sentence; what was not raised on purpose goes to the log."""

from __future__ import annotations

import logging

from corpus.errors import SourcebookError
from embeddings.errors import EmbeddingsError
from qa.app.catalogue import say

log = logging.getLogger(__name__)


def sentence_for(error: Exception) -> str:
    """What a person is told about an error; anything that was not raised on purpose goes to the log."""
    if isinstance(error, SourcebookError | EmbeddingsError):
        return str(error)
    log.error("a request of the web page failed", exc_info=error)
    return say["error_unexpected"]
