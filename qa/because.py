"""Why a piece of evidence was found, in terms that a reader can check; it decides nothing."""

from __future__ import annotations

from qa.answer import surroundings
from qa.evidence import Evidence
from qa.features import Asked
from qa.types import Because


def because(asked: Asked, evidence: Evidence) -> Because:
    """What the question and this evidence share; `qa.types.Because` explains the parts."""
    text = asked.question.text
    absent = set(asked.words.missing(asked.words.terms(surroundings(evidence))))
    matched: dict[str, None] = {}
    missing: dict[str, None] = {}
    for token in asked.words.tokens(text):
        if token.term in asked.words.weights:
            (missing if token.term in absent else matched)[text[token.start : token.end]] = None
    found, features = evidence.found, evidence.features
    timely = max(features.asked_time_in_sentence, features.asked_time_in_document)
    return Because(
        matched=tuple(matched),
        missing=tuple(word for word in missing if word not in matched),
        dense_rank=found.dense_rank,
        lexical_rank=found.lexical_rank,
        similarity=features.similarity,
        timely=None if asked.period is None else timely,
    )
