"""The order of the best evidence as a reranker sees it; off unless the user names one."""

from __future__ import annotations

from collections.abc import Sequence

from embeddings.rerank import Reranker
from qa.evidence import Evidence

RERANKED = 30
"""How many of the best pieces of evidence are read again; the others keep their places behind them."""


def reranked(question: str, evidence: Sequence[Evidence], reranker: Reranker | None) -> list[Evidence]:
    """The same evidence, its best by the reranker's score of title and passage; as it is without a reranker.

    Only the order changes: quotes, scores and the decision whether there is an answer stay as they were measured.
    """
    if reranker is None or not evidence:
        return list(evidence)
    best, rest = evidence[:RERANKED], evidence[RERANKED:]
    scores = reranker.scores(question, [_text(item) for item in best])
    order = sorted(range(len(best)), key=lambda place: (-float(scores[place]), place))
    return [*(best[place] for place in order), *rest]


def _text(item: Evidence) -> str:
    passage, document = item.found.passage, item.document
    return f"{document.metadata.title.value}\n{document.text[passage.start : passage.end]}"
