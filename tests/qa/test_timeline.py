"""Questions about change: every document of the asked time gives the passage that states it, however it words it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from corpus.types import Document, Metadata, Origin, Passage, Sourced, Span
from qa import timeline
from qa.engine import Sourcebook
from qa.evidence import Weighed
from qa.features import Features, Found, SentenceView
from qa.spread import NAMES
from qa.stages import Stage
from qa.timeline import by_their_sentences
from qa.types import Answer
from tests.fakes import FakeEncoder
from tests.qa.material import build

QUESTION = "How did the number of bears in the woods change from 2001 to 2006?"


def _report(year: int, month: int) -> str:
    """A report that states the number once, among much that is nearer to the question's words in one report alone."""
    bears = f"A total of {900 - year % 100 * 100 - month} bears lived in the woods at the end of the season."
    noise = "\n\n".join(
        f"The number of {what} in the woods of the valley did change, as the wardens of the woods noted in part {part}."
        for part, what in enumerate(("owls", "foxes", "deer", "hares", "mice", "newts"))
    )
    matter = f"---\ntitle: Report\npublisher: Ministry\ndate: {year}-{month:02}-28\n---\n\n"
    return f"{matter}# Report\n\n{noise if (year, month) == (2003, 4) else ''}\n\n{bears}\n"


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    files = {
        f"r-{year}-{month}.md": _report(year, month) for year in range(2001, 2007) for month in (4, 8, 12)
    }
    return build(tmp_path_factory.mktemp("timeline"), files)


@pytest.fixture(scope="module")
def answer(library: Path) -> Iterator[Answer]:
    with Sourcebook.open(library, encoder=FakeEncoder()) as book:
        yield book.ask(QUESTION)


def test_ten_documents_each_say_their_part_in_order_of_date(answer: Answer) -> None:
    shown = answer.citations or answer.nearest
    assert len({citation.document_id for citation in shown}) == 10
    assert (
        sum("bears lived" in citation.quote for citation in shown) >= 9
    )  # one report says much else on bears
    days = [citation.published or "" for citation in shown]
    assert days[1:] == sorted(days[1:])
    assert {"2001", "2006"} <= {day[:4] for day in days}


def test_the_series_can_be_switched_off(library: Path, answer: Answer) -> None:
    with Sourcebook.open(library, encoder=FakeEncoder(), without=frozenset({Stage.SPREAD})) as book:
        other = book.ask(QUESTION)
    assert [one.document_id for one in other.citations or other.nearest] != [
        one.document_id for one in answer.citations or answer.nearest
    ]


def test_a_series_without_a_time_and_one_in_an_empty_time(library: Path) -> None:
    with Sourcebook.open(library, encoder=FakeEncoder()) as book:
        always = book.ask("How did the number of bears in the woods change over time?")
        never = book.ask("How did the number of bears in the woods change from 1951 to 1956?")
    assert len({one.document_id for one in always.citations or always.nearest}) == 10
    assert never.citations or never.nearest


def test_of_an_office_every_holder_is_named(tmp_path: Path) -> None:
    wardens = [
        "Anna Keller",
        "Anna Keller",
        "Anna Keller",
        "Boris Rossi",
        "Boris Rossi",
        "Clara Moss",
        "Clara Moss",
    ]
    files = {
        f"r-{year}.md": f"---\ntitle: Report\ndate: {year}-12-28\n---\n\n# Report\n\nThe director of the park, {warden}, "
        f"thanked all.\n\nThe park had one director after another in {year}, and who held that post was much spoken of.\n"
        for year, warden in enumerate(wardens, start=2001)
    }
    with Sourcebook.open(build(tmp_path, files), encoder=FakeEncoder()) as book:
        answer = book.ask("Who held the post of director of the park one after another from 2001 to 2007?")
    quotes = " ".join(one.quote for one in answer.citations or answer.nearest)
    assert all(name in quotes for name in wardens)


def test_passages_are_as_alike_as_they_and_their_best_sentences_are(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timeline, "COMPARED", 1)
    ordered = [_alike(1, 0.4), _alike(2, NAMES), _alike(3, 0.2), _alike(4, -0.1)]
    one = np.array([1.0, 0.0], dtype=np.float32)
    found = by_their_sentences(ordered, one, lambda texts: np.tile(one, (len(texts), 1)))
    alike = [weighed.found.alike for weighed in found]
    assert alike == pytest.approx([0.7, NAMES, timeline.UNSEEN * 0.2, -0.1])


def _alike(number: int, alike: float) -> Weighed:
    text = "So many bears lived in the woods."
    document = Document(f"{number:064d}", text, (), Metadata(Sourced("Report", Origin.TEXT)), "", "")
    whole = Span(0, len(text))
    passage = Passage(document.id, 0, len(text), (whole,))
    view = SentenceView(whole, Features(*[0.0] * len(Features._fields)), None)
    return Weighed(Found(passage, document, 1, 1, 0.5, alike), [view], np.zeros(1))
