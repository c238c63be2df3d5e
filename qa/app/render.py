"""Turns answers, documents and tables into HTML: the one place where text becomes markup, always through autoescape."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date
from functools import lru_cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from corpus.records import Facets
from corpus.types import BlockKind, Document, Filters
from qa.answer import strength
from qa.app import wording
from qa.app.book import Step
from qa.app.catalogue import say
from qa.app.chart import timeline, value_chart
from qa.app.chips import chips
from qa.app.evaluation import Compared, Evaluation, Figure
from qa.app.pieces import excerpt, paragraphs, quote_pieces
from qa.app.request import LIMITS, AskRequest, Sort
from qa.app.rows import quoted_rows
from qa.app.structure import Marks, Part, layout, part_at, parts
from qa.export.plain import source_words, web_address
from qa.spread import names_change
from qa.time import Period
from qa.types import Answer, Citation

FOLDER = Path(__file__).parent
_VERDICT = re.compile(r"Not in (?:this document|these [\d,]+ documents): ")
TEMPLATES = FOLDER / "templates"
FEW_PARTS = 4
"""A document of up to so many parts is shown whole."""


_WRITTEN = {"same": str, "language": wording.written_language, "type": wording.written_type}


@lru_cache(maxsize=1)
def environment() -> Environment:
    """The template environment; autoescape is on for every template, and none marks document text as safe."""
    made = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters.update(
        written_date=wording.written_date,
        written_day=wording.written_day,
        language=wording.written_language,
        other_language=wording.written_other_language,
        origin=wording.written_origin,
        confidence=wording.written_confidence,
        size=wording.written_size,
        excerpt=excerpt,
        quote_pieces=quote_pieces,
        quoted_rows=quoted_rows,
        citation_text=citation_text,
        source_words=source_words,
        paragraphs=paragraphs,
        written_time=wording.written_time,
        place=wording.written_place,
        timely=wording.written_timely,
    )
    made.globals["say"] = say
    return made


def _render(template: str, **values: object) -> str:
    return environment().get_template(template).render(**values)


def header() -> str:
    """The head of the page."""
    return _render("header.html", keys=say.named("keys").items())


def question_form(examples: Sequence[str]) -> str:
    """The question box, the example questions and the filters that need no library."""
    return _render("question.html", examples=examples)


def filters(asked: AskRequest, facets: Facets, serial: int = 0, time: Period | None = None) -> str:
    """What narrows the question, as chips to take away, and what could narrow it further, with counts.

    `time` is what the answer took for the time asked about.
    """
    return _render(
        "filters.html",
        asked=asked,
        facets=facets,
        chips=chips(asked, time),
        chosen_year=_year(asked.filters),
        written=_WRITTEN,
        sorts=tuple(Sort),
        limits=LIMITS,
        serial=serial,
    )


def _year(chosen: Filters) -> str | None:
    """The year that the dates select, where they select exactly one."""
    first, last = chosen.published_from, chosen.published_to
    if first and last and (first, last) == (date(first.year, 1, 1), date(first.year, 12, 31)):
        return str(first.year)
    return None


def in_order(citations: Sequence[Citation], sort: Sort) -> list[Citation]:
    """Citations in the order asked for; those without a date come last."""
    if sort is Sort.RELEVANCE:
        return list(citations)
    dated = [citation for citation in citations if citation.published]
    ordered = sorted(dated, key=lambda citation: citation.published or "", reverse=sort is Sort.NEWEST)
    return ordered + [citation for citation in citations if not citation.published]


def answer(
    given: Answer,
    serial: int = 0,
    sort: Sort = Sort.RELEVANCE,
    documents: Mapping[str, Document] | None = None,
) -> str:
    """An answer with its cards, or the honest "not in these documents" with the nearest passages.

    `documents` by id name the columns of quoted rows; without its document a row stands without them.
    """
    word = strength(given.confidence, given.threshold)
    meaning = say("strength_means", meaning=say[f"means_{word}"], percent=round(given.confidence * 100))
    shown = in_order(given.citations or given.nearest, sort)
    return _render(
        "answer.html",
        answer=given,
        first=given.citations[0] if given.citations else None,
        strength=word,
        meaning=meaning,
        documents=documents or {},
        dated=in_order([item for item in given.citations if item.published], Sort.OLDEST),
        years=wording.written_years(given.searched.earliest, given.searched.latest),
        announcement=announcement(given),
        reason=without_verdict(given.reason),
        shown=shown,
        bydate=timeline(given.citations),
        change=names_change(given.question),
        values=value_chart(given.comparison) if given.comparison else None,
        serial=serial,
    )


def without_verdict(reason: str | None) -> str | None:
    """The reason without "Not in these 49 documents: ", which the heading above it says already."""
    if reason is None or not (verdict := _VERDICT.match(reason)):
        return reason
    rest = reason[verdict.end() :]
    return rest[:1].upper() + rest[1:]


def announcement(given: Answer) -> str:
    """What a screen reader says when an answer arrives."""
    if not given.answered:
        return say("aloud_none", passages=say("nearest_count", len(given.nearest)))
    passages = say("passages", len(given.citations))
    if given.answer:
        return say("aloud_answer", answer=given.answer, passages=passages)
    return say("aloud_passages", passages=passages)


def problem(sentence: str, serial: int = 0) -> str:
    """An error as a sentence."""
    return _render("problem.html", sentence=sentence, serial=serial)


def document(shown: Document, path: str, marks: Marks, serial: int = 0) -> str:
    """A document with the quotes of an answer marked: the parts around the current one, and a place for each other."""
    quotes = marks.all_quotes()
    cut = parts(shown)
    at = part_at(cut, marks.current.start) if marks.current else 0
    near = range(len(cut)) if len(cut) <= FEW_PARTS else range(max(at - 1, 0), at + 2)
    return _render(
        "document.html",
        document=shown,
        path=path,
        parts=cut,
        laid_out={place.number: layout(shown, place, marks) for place in cut if place.number in near},
        quotes=quotes,
        current=marks.current,
        boilerplate=any(block.kind is BlockKind.BOILERPLATE for block in shown.blocks),
        page=shown.page_at(marks.current.start) if marks.current else None,
        source_url=web_address(shown.metadata.address),
        serial=serial,
    )


def part(shown: Document, wanted: Part, marks: Marks) -> str:
    """One part of a document's text."""
    return _render("part.html", nodes=layout(shown, wanted, marks))


def evaluation_form(allowed: bool, drafts: bool = False) -> str:
    """The head of the evaluation tab; with `drafts` it leads to the page that judges them."""
    return _render("evaluation.html", allowed=allowed, drafts=drafts)


def evaluation_progress(step: Step) -> str:
    """How far an evaluation run is."""
    return _render("progress.html", step=step)


def figures(measured: Evaluation) -> str:
    """The table of figures: a row for each kind of question, a column for each figure."""
    names = list(dict.fromkeys(figure.name for figure in measured.figures))
    kinds = list(dict.fromkeys([kind for kind, _ in measured.questions] + [f.kind for f in measured.figures]))
    cells: dict[tuple[str, str], Figure] = {(figure.kind, figure.name): figure for figure in measured.figures}
    return _render(
        "figures.html",
        title=measured.title,
        names=names,
        kinds=kinds,
        cells=cells,
        questions=dict(measured.questions),
        pairs=measured.pairs,
        outcomes=list(dict.fromkeys(pair.outcome for pair in measured.pairs)),
        run=measured.run,
        earlier=measured.earlier,
    )


def compared(found: Compared) -> str:
    """Two runs side by side."""
    return _render("compared.html", found=found)


def citation_text(citation: Citation) -> str:
    """A citation as it is copied: the quote, its source, and where in the file it stands."""
    quote = " ".join(citation.quote.split())
    return say(
        "citation",
        quote=quote,
        title=citation.title,
        source=", ".join(source_words(citation)),
        path=citation.path,
        start=str(citation.start),
        end=str(citation.end),
        sha256=citation.document_id,
    )
