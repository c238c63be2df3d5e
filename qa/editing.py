"""A person's corrections of what is known about a document."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

from corpus.edits import Edit
from corpus.errors import InvalidInput
from corpus.library import Library
from corpus.records import DocumentRecord
from corpus.types import PartialDate
from qa.find import one_document

_LANGUAGE = re.compile(r"[a-z]{2,3}")
_LONGEST = 500


def parse_edit(
    title: str | None = None,
    publisher: str | None = None,
    published: str | None = None,
    language: str | None = None,
) -> Edit:
    """The correction that these words say; raises InvalidInput for an impossible date, language or length."""
    words = {"title": title, "publisher": publisher}
    for name, word in words.items():
        if word is not None and not (word.strip() and len(word) <= _LONGEST):
            raise InvalidInput(f"the {name} needs 1 to {_LONGEST} characters; to take it back use --reset")
    if language is not None and not _LANGUAGE.fullmatch(language):
        raise InvalidInput(f"{language!r} is no language code; write it as en, fr, de, ...")
    try:
        day = PartialDate.parse(published) if published is not None else None
    except ValueError:
        raise InvalidInput(f"{published!r} is no date; write it as 2007, 2007-12 or 2007-12-31") from None
    return Edit(
        " ".join(title.split()) if title else None,
        " ".join(publisher.split()) if publisher else None,
        language,
        day,
    )


def edit_document(
    library: Path,
    target: str,
    edit: Edit,
    *,
    reset: bool = False,
    wait: float | None = None,
    waiting: Callable[[str], None] | None = None,
) -> DocumentRecord:
    """Correct what is known about the one document that a target names, for all sources that hold it.

    The correction is kept by source: it also holds for what is added from there later. Raises InvalidInput if the
    target names no document, or several.
    """
    with Library.open(library) as opened, opened.writer(wait, waiting) as writer:
        with opened.snapshot() as snapshot:
            document_id = one_document(snapshot, target)
            keys = [source.key for source in snapshot.sources() if source.document_id == document_id]
        for key in keys:
            writer.edit(key, edit if reset else writer.edit_of(key).after(edit))
        with opened.snapshot() as snapshot:
            (record,) = snapshot.documents({document_id})
    return record
