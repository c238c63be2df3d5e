"""Documents that say the same: equal texts from other bytes, and texts that are nearly equal; linked, never dropped."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import click

from corpus.records import DocumentRecord
from corpus.snapshot import Snapshot
from corpus.types import BlockKind, Document
from qa.cite import json_text
from qa.copies import SIMILAR, runs_of, words_in
from qa.terminal import count_of, printable

_PERMUTATIONS = 128
_BANDS = 32
_SEED = 42
_COMMON_WORDS = 0.6
"""Two texts with most of their runs of words in common have at least this share of their words in common."""
NEAREST = 500
"""So many documents one is compared with on the page, which has to be quick; `find_duplicates` compares all."""
PATIENT = 5_000
"""So many where a person asks for one document on the command line, who is told when there are more."""


@dataclass(frozen=True, slots=True)
class Twins:
    """Two documents, their common share of runs of words (an estimate; 1.0 and `same` for equal texts)."""

    first: DocumentRecord
    second: DocumentRecord
    share: float
    same: bool


def find_duplicates(snapshot: Snapshot, at_least: float = SIMILAR) -> list[Twins]:
    """All pairs of current documents whose texts (boilerplate left out, case and spacing aside) are alike.

    Shares are estimated by MinHash (128 permutations, standard error about 0.035 near 0.8); the same library gives
    the same pairs, the most alike first.
    """
    records = snapshot.documents()
    words = [words_of(snapshot.document(record.id)) for record in records]
    signatures = [_signature(each) for each in words]
    digests = [hashlib.sha256(" ".join(each).encode("utf-8", "surrogatepass")).digest() for each in words]
    found = []
    for one, other in sorted(_candidates(signatures, digests)):
        if not words[one] or not words[other]:
            continue
        same = digests[one] == digests[other]
        share = 1.0 if same else _share(signatures[one], signatures[other])
        if share >= at_least:
            found.append(Twins(records[one], records[other], share, same))
    return sorted(found, key=lambda twins: (-twins.same, -twins.share, twins.first.paths, twins.second.paths))


def twins_of(
    snapshot: Snapshot, document_id: str, at_least: float = SIMILAR, nearest: int = NEAREST
) -> list[Twins]:
    """The pairs of one document with all others, itself first, the most alike first.

    It is compared with the `nearest` documents by number of passages: what says the same is about as long.
    """
    records = {record.id: record for record in snapshot.documents()}
    own = records.pop(document_id, None)
    words = words_of(snapshot.document(document_id))
    if own is None or not words:
        return []
    known, signature = set(words), _signature(words)
    size = own.passages
    found = []
    by_length = sorted(records.values(), key=lambda record: (abs(record.passages - size), record.id))
    for record in by_length[:nearest]:
        others = words_of(snapshot.document(record.id))
        if len(known & set(others)) < _COMMON_WORDS * len(known | set(others)):
            continue
        same = words == others
        share = 1.0 if same else _share(signature, _signature(others))
        if share >= at_least:
            found.append(Twins(own, record, share, same))
    return sorted(found, key=lambda twins: (-twins.same, -twins.share, twins.second.paths))


def print_duplicates(pairs: Sequence[Twins], *, as_json: bool) -> None:
    """Print the pairs, for people or as a JSON object a line."""
    for twins in pairs:
        if as_json:
            click.echo(
                json_text(
                    {
                        "documents": [twins.first.id, twins.second.id],
                        "paths": [list(twins.first.paths), list(twins.second.paths)],
                        "same": twins.same,
                        "share": round(twins.share, 3),
                    }
                )
            )
        else:
            click.echo(f"{alike(twins)}  {printable(twins.first.path)}  ~  {printable(twins.second.path)}")
    if not as_json:
        click.echo(
            f"{count_of(len(pairs), 'pair')} of documents that say the same; all of them stay searchable."
        )


def alike(twins: Twins) -> str:
    """How much alike two documents are, in words."""
    return "same text " if twins.same else f"{twins.share:>5.0%} alike"


def twin_to_json(twins: Twins) -> dict[str, Any]:
    """The second of a pair as JSON values."""
    return {
        "document_id": twins.second.id,
        "paths": list(twins.second.paths),
        "same": twins.same,
        "share": round(twins.share, 3),
    }


def words_of(document: Document) -> list[str]:
    """The words of a document's content in lower case."""
    return [
        word
        for block in document.blocks
        if block.kind is not BlockKind.BOILERPLATE
        for word in words_in(document.text[block.start : block.end])
    ]


def _signature(words: Sequence[str]) -> tuple[int, ...]:
    from rensa import RMinHash

    minhash = RMinHash(num_perm=_PERMUTATIONS, seed=_SEED)
    minhash.update([run.encode("utf-8", "replace").decode() for run in runs_of(words)])
    return tuple(minhash.digest())


def _share(one: Sequence[int], other: Sequence[int]) -> float:
    return sum(first == second for first, second in zip(one, other, strict=True)) / _PERMUTATIONS


def _candidates(signatures: Sequence[tuple[int, ...]], digests: Sequence[bytes]) -> set[tuple[int, int]]:
    """The pairs that agree in one band of their signatures or wholly: at 0.8 all but one in twenty million."""
    pairs: set[tuple[int, int]] = set()
    for bucket in _buckets(signatures, digests):
        for place, one in enumerate(bucket):
            pairs.update((one, other) for other in bucket[place + 1 :])
    return pairs


def _buckets(signatures: Sequence[tuple[int, ...]], digests: Sequence[bytes]) -> Iterator[list[int]]:
    width = _PERMUTATIONS // _BANDS
    for band in range(_BANDS):
        by_band: dict[tuple[int, ...], list[int]] = {}
        for number, signature in enumerate(signatures):
            by_band.setdefault(signature[band * width : (band + 1) * width], []).append(number)
        yield from by_band.values()
    by_digest: dict[bytes, list[int]] = {}
    for number, digest in enumerate(digests):
        by_digest.setdefault(digest, []).append(number)
    yield from by_digest.values()
