"""Markdown, Word and CSV with known content, harmless in the programs that open them, and the same bytes every time."""

from __future__ import annotations

import csv
import io
import zipfile
from pathlib import Path

import docx
import pytest
from markdown_it import MarkdownIt

from corpus.errors import InvalidInput
from qa.export.dossier import Place, from_answers, from_places
from qa.export.markdown import to_markdown
from qa.export.table import COLUMNS, harmless, to_csv
from qa.export.word import to_word
from qa.export.writing import FORMATS, export, export_to_file, format_named
from tests.qa.export.material import HEBREW, HOSTILE, answered, pinned, shelf_of_four


def test_markdown() -> None:
    _, dossier, _ = answered()
    text = to_markdown(dossier).decode()
    assert (
        "## How many houses?\n\nAnswer: 935\n\nOnly documents published by 1 January 2005 were searched.\n\n"
        in text
    )
    assert (
        "> Altogether 935 houses were destroyed.\n>\n"
        r"> — *Losses \& damages\_2004*, OSCE Mission, 30 April 2004, page 2 (OSCE Mission, 2004, p. 2)"
        in text
    )
    assert f"> reports/losses.pdf, characters 24–61, SHA-256 {dossier.records[0].id}" in text
    assert "Not in these 4 documents: bread.\n\nNearest passages, not answers:\n\n> Altogether" in text
    assert text.endswith(
        "## References\n\nAPA, 7th edition.\n\nOSCE Mission. (2004). *Losses \\& damages\\_2004* (OSCE/04).\n"
    )


def test_markdown_shows_hostile_text_as_it_is() -> None:
    _, dossier = pinned()
    html = MarkdownIt("commonmark", {"html": True}).render(to_markdown(dossier).decode())
    assert "<script" not in html and "<strong>" not in html
    assert (
        "=HYPERLINK(&quot;http://x&quot;,&quot;y&quot;) &lt;script&gt;alert(1)&lt;/script&gt; "
        "*bold* _it_ # {x} 50% &amp; $5 \\ ~ ^" in html
    )
    assert "\x00" not in html and "\x1b" not in html


@pytest.mark.parametrize(
    "line", ["1. one", "12) two", "- item", "+ item", "=====", "---", "> quote", "# head", "    code"]
)
def test_no_line_of_a_quote_becomes_a_list_or_a_heading(line: str) -> None:
    from tests.qa.export.material import MemoryShelf, about

    shelf = MemoryShelf()
    text = f"Before\n{line}\nAfter"
    document_id = shelf.put(text, "x.txt", about("T"))
    dossier = from_places(shelf, [Place(document_id, 0, len(text))])
    html = MarkdownIt().render(to_markdown(dossier).decode())
    quote = html.split("<blockquote>")[1].split("—")[0]
    assert quote.count("<p>") == 2 and "<li>" not in quote and "<h" not in quote and "<code>" not in quote


def test_word() -> None:
    _, dossier, _ = answered()
    document = docx.Document(io.BytesIO(to_word(dossier)))
    lines = [paragraph.text for paragraph in document.paragraphs]
    assert lines[:5] == [
        "Quotes and sources",
        "How many houses?",
        "Answer: 935",
        "Only documents published by 1 January 2005 were searched.",
        "Altogether 935 houses were destroyed.",
    ]
    assert [run.text for run in document.paragraphs[4].runs if run.bold] == ["935"]
    assert lines[5].startswith(
        "Losses & damages_2004, OSCE Mission, 30 April 2004, page 2 (OSCE Mission, 2004, p. 2)\n"
    )
    assert lines[-3:] == [
        "References",
        "APA, 7th edition.",
        "OSCE Mission. (2004). Losses & damages_2004 (OSCE/04).",
    ]
    assert [run.text for run in document.paragraphs[-1].runs if run.italic] == ["Losses & damages_2004"]


def test_word_takes_hostile_and_leftward_text() -> None:
    _, dossier = pinned()
    document = docx.Document(io.BytesIO(to_word(dossier, "mla")))
    by_text = {paragraph.text: paragraph for paragraph in document.paragraphs}
    assert "bidi" in by_text[HEBREW]._p.xml
    assert HOSTILE.replace("\x00", "\ufffd").replace("\x1b", "\ufffd") in by_text
    assert "Note: =check" in by_text


def test_csv_is_harmless_and_complete() -> None:
    _, dossier = pinned()
    data = to_csv(dossier)
    assert data.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline="")))
    assert tuple(rows[0]) == COLUMNS
    assert [row["rank"] for row in rows] == ["1", "2", "3", "1", "2"]
    assert rows[0]["quote"] == "Altogether 935 houses were destroyed." and rows[0]["pages"] == "2"
    assert rows[0]["note"] == "'=check"
    assert rows[1]["quote"].startswith("'=HYPERLINK") and rows[1]["path"] == "'=cmd.txt"
    assert rows[1]["source_url"] == ""
    for row in rows:
        assert not any(
            value.lstrip(" ").startswith(("=", "+", "-", "@", "\t", "\r")) for value in row.values()
        )


def test_csv_of_answers_says_what_was_declined() -> None:
    _, dossier, _ = answered()
    rows = list(csv.DictReader(io.StringIO(to_csv(dossier).decode("utf-8-sig"), newline="")))
    assert [(row["answered"], row["confidence"], row["kind"], row["answer"]) for row in rows] == [
        ("yes", "0.81", "quote", "935"),
        ("no", "0.1", "nearest", ""),
    ]


@pytest.mark.parametrize(
    ("value", "cell"),
    [("=1+1", "'=1+1"), (" @x", "' @x"), ("-5", "'-5"), ("a=b", "a=b"), (-5, -5), (None, None)],
)
def test_formulas(value: object, cell: object) -> None:
    assert harmless(value) == cell


@pytest.mark.parametrize("suffix", FORMATS)
def test_the_same_bytes_every_time(suffix: str, monkeypatch: pytest.MonkeyPatch) -> None:
    one_shelf, one = pinned()
    first = export(one, one_shelf, format_named(suffix))
    monkeypatch.setattr("time.time", lambda: 2_000_000_000.0)
    other_shelf, other = pinned()
    assert export(other, other_shelf, format_named(f".{suffix.upper()}")) == first


def test_word_files_state_no_time() -> None:
    _, dossier = pinned()
    with zipfile.ZipFile(io.BytesIO(to_word(dossier))) as package:
        assert {entry.date_time[0] for entry in package.infolist()} == {1980}


def test_files_are_written_whole_or_told(tmp_path: Path) -> None:
    shelf, dossier = pinned()
    export_to_file(dossier, shelf, tmp_path / "quotes.BIB")
    assert (tmp_path / "quotes.BIB").read_bytes().startswith(b"@techreport{osce2004")
    assert [file.name for file in tmp_path.iterdir()] == ["quotes.BIB"]
    with pytest.raises(InvalidInput, match="cannot be written: no such file or directory"):
        export_to_file(dossier, shelf, tmp_path / "missing" / "quotes.md")
    with pytest.raises(InvalidInput, match=r"\.md \(Markdown\), \.docx \(Word\).*\.zip \(Evidence pack\)"):
        export_to_file(dossier, shelf, tmp_path / "quotes.pdf")


def test_places_and_quotes_that_are_not_there_are_refused() -> None:
    shelf, ids = shelf_of_four()
    with pytest.raises(InvalidInput, match="has 38 characters and none at 5–99"):
        from_places(shelf, [Place(ids["bridge"], 5, 99)])
    with pytest.raises(InvalidInput, match="no longer in the library"):
        from_places(shelf, [Place("ab" * 32, 0, 1)])
    from dataclasses import replace

    shelf, _, (yes, _) = answered()
    (citation,) = yes.citations
    with pytest.raises(InvalidInput, match="is not what stands there"):
        from_answers(shelf, [replace(yes, citations=(replace(citation, quote="Altogether 936"),))])
