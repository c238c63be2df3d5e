"""Which documents of a library a person means: by a path as shown or on disk, a folder, or the beginning of an id."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from corpus.errors import InvalidInput
from corpus.records import SourceRecord
from corpus.snapshot import Snapshot
from qa.sources import real, shown

_DOCUMENT_ID = re.compile(r"[0-9a-f]{6,64}")


def named_sources(sources: Sequence[SourceRecord], target: str) -> list[SourceRecord]:
    """The sources that a target names; raises InvalidInput if it names none."""
    named = [source for source in sources if _names(target, source)]
    if not named:
        raise InvalidInput(f"Nothing in the library is named {target!r}; see: sourcebook list")
    return named


def one_document(snapshot: Snapshot, target: str) -> str:
    """The id of the one document that a target names; raises InvalidInput if it names none or several."""
    named = named_sources(snapshot.sources(), target)
    exact = [source for source in named if target in (source.path, source.document_id)]
    ids = dict.fromkeys(source.document_id for source in exact or named)
    if len(ids) > 1:
        listed = ", ".join(f"{source.path} ({source.document_id[:8]})" for source in (exact or named)[:5])
        raise InvalidInput(f"{target!r} names {len(ids)} documents, name one of them: {listed}")
    return next(iter(ids))


def _names(target: str, source: SourceRecord) -> bool:
    if not target.strip():
        return False
    named, on_disk = shown(target.rstrip("/") or target), str(real(Path(target)))
    if source.path == named or source.path.startswith(named + "/") or source.key == target:
        return True
    if source.key == on_disk or source.key.startswith((on_disk + "/", on_disk + "!/")):
        return True
    return bool(_DOCUMENT_ID.fullmatch(target)) and source.document_id.startswith(target)
