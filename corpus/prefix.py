"""The text that represents a passage to the encoder and the lexical index: title, headings, header, slice."""

from __future__ import annotations

import re

from corpus.types import Document, Passage, Span

PREFIX_COST = 48
"""Limit for title and headings, in estimated tokens (`cost`)."""
HEADER_COST = 32
"""Limit for a table header that is repeated before rows, in estimated tokens."""
_LONGEST = 4_000

_SPACE = re.compile(r"\s+")
_COSTLY = re.compile(r"[A-Za-z]+|[0-9]+|\S")


def encoder_text(document: Document, passage: Passage) -> str:
    """Return what the encoder and the lexical index see: title, heading path, table header, then the slice.

    Headings and a header that stand in the slice are not repeated. The lines before the slice are shortened
    to about PREFIX_COST (and HEADER_COST) tokens: outermost headings go first, then the end of the title.
    """
    lines = [*_prefix_lines(document, passage), document.text[passage.start : passage.end]]
    return "\n".join(lines)


def _prefix_lines(document: Document, passage: Passage) -> list[str]:
    title = _SPACE.sub(" ", document.metadata.title.value[:_LONGEST]).strip()
    outside: list[str] = []
    for span in passage.headings:
        heading = one_line(document.text, span)
        same = heading.casefold() == title.casefold()
        if not passage.start <= span.start < passage.end:
            outside.extend([heading] if heading and not same else [])
        elif same:
            title = ""
    while len(outside) > 1 and cost(title) + sum(map(cost, outside)) + len(outside) > PREFIX_COST:
        del outside[0]
    joined = _shortened(" > ".join(outside), PREFIX_COST)
    title = _shortened(title, max(PREFIX_COST - cost(joined), PREFIX_COST // 4))
    header = ""
    if passage.header is not None and not passage.start <= passage.header.start < passage.end:
        header = _shortened(one_line(document.text, passage.header), HEADER_COST)
    return [line for line in (title, joined, header) if line]


def one_line(text: str, span: Span) -> str:
    """Return a heading or header with its line breaks as spaces."""
    return _SPACE.sub(" ", text[span.start : min(span.end, span.start + _LONGEST)]).strip()


def cost(text: str) -> int:
    """Estimate tokens, on the high side for ordinary words: a prefix is written without a tokenizer."""
    return sum(map(_word_cost, _COSTLY.findall(text)))


def _word_cost(word: str) -> int:
    if word.isascii():
        return -(-len(word) // 3) if word.isalpha() else -(-len(word) // 2)
    code = ord(word)
    return 1 if code < 0x800 else 2 if code < 0x10000 else 4


def _shortened(text: str, limit: int) -> str:
    """Cut a text at a word border so that it costs no more than the limit."""
    total = 0
    for match in _COSTLY.finditer(text):
        total += _word_cost(match.group())
        if total > limit:
            cut = text[: match.start()]
            if text[match.start() - 1 : match.start()].isspace():
                return cut.rstrip()
            return cut.rpartition(" ")[0] or cut
    return text
