"""The command `questions`: reads options and shows what the modules beside it find, suggest or write; judges nothing."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, get_args

import click

from corpus.errors import InvalidInput
from eval.command import SAMPLE_SET
from eval.questions import Gold, Need, Question, QuestionSet, load
from qa.options import Day, harmless, library_option, plain_errors
from qa.places import sample_documents

if TYPE_CHECKING:
    from eval.check import Finding
    from qa.engine import Sourcebook
    from qa.types import Answer

SHOWN = 20
"""Findings of one check that are printed; --json has all."""
_PREVIEW = 150


@click.group(name="questions")
def questions_command() -> None:
    """Check a question set, add questions to it, and get drafts of new ones."""


@questions_command.command()
@click.argument("question_set", metavar="[SET]", required=False, type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print every finding as one JSON object.")
@library_option
@click.pass_context
@plain_errors
def check(context: click.Context, question_set: Path | None, as_json: bool, library: Path) -> None:
    """Look for what makes figures from SET false: gold places that are gone, repeats, given-away answers, uneven kinds.

    SET is what `sourcebook eval` takes; without it the library's own questions are checked. The sample set is checked
    against the sample documents unless a library is named. Exits with 1 if something is wrong.
    """
    file = _own_or(question_set, library)
    loaded = load(file)
    named = context.get_parameter_source("library") is not click.core.ParameterSource.DEFAULT
    if loaded.collection and not named:
        findings = _checked(loaded, None)
    else:
        findings = _checked(loaded, library if named or file.resolve() != SAMPLE_SET else _samples())
    if as_json:
        rows = [{**asdict(finding), "check": str(finding.check)} for finding in findings]
        click.echo(json.dumps({"set": loaded.name, "questions": len(loaded.questions), "findings": rows}))
    else:
        _print_findings(len(loaded.questions), findings)
    if any(finding.wrong for finding in findings):
        sys.exit(1)


def _print_findings(questions: int, findings: Sequence[Finding]) -> None:
    from qa.terminal import count_of

    wrong = sum(finding.wrong for finding in findings)
    for check_name in dict.fromkeys(finding.check for finding in findings):
        chosen = [finding for finding in findings if finding.check is check_name]
        click.echo(f"{check_name}:")
        for finding in chosen[:SHOWN]:
            ids = f"{', '.join(finding.questions)}: " if finding.questions else ""
            click.echo(harmless(f"  {'WRONG' if finding.wrong else 'look '}  {ids}{finding.sentence}"))
        if len(chosen) > SHOWN:
            click.echo(f"  ... and {len(chosen) - SHOWN} more; see them all with --json")
    click.echo(
        f"{count_of(questions, 'question')} checked: {wrong} things are wrong, {len(findings) - wrong} to look at."
    )


@questions_command.command()
@click.argument("question_set", metavar="[SET]", required=False, type=click.Path(path_type=Path))
@click.option("--question", required=True, help="The question, as a person would ask it.")
@click.option("--as-of", type=Day(), help="The day for which the question is asked.")
@click.option(
    "--passage", "ranks", type=click.IntRange(1, 100), multiple=True,
    help="This citation of today's answer is a gold place; may be repeated.",
)  # fmt: skip
@click.option("--document", help="A document that answers: its path, or the beginning of its id.")
@click.option("--start", type=click.IntRange(min=0), help="Where in its text the gold place begins.")
@click.option("--end", type=click.IntRange(min=1), help="Where in its text the gold place ends.")
@click.option(
    "--quote", help='The words of the gold place; "first words … last words" leaves out the middle.'
)
@click.option("--unanswerable", is_flag=True, help="No document answers it.")
@click.option("--answer", "answers", multiple=True, help="A short answer to accept; may be repeated.")
@click.option(
    "--kind", help="Its kind; without it what the question asks for: date, number, person, cause or fact."
)
@click.option("--split", default="dev", show_default=True, help="Its split.")
@click.option("--need", type=click.Choice(get_args(Need)), default="any", show_default=True,
              help="Whether one gold place is enough.")  # fmt: skip
@click.option("--id", "question_id", default="", help="Its id; without it the next number.")
@library_option
@plain_errors
def add(
    question_set: Path | None,
    question: str,
    as_of: date | None,
    ranks: tuple[int, ...],
    document: str | None,
    start: int | None,
    end: int | None,
    quote: str | None,
    unanswerable: bool,
    answers: tuple[str, ...],
    kind: str | None,
    split: str,
    need: Need,
    question_id: str,
    library: Path,
) -> None:
    """Add a question to SET (without it: the library's own), with the place that answers it.

    The place is a citation of today's answer (--passage 1), a slice of a document (--document D --start N --end N), or
    words in it (--document D --quote "..."). Without any of these the answer is shown with the numbers to choose from.
    """
    from eval.writing import add_question, kind_of
    from qa.engine import Sourcebook

    file = _target(question_set, library)
    if unanswerable and (ranks or document or answers):
        raise InvalidInput("an unanswerable question has neither gold places nor answers")
    with Sourcebook.open(library) as book:
        gold: tuple[Gold, ...] = ()
        if document is not None:
            gold = (_place(book, document, start, end, quote),)
        elif start is not None or end is not None or quote is not None:
            raise InvalidInput("--start, --end and --quote need --document")
        if ranks or not (document or unanswerable):
            answer = book.ask(question, as_of=as_of)
            ranks = ranks or _choose(answer)
            gold += _cited(book, answer, ranks)
            answers = answers or _short_answer(answer, ranks)
    kind = kind or ("unanswerable-near" if unanswerable else kind_of(question, as_of))
    text = " ".join(question.split())
    written = add_question(file, Question(question_id, text, kind, split, as_of, answers, gold, need))
    click.echo(f"{written.id} in {file}: {written.change}.")


def _target(question_set: Path | None, library: Path) -> Path:
    """The set to write into: the one that was named, else the library's own."""
    from eval.writing import own_set

    file = question_set or own_set(library)
    if file.resolve() == SAMPLE_SET:
        raise InvalidInput(
            f"{file} is built from sample_source.jsonl; write the row there and run: python -m eval.sets.build"
        )
    return file


def _place(book: Sourcebook, target: str, start: int | None, end: int | None, quote: str | None) -> Gold:
    from corpus.library import Library
    from eval.locate import locate
    from eval.writing import gold_at
    from qa.find import one_document

    with Library.open(book.folder) as opened, opened.snapshot() as snapshot:
        document_id = one_document(snapshot, target)
    if quote is not None:
        try:
            span = locate(book.document(document_id).text, quote)
        except ValueError as error:
            raise InvalidInput(f"{target}: {error}") from error
        return gold_at(book, document_id, span.start, span.end)
    if start is None or end is None:
        raise InvalidInput('--document needs --start and --end, or --quote "the words that answer"')
    return gold_at(book, document_id, start, end)


def _choose(answer: Answer) -> tuple[int, ...]:
    """Show the answer and ask which citation is right; InvalidInput where nobody can be asked."""
    shown = answer.citations or answer.nearest
    for citation in shown:
        quote = " ".join(citation.quote.split())
        quote = quote if len(quote) <= _PREVIEW else quote[: _PREVIEW - 1] + "…"
        click.echo(harmless(f"[{citation.rank}] {quote}  ({citation.title})"), err=True)
    if not shown:
        raise InvalidInput("nothing was found; name the place with --document, or say --unanswerable")
    if not sys.stdin.isatty():
        raise InvalidInput(
            "which of these answers? name it with --passage NUMBER, a place of your own with --document, "
            "or say --unanswerable"
        )
    return (
        click.prompt("Which of these answers the question?", type=click.IntRange(1, len(shown)), err=True),
    )


def _cited(book: Sourcebook, answer: Answer, ranks: Sequence[int]) -> tuple[Gold, ...]:
    from eval.writing import gold_at

    shown = {citation.rank: citation for citation in answer.citations or answer.nearest}
    for rank in ranks:
        if rank not in shown:
            raise InvalidInput(f"the answer has {len(shown)} citations, so there is no passage {rank}")
    chosen = [shown[rank] for rank in ranks]
    return tuple(gold_at(book, one.document_id, one.start, one.end) for one in chosen)


def _short_answer(answer: Answer, ranks: Sequence[int]) -> tuple[str, ...]:
    spans = [
        one.answer.text for one in answer.citations or answer.nearest if one.rank in ranks and one.answer
    ]
    return tuple(dict.fromkeys(spans))


def _own_or(question_set: Path | None, library: Path) -> Path:
    from eval.writing import own_set

    if question_set is not None:
        return question_set
    if not own_set(library).is_file():
        raise InvalidInput(
            f"the library at {library} has no questions of its own yet; name a question set, or add the first one: "
            'sourcebook questions add --question "..."'
        )
    return own_set(library)


def _samples() -> Path:
    from embeddings.encode import default_encoder
    from eval.collections import sample_library

    return sample_library(sample_documents(), default_encoder())


def _checked(loaded: QuestionSet, library: Path | None) -> list[Finding]:
    """The findings; a set that brings its own documents needs no library."""
    from embeddings.encode import default_encoder
    from eval.check import check_set
    from qa.engine import Sourcebook

    if library is None:
        encoder = default_encoder()
        return check_set(loaded, None, lambda texts: encoder.encode_documents(texts, truncate=True))
    with Sourcebook.open(library) as book:
        return check_set(loaded, book, lambda texts: book.encoder.encode_documents(texts, truncate=True))


@questions_command.command()
@click.option(
    "--number",
    type=click.IntRange(min=1),
    default=40,
    show_default=True,
    help="The most drafts with an answer.",
)
@click.option(
    "--unanswerable",
    type=click.IntRange(min=0),
    default=10,
    show_default=True,
    help="The most drafts without one.",
)
@click.option(
    "--output",
    type=click.Path(path_type=Path, dir_okay=False),
    help="The file for the drafts; without it beside the library.",
)
@library_option
@plain_errors
def suggest(number: int, unanswerable: int, output: Path | None, library: Path) -> None:
    """Draft questions from the library's English documents, by patterns, and near misses that no document answers.

    A draft counts for nothing until a person has accepted it: sourcebook questions review, or /drafts on the web page.
    """
    from eval.drafts import drafts_of, write_drafts
    from eval.near_miss import near_misses
    from eval.suggest import numbered
    from eval.suggest import suggest as suggestions
    from qa.engine import Sourcebook
    from qa.terminal import count_of

    file = output or drafts_of(library)
    with Sourcebook.open(library) as book:
        drafts = suggestions(book, number)
        drafts += near_misses(book, [draft.question for draft in drafts], unanswerable)
    if not drafts:
        raise InvalidInput(
            "no sentence of these documents fits a pattern; write questions with: sourcebook questions add"
        )
    write_drafts(file, numbered(drafts))
    without = sum(not draft.question.answerable for draft in drafts)
    click.echo(
        f"{count_of(len(drafts), 'draft')}, {without} of them unanswerable, in {file}; judge them with: sourcebook "
        "questions review"
    )


@questions_command.command()
@click.argument("question_set", metavar="[SET]", required=False, type=click.Path(path_type=Path))
@click.option(
    "--drafts",
    "file",
    type=click.Path(path_type=Path, dir_okay=False),
    help="The drafts; without it those beside the library.",
)
@library_option
@plain_errors
def review(question_set: Path | None, file: Path | None, library: Path) -> None:
    """Judge drafts one by one: accept, edit, drop, or leave for later.

    What is accepted goes to SET, without it to the library's own set.
    """
    from eval.drafts import accept, drafts_of, drop, read_drafts
    from qa.terminal import count_of

    waiting, target = file or drafts_of(library), _target(question_set, library)
    drafts = read_drafts(waiting)
    if not drafts:
        raise InvalidInput(f"no drafts wait in {waiting}; make some with: sourcebook questions suggest")
    for number, draft in enumerate(drafts, start=1):
        question = draft.question
        click.echo()
        click.echo(harmless(f"[{number} of {len(drafts)}] {question.text}"))
        for gold in question.gold:
            click.echo(harmless(f"  answer: {', '.join(question.answers)}"))
            click.echo(harmless(f"  source: {gold.document}: {gold.quote}"))
        click.echo(harmless(f"  {draft.note}"))
        chosen = click.prompt(
            "accept, edit, drop, later or quit", type=click.Choice(["a", "e", "d", "l", "q"]), default="l"
        )
        if chosen == "q":
            break
        if chosen == "d":
            drop(waiting, question.id)
        elif chosen in ("a", "e"):
            text = click.prompt("question", default=question.text) if chosen == "e" else ""
            answers = None
            if chosen == "e" and question.gold:
                answers = click.prompt("answers, divided by |", default=" | ".join(question.answers)).split(
                    "|"
                )
            written = accept(waiting, target, question.id, text, answers)
            click.echo(f"{written.id} in {target}: {written.change}.")
    left = len(read_drafts(waiting))
    click.echo(f"{count_of(left, 'draft')} still {'waits' if left == 1 else 'wait'}.")
