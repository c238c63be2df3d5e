"""What the reader learns from and is judged on: questions with passages, spans and splits; imports no model.

Splits are by document (article, site), never by question: an article's hash decides. Hard negatives come from the
program's own search. No example is stored; all of it is made anew from the question sets.
"""

from __future__ import annotations

import hashlib
import random
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from corpus.sentences import sentence_spans
from corpus.types import Span
from embeddings.encode import Encoder
from embeddings.reader_rows import Pair
from eval.collections import collection_library
from eval.fields import read_rows
from eval.questions import Question, QuestionSet, Record, load
from qa.copies import words_in
from qa.engine import Sourcebook

Split = Literal["train", "dev", "test"]
DEPTH = 50
"""Passages that are searched for each question."""
WINDOW = 170
"""Words of the longest passages that the reader is trained on; longer ones are cut at sentences around the answer."""
SIZES = (WINDOW, 110, 70, 70, 40)
"""Drawn from for each passage, with an answer or without, so that length says nothing; the program reads 420 characters."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A passage that the search found, in order of the fused ranking; `record` is the collection's id of its text."""

    record: str
    text: str


@dataclass(frozen=True, slots=True)
class Asked:
    """A question of a collection with its candidates; `source` is the record that it was made from, if told."""

    set_name: str
    question: Question
    split: Split
    candidates: tuple[Candidate, ...]
    source: Record | None


@dataclass(frozen=True, slots=True)
class Collection:
    """A question set with its records and the candidates of its questions."""

    name: str
    records: dict[str, Record]
    asked: tuple[Asked, ...]

    def of(self, split: Split) -> list[Asked]:
        """The questions of a split."""
        return [one for one in self.asked if one.split == split]


def split_of(name: str) -> Split:
    """The split of an article or site, by its name alone: 70% train, 15% dev, 15% test."""
    place = hashlib.sha256(f"reader:{name}".encode()).digest()[0] / 256
    return "train" if place < 0.70 else "dev" if place < 0.85 else "test"


def gather(folder: Path, encoder: Encoder, *, depth: int = DEPTH) -> Collection:
    """Search every question of a set; its splits are those of the articles, or its own where it brings train and test."""
    loaded = load(folder)
    records = {record.id: record for record in loaded.collection}
    titles, sources = {record.id: record.title for record in loaded.collection}, sources_of(folder)
    asked = []
    with Sourcebook.open(collection_library(loaded, encoder), encoder=encoder) as book:
        paths = {record.id: record.path for record in book.documents()}
        for question in loaded.questions:
            split = _split(loaded, question, titles, sources)
            hits = book.search(question.text, limit=depth) if depth else []
            asked.append(
                Asked(
                    loaded.name,
                    question,
                    split,
                    tuple(
                        Candidate(
                            paths[hit.passage.document_id],
                            records[paths[hit.passage.document_id]].text[hit.passage.start : hit.passage.end],
                        )
                        for hit in hits
                    ),
                    records.get(sources.get(question.id, "")),
                )
            )
    return Collection(loaded.name, records, tuple(asked))


def sources_of(folder: Path) -> dict[str, str]:
    """From an unanswerable question to the record, or the article, that it was made from."""
    path = folder / "unanswerable.jsonl"
    rows = read_rows(path) if path.is_file() else ()
    return {row.text("_id"): row.text("source_doc", "") or row.text("source_article", "") for row in rows}


def article_split(question: Question, titles: Mapping[str, str], sources: Mapping[str, str]) -> Split | None:
    """The split of the article that a collection's question is about; None where nothing says which it is.

    `titles` are those of the collection's records, `sources` what `sources_of` tells.
    """
    document = sources.get(question.id) or (question.gold[0].document if question.gold else None)
    return split_of(titles.get(document, document)) if document else None


def _split(
    loaded: QuestionSet, question: Question, titles: Mapping[str, str], sources: Mapping[str, str]
) -> Split:
    if len(loaded.splits) > 1:
        return "test" if question.split == "test" else "train"
    return article_split(question, titles, sources) or split_of(question.id)


def places(question: Question, record: Record) -> tuple[tuple[int, int], ...]:
    """Where a question's answer stands in a record: its gold spans there, else every whole-word place of its answers."""
    spans = [
        (gold.start, gold.end)
        for gold in question.gold
        if gold.document == record.id and gold.start is not None and gold.end is not None
    ]
    if not spans:
        spans = [
            match.span()
            for answer in question.answers
            if (bare := answer.strip(" ,.;"))
            for match in re.finditer(rf"(?<!\w){re.escape(bare)}(?!\w)", record.text)
        ]
    return tuple(dict.fromkeys(spans))


def holds(text: str, answers: Iterable[str]) -> bool:
    """Whether any of the answers stands in a text, so that it cannot serve as a negative."""
    lowered = text.casefold()
    return any(answer.casefold().strip(" ,.;") in lowered for answer in answers)


def window(
    text: str, spans: Sequence[tuple[int, int]], rng: random.Random, *, question: str, words: int = WINDOW
) -> tuple[str, tuple[tuple[int, int], ...]]:
    """A run of whole sentences of at most `words` words that holds one of the spans, at a random place around it.

    Without spans it is around the sentence that shares most words with the question.
    """
    if len(text.split()) <= words:
        return text, tuple(spans)
    sentences = sentence_spans(text, 0, len(text))
    anchor = rng.choice(spans) if spans else (_most_like(text, sentences, question).start, 0)
    inside = [n for n, s in enumerate(sentences) if s.start <= anchor[0] < s.end] or [0]
    first = last = inside[0]
    while last + 1 < len(sentences) and sentences[last].end < anchor[1]:
        last += 1
    while True:
        sides = [n for n in (first - 1, last + 1) if 0 <= n < len(sentences)]
        rng.shuffle(sides)
        for side in sides:
            low, high = min(first, side), max(last, side)
            if len(text[sentences[low].start : sentences[high].end].split()) <= words:
                first, last = low, high
                break
        else:
            break
    start, end = sentences[first].start, sentences[last].end
    kept = tuple((low - start, high - start) for low, high in spans if start <= low and high <= end)
    return text[start:end], kept


def _most_like(text: str, sentences: Sequence[Span], question: str) -> Span:
    """The first of the sentences that share most words with a question."""
    asked = frozenset(words_in(question))
    return max(sentences, key=lambda span: len(asked.intersection(words_in(text[span.start : span.end]))))


class Groups:
    """Groups of pairs for one pass over the training questions, drawn anew by the pass's own seed."""

    def __init__(self, collections: Sequence[Collection], *, negatives: int = 1, policy: int = 700) -> None:
        self._asked = [(one, c) for c in collections for one in c.of("train")]
        self._negatives, self._policy = negatives, policy

    def epoch(self, seed: int) -> list[list[Pair]]:
        """One pass; the groups are not shuffled."""
        rng = random.Random(seed)
        groups, policy = [], []
        for one, collection in self._asked:
            if one.set_name.startswith("policyqa"):
                policy.append((one, collection))
            elif group := self._group(one, collection, rng):
                groups.append(group)
        for one, collection in rng.sample(policy, min(self._policy, len(policy))):
            groups.append([_positive(one, collection, rng, relevant=None)])
        return groups

    def _group(self, one: Asked, collection: Collection, rng: random.Random) -> list[Pair]:
        if one.set_name == "scifact":
            return self._claim(one, collection, rng)
        if one.question.answerable:
            first = _positive(one, collection, rng, relevant=True)
            wrong = self._wrong(one, collection, rng, self._negatives)
            if rng.random() < 0.5 and (near := _rest(one, first, collection, rng)):
                wrong.append(near)
            return [first, *wrong]
        if one.source is not None:
            asked = one.question.text
            passage, _ = window(one.source.text, (), rng, question=asked, words=rng.choice(SIZES))
            return [Pair(asked, _title(one.source, rng), passage, (), False)]
        return self._wrong(one, collection, rng, 1)

    def _wrong(
        self,
        one: Asked,
        collection: Collection,
        rng: random.Random,
        count: int,
        sizes: Sequence[int] = SIZES,
    ) -> list[Pair]:
        gold = {place.document for place in one.question.gold}
        usable = [
            candidate
            for candidate in one.candidates[:20]
            if candidate.record not in gold and not holds(candidate.text, one.question.answers)
        ]
        # near the top more often than further down
        usable.sort(key=lambda candidate: rng.random())
        picked = sorted(usable[: count * 2], key=lambda candidate: one.candidates.index(candidate))[:count]
        return [
            Pair(
                one.question.text,
                _title(collection.records[candidate.record], rng),
                window(candidate.text, (), rng, question=one.question.text, words=rng.choice(sizes))[0],
                (),
                False,
            )
            for candidate in picked
        ]

    def _claim(self, one: Asked, collection: Collection, rng: random.Random) -> list[Pair]:
        record = collection.records[rng.choice(one.question.gold).document]
        passage, _ = window(record.text, (), rng, question=one.question.text)
        right = Pair(one.question.text, _title(record, rng), passage, (), True, False)
        wrong = self._wrong(one, collection, rng, self._negatives, (WINDOW,))
        return [right, *(Pair(p.question, p.context, p.passage, (), False, False) for p in wrong)]


def _title(record: Record, rng: random.Random) -> str:
    return record.title if rng.random() < 0.85 else ""


def _positive(one: Asked, collection: Collection, rng: random.Random, *, relevant: bool | None) -> Pair:
    gold = list(dict.fromkeys(place.document for place in one.question.gold))
    record = collection.records[rng.choice(gold)]
    spans = places(one.question, record)
    text, kept = record.text, spans
    if spans:
        text, kept = window(record.text, spans, rng, question=one.question.text, words=rng.choice(SIZES))
    return Pair(one.question.text, _title(record, rng), text, kept, relevant, bool(kept))


def _rest(one: Asked, first: Pair, collection: Collection, rng: random.Random) -> Pair | None:
    """A part of the right record without the answer: what stands beside an answer is no answer."""
    record = collection.records[one.question.gold[0].document]
    parts: list[list[str]] = [[]]
    for sentence in sentence_spans(record.text, 0, len(record.text)):
        text = record.text[sentence.start : sentence.end]
        if holds(text, one.question.answers):
            parts.append([])
        else:
            parts[-1].append(text)
    longest = max(parts, key=len)
    if not longest:
        return None
    return Pair(one.question.text, first.context, " ".join(longest[:4]), (), False)
