"""Questions with what the program finds for them, as the models are fitted on them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from corpus.types import Document, Span
from embeddings.encode import Encoder
from embeddings.reader import Reader
from eval.collections import collection_library, sample_library
from eval.command import choose
from eval.dated import dated_questions
from eval.fitted import say
from eval.judge import LEAST_OVERLAP, Level, Shown, judge, letters, same_document
from eval.listwise import Sentences, sentences_of
from eval.near_words import near_words
from eval.questions import Gold, Question, load
from eval.reader_data import article_split, sources_of
from eval.reader_written import passages_written, questions_written
from qa import evidence, features, reading
from qa.engine import Sourcebook
from qa.model import Logistic
from qa.places import sample_documents
from qa.types import TextSlice


@dataclass(frozen=True, slots=True)
class Case:
    """One question with its weighed candidates, and for each which of its sentences hold the answer."""

    question: Question
    asked: features.Asked
    candidates: tuple[evidence.Weighed, ...]
    right: tuple[NDArray[np.bool_], ...]

    def sentences(self) -> Sentences | None:
        """All sentences by their features; None if there is nothing to learn from."""
        rows = [features.features_of(one.views) for one in self.candidates]
        return sentences_of(self.question.id, rows, self.right)

    def weighed_by(self, model: Logistic) -> Case:
        """The same candidates weighed by another model of the evidence."""
        weighed = tuple(
            replace(one, logits=model.logits(features.features_of(one.views))) for one in self.candidates
        )
        return replace(self, candidates=weighed)

    def read(self, reader: Reader) -> Sentences | None:
        """The sentences of the best candidates by what the reader says of them; None if there is nothing to learn from."""
        places = sorted(range(len(self.candidates)), key=lambda n: -self.candidates[n].best)[: reading.READ]
        done = reading.read(self.asked, [self.candidates[place] for place in places], reader)
        return sentences_of(
            self.question.id, [one.features for one in done], [self.right[place] for place in places]
        )


def collect(
    book: Sourcebook, question: Question, paths: Mapping[str, str], *, exact_paths: bool
) -> Case | None:
    """A question's candidates with their labels; None without candidates."""
    weighed = book.weighed(
        question.text, as_of=question.as_of, filters=question.filters, about=question.about
    )
    if weighed is None:
        return None
    asked, candidates = weighed
    right = tuple(
        np.array(
            [
                _holds_answer(
                    one.found.document,
                    paths[one.found.document.id],
                    view.sentence,
                    question,
                    exact_paths=exact_paths,
                )
                for view in one.views
            ]
        )
        for one in candidates
    )
    return Case(question, asked, tuple(candidates), right)


def _overlaps(gold: Gold, read: Mapping[str, Sequence[Span]]) -> bool:
    """Whether a gold place lies in a passage that the reader learned questions about."""
    start, end = gold.start, gold.end
    return (
        start is not None
        and end is not None
        and any(start < span.end and span.start < end for span in read.get(gold.document, ()))
    )


def _holds_answer(
    document: Document, path: str, sentence: Span, question: Question, *, exact_paths: bool
) -> bool:
    text = document.text[sentence.start : sentence.end]
    place = TextSlice(sentence.start, sentence.end, text)
    shown = Shown(document.id, path, place, place)
    hits = judge(shown, question, exact_paths=exact_paths).at(Level.QUOTE)
    if any(question.gold[hit].precise for hit in hits) or _is_gold_row(document, shown, question):
        return True
    return bool(hits) and any(short.casefold() in text.casefold() for short in question.answers)


def _is_gold_row(document: Document, shown: Shown, question: Question) -> bool:
    """Whether a short table row stands on the page and in the words of a gold quote: too short for `judge` to tell."""
    short = letters(shown.passage.text)
    page = document.page_at(shown.passage.start)
    return len(short) in range(6, LEAST_OVERLAP) and any(
        gold.page is not None
        and gold.page == page
        and short in letters(gold.quote)
        and same_document(gold, shown)
        for gold in question.gold
    )


@dataclass(frozen=True, slots=True)
class Material:
    """A question set, the library it is asked of, and the cases of its answerable questions."""

    name: str
    library: Path
    questions: tuple[Question, ...]
    cases: tuple[Case, ...]
    seen: frozenset[str] = frozenset()
    """Questions that the reader was trained on, or others on their passage or article."""
    documents: bool = False
    """Whether the library holds whole documents, not the records of a collection."""

    def unseen(self) -> tuple[Question, ...]:
        """The questions of which the reader knows nothing."""
        return tuple(question for question in self.questions if question.id not in self.seen)


def make_dated(name: str, encoder: Encoder) -> Material:
    """Make questions from "LIBRARY:COUNT" and look at their candidates; they are no questions for the last model."""
    folder, _, count = name.rpartition(":")
    with Sourcebook.open(folder, encoder=encoder) as book:
        documents = [book.document(record.id) for record in book.documents()]
        made = dated_questions(
            documents, book.passages([document.id for document in documents]), int(count), 7, near_words()
        )
        paths = {record.id: record.path for record in book.documents()}
        cases = []
        for number, question in enumerate(made, start=1):
            say(f"\rdated: {number} of {len(made)} ")
            if one := collect(book, question, paths, exact_paths=True):
                cases.append(one)
    say("\n")
    return Material("dated", Path(folder), (), tuple(cases))


def gather(name: str, library: str | None, encoder: Encoder, *, look: bool = True) -> Material:
    """Load "SET:SPLIT:COUNT" and look at the candidates of its questions, unless not told to; none of test articles."""
    path, _, rest = name.partition(":")
    split, _, count = rest.partition(":")
    loaded = load(Path(path))
    chosen = choose(loaded, split or None, (), int(count) if count else None)
    if library is None:
        library = str(
            collection_library(loaded, encoder)
            if loaded.collection
            else sample_library(sample_documents(), encoder)
        )
    titles = {record.id: record.title for record in loaded.collection}
    made_from = sources_of(Path(path)) if titles else {}
    splits = {
        question.id: article_split(question, titles, made_from) if titles else None
        for question in chosen.questions
    }
    kept = [question for question in chosen.questions if splits[question.id] != "test"]
    lists = []
    with Sourcebook.open(library, encoder=encoder) as book:
        paths = {record.id: record.path for record in book.documents()}
        for number, question in enumerate(kept, start=1):
            say(f"\r{loaded.name}: {number} of {len(kept)} ")
            if (
                look
                and question.answerable
                and (one := collect(book, question, paths, exact_paths=bool(loaded.collection)))
            ):
                lists.append(one)
    say(f"{len(lists)} with the answer among their candidates\n")
    own, read = questions_written(), passages_written()
    seen = frozenset(
        q.id
        for q in kept
        if splits[q.id] == "train" or q.text in own or any(_overlaps(gold, read) for gold in q.gold)
    )
    named = f"{loaded.name}-{split}" if split else loaded.name
    return Material(named, Path(library), tuple(kept), tuple(lists), seen, not loaded.collection)
