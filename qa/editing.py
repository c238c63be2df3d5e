"""A person's corrections of what is known about a document."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from pathlib import Path

from corpus.edits import UNKNOWN, Edit
from corpus.errors import InvalidInput
from corpus.library import Library
from corpus.metadata import web_address
from corpus.records import DocumentRecord
from corpus.types import PartialDate
from qa.find import one_document

_UNKNOWN = "unknown"
_LANGUAGE = re.compile(r"[a-z]{2,3}")
_LONGEST = 500
_MOST_AUTHORS = 100


def parse_edit(
    title: str | None = None,
    publisher: str | None = None,
    published: str | None = None,
    language: str | None = None,
    authors: Sequence[str] | None = None,
    symbol: str | None = None,
    source_url: str | None = None,
    covers: Sequence[str] | None = None,
) -> Edit:
    """The correction that these words say; raises InvalidInput for an impossible date, language, address or length."""
    words = [("title", title), ("publisher", publisher), ("symbol", symbol)]
    words += [("name of an author", name) for name in authors or ()]
    for name, word in words:
        if word is not None and not (word.strip() and len(word) <= _LONGEST):
            raise InvalidInput(f"the {name} needs 1 to {_LONGEST} characters; to take it back use --reset")
    if authors is not None and not 1 <= len(authors) <= _MOST_AUTHORS:
        raise InvalidInput(f"a document needs 1 to {_MOST_AUTHORS} authors; to take them back use --reset")
    if source_url is not None and web_address(source_url) is None:
        raise InvalidInput(f"{source_url!r} is no address of the web; write it as https://example.org/report")
    if language is not None and not _LANGUAGE.fullmatch(language) and language != _UNKNOWN:
        raise InvalidInput(f"{language!r} is no language code; write it as en, fr, de, ..., or unknown")
    day = _date(published) if published is not None else None
    first, last = map(_date, covers) if covers else (None, None)
    if first and last and last.last < first.first:
        raise InvalidInput(f"a period that ends on {last} cannot begin on {first}; name its first day first")
    return Edit(
        title=_on_one_line(title),
        publisher=_on_one_line(publisher),
        language=UNKNOWN if language == _UNKNOWN else language,
        published=day,
        authors=tuple(dict.fromkeys(" ".join(name.split()) for name in authors)) if authors else None,
        symbol=_on_one_line(symbol),
        source_url=web_address(source_url) if source_url else None,
        covers=(first, last) if first and last else None,
    )


def _date(word: str) -> PartialDate:
    try:
        return PartialDate.parse(word)
    except ValueError:
        raise InvalidInput(f"{word!r} is no date; write it as 2007, 2007-12 or 2007-12-31") from None


def _on_one_line(word: str | None) -> str | None:
    return " ".join(word.split()) if word else None


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
