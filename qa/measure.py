"""How well a library's index finds what is nearest, and what computes its vectors: measured, for `sourcebook doctor`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from corpus.snapshot import Snapshot
from embeddings.encode import Encoder
from embeddings.segments import SegmentedIndex

RECALL_AT = 10
SAMPLE = 50
"""How many passages, and how many sentences, are looked for."""
LEAST_RECALL = 0.98


def recall(index: SegmentedIndex, queries: Sequence[NDArray[np.float32]]) -> float:
    """The share of the exact ten nearest that a search finds, over these query vectors; 1 for none."""
    found = wanted = 0
    for query in queries:
        best = {hit.id for hit in index.exact(query, RECALL_AT)}
        found += len(best & {hit.id for hit in index.search(query, RECALL_AT)})
        wanted += len(best)
    return found / wanted if wanted else 1.0


def own_questions(snapshot: Snapshot, encoder: Encoder) -> Iterator[NDArray[np.float32]]:
    """Sentences spread over the library, encoded as questions are."""
    ids = snapshot.passage_ids()
    chosen = ids[:: max(1, len(ids) // SAMPLE)][:SAMPLE]
    for passage in snapshot.passages(chosen).values():
        if passage.sentences:
            sentence = passage.sentences[len(passage.sentences) // 2]
            text = snapshot.document(passage.document_id).text[sentence.start : sentence.end]
            yield encoder.encode_query(text)


def index_line(index: SegmentedIndex, share: float, asked: int) -> str:
    """What was measured, as a sentence."""
    how = (
        f"{index.coded:,} found by 4-bit codes and compared exactly"
        if index.coded
        else "all compared exactly"
    )
    return (
        f"the search among {len(index):,} vectors ({how}): recall@{RECALL_AT} is {share:.3f} "
        f"over {asked} of its own passages and sentences"
    )
