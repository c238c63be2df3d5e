"""Markdown: blocks are read by the parser, offsets stay those of the raw source."""

from __future__ import annotations

from corpus.types import BlockKind
from tests.corpus.reading import read_text, show, uncovered

SOURCE = """---
title: A brief
date: 2010-10-29
---

# A brief about KFOR #

Intro with *emphasis*
over two lines.

> Quoted words

## Numbers

- first item
  continued
- second item
  - nested item

1. numbered item

| Year | Troops |
|------|-------:|
| 2009 | 10,200 |
| 2011 |        |

```python
print("words")
```

[ref]: https://example.org
[^1]: A footnote of some words.

Setext heading
--------------

<!-- a comment -->

Final words, with a [link](https://example.org).
"""


def test_every_kind_of_block() -> None:
    document = read_text(SOURCE, "a.md")
    assert document.text == SOURCE
    assert show(document) == [
        ("boilerplate", "---"),
        ("boilerplate", "title: A brief"),
        ("boilerplate", "date: 2010-10-29"),
        ("boilerplate", "---"),
        ("heading", "A brief about KFOR"),
        ("paragraph", "Intro with *emphasis*\nover two lines."),
        ("paragraph", "Quoted words"),
        ("heading", "Numbers"),
        ("list-item", "first item\n  continued"),
        ("list-item", "second item"),
        ("list-item", "nested item"),
        ("list-item", "numbered item"),
        ("table-header", "Year | Troops"),
        ("table-row", "2009 | 10,200"),
        ("table-row", "2011"),
        ("paragraph", 'print("words")'),
        ("boilerplate", "[ref]: https://example.org"),
        ("paragraph", "[^1]: A footnote of some words."),
        ("heading", "Setext heading"),
        ("boilerplate", "<!-- a comment -->"),
        ("paragraph", "Final words, with a [link](https://example.org)."),
    ]
    assert [(b.level) for b in document.blocks if b.kind is BlockKind.HEADING] == [1, 2, 2]
    assert [b.level for b in document.blocks if b.kind is BlockKind.LIST_ITEM] == [1, 1, 2, 1]
    assert document.media_type == "text/markdown"


def test_line_ends_of_windows_move_nothing() -> None:
    source = SOURCE.replace("\n", "\r\n")
    document = read_text(source, "a.md")
    assert document.text == source
    unix = [(kind, words) for kind, words in show(read_text(SOURCE, "a.md"))]
    assert [(kind, words.replace("\r\n", "\n")) for kind, words in show(document)] == unix


def test_the_authors_own_headings_are_not_taken_for_labels() -> None:
    text = "# Topics\n\nSome words here.\n\n## Search\n\nMore words here.\n"
    assert [kind for kind, _ in show(read_text(text, "a.md"))] == ["heading", "paragraph"] * 2


def test_two_rulers_around_prose_are_not_front_matter() -> None:
    assert ("paragraph", "Just a sentence.") in show(read_text("---\n\nJust a sentence.\n\n---\n", "a.md"))


def test_what_the_parser_cannot_take_is_read_as_plain_text() -> None:
    for text in (
        "> " * 50_000 + "words",
        "\n".join(" " * (2 * n) + "- words" for n in range(300)),
        "- " * 5000 + "words",
    ):
        document = read_text(text, "deep.md")
        assert "words" not in uncovered(document)
