"""What is known about a document, from its title to the period it covers, each with where it was read; never guessed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import PurePath

from corpus.agreement import contradictions, weighed_date, weighed_language
from corpus.boilerplate import ends_sentence
from corpus.dates import announces_another_moment, dateline, labelled_date, parse_date, publication_date
from corpus.language import detect_language, normal_tag
from corpus.official import period_covered, symbol_in
from corpus.phrases import COPYRIGHT
from corpus.types import (
    Authors,
    Block,
    BlockKind,
    Confidence,
    Coverage,
    Metadata,
    Origin,
    PartialDate,
    Sourced,
)

_TITLE_LENGTH = 300
_PROSE_LENGTH = 140
_NAMES_LENGTH = 100
_TITLE_BLOCKS = 5
_DATELINE_BLOCKS = 10
_SYMBOL_BLOCKS = 14
_PERIOD_WITHIN = 12_000  # characters
_GENERIC = re.compile(
    r"(?:home(?:\s?page)?|untitled(?:\s+document)?|document|index|index\.html?|new page(?: \d+)?"
    r"|page|article|news|welcome|no title|title|\W*)",
    re.IGNORECASE,
)
_SUFFIX = re.compile(r"\s*(?:\||::|»|·|•|\s[-–—:]\s)\s*")
_HEADING_WORDS = 4
_BYLINE = re.compile(
    r"(?:(?:written|reported|posted)\s+)?(?P<by>by|par|von|di|por|author:|autor:|auteur\s?:|autore:)\s+"
    r"(?P<name>[^\W\d_][^|·•]{2,100})",
    re.IGNORECASE,
)
_NOT_A_NAME = re.compile(
    r"\b(?:the (?:end|time|way|middle|beginning)|contrast|comparison|then|now|far|and large|law|default|year|\d{4})\b",
    re.IGNORECASE,
)
_BY_OF = {"Von": ("de",), "Par": ("fr",), "Di": ("it",), "Por": ("es", "pt", "gl", "ca")}
"""The languages in which these begin a byline; elsewhere a large one begins a name ("Von der Leyen")."""
_SMALL_IN_NAMES = re.compile(
    r"a|af|al|and|at|bin|by|da|das|de|de[ilnrs]|della|di|die|dos?|du|e|el|en|et|for|from|für|i|ibn|in|la|le|los|of|on|per"
    r"|pour|sur|te[nr]|the|to|und|van|vo[mn]|with|y|zu[mr]?|agency|agencies|contributor|correspondent|editor|reporter"
    r"|special|staff|writer"
)
_NO_AUTHOR = re.compile(
    r"(?:(?:country|countries|region|district|municipality|community|nationality|ethnicity|sector|sex|gender|age|type"
    r"|category|size|rank|source|topic|subject|title|name|date|day|week|month|quarter|year|number|percentage|author"
    r"|origin|destination|level|group|and|or|of|\d+)\b[\s,&]*)+",
    re.IGNORECASE,
)
_ASIDE = re.compile(r"\s*[,;|(–—]|\s-\s|\d")
_AUTHOR_SPLIT = re.compile(
    r"\s*(?:;|\band\b|&|\bet\b|\bund\b|,(?!\s*(?:jr|sr|phd|md|esq)\b))\s*", re.IGNORECASE
)
_OFFICE = re.compile(
    r"^the\b|\b(?:institute|agency|centre|center|office|department|ministry|mission|service|staff|council|group|desk)\b",
    re.IGNORECASE,
)
_OWNER = re.compile(
    r"(?:©|\(c\)|copyright)[\s©]*(?:\(c\)\s*)?(?:(?:19|20)\d\d(?:\s*[-–]\s*(?:19|20)?\d\d)?,?\s+(?:by\s+)?"
    r"(?P<after>[^\W\d_][^.|©]{1,60})|(?P<alone>[^\W\d_][^.|©\d,]{1,60}),?\s+all rights reserved\b"
    r"|(?P<before>[^\W\d_][^.|©\d]{1,60}?),?\s+(?:19|20)\d\d)",
    re.IGNORECASE,
)
_LABELLED_PUBLISHER = re.compile(
    r"(?:publisher|published by|éditeur|editore|herausgeber|editor(?:ial)?)\s*:\s*(?P<name>\S.{1,80})",
    re.IGNORECASE,
)
_SELF_COVERAGE = re.compile(
    r"(?P<name>[^\W_][\w/&. -]{1,40}?)['’]s (?:full |complete |latest )?coverage of\b"
)
_RIGHTS = re.compile(r"[\s,.]*\ball rights reserved\b.*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Claims:
    """What a file's markup says about the document, the strongest evidence first in every field.

    `headings` are the page's own main headings: they choose among titles and say where a title's site suffix starts.
    """

    titles: tuple[Sourced, ...] = ()
    publishers: tuple[Sourced, ...] = ()
    dates: tuple[Sourced, ...] = ()
    languages: tuple[Sourced, ...] = ()
    authors: Authors | None = None
    headings: tuple[str, ...] = ()
    source_url: Sourced | None = None


def settle(claims: Claims, text: str, blocks: Sequence[Block], name: str) -> Metadata:
    """The metadata of a document: the strongest usable claim for each field, then what its first lines say."""
    content = [block for block in blocks if block.kind is not BlockKind.BOILERPLATE]
    top = [_slice(text, block) for block in content[:_DATELINE_BLOCKS]]
    publisher = _publisher(claims, text, blocks, top)
    symbol = symbol_in([_slice(text, block) for block in blocks[:_SYMBOL_BLOCKS]])
    period = period_covered(text[:_PERIOD_WITHIN])
    title = _title(claims, publisher, text, content, name)
    language = _language(claims, text, content)
    return Metadata(
        title=title,
        publisher=publisher,
        published=weighed_date(claims.dates, _shown_date(text, content)),
        language=language,
        authors=_authors(claims, _byline_places(text, content, title.value), language),
        source_url=_source_address(claims.source_url),
        symbol=Sourced(symbol, Origin.TEXT) if symbol else None,
        covers=Coverage(*period, Origin.TEXT) if period else None,
    )


def disagreements(claims: Claims, text: str, blocks: Sequence[Block], metadata: Metadata) -> tuple[str, ...]:
    """Sentences on statements of the document that contradict what was taken, with the reason for taking it."""
    if not claims.dates:
        return ()
    content = [block for block in blocks if block.kind is not BlockKind.BOILERPLATE]
    return contradictions(claims.dates, _shown_date(text, content), metadata.published)


def is_byline(line: str) -> bool:
    """Whether the line only names who wrote the text."""
    return _byline(line) is not None


def clean(value: str) -> str:
    """A value on one line, without the white space and control characters around and in it."""
    return " ".join("".join(c if c.isprintable() else " " for c in value).split())


def _slice(text: str, block: Block) -> str:
    return text[block.start : min(block.end, block.start + 1000)]


# Title


def _title(
    claims: Claims, publisher: Sourced | None, text: str, content: Sequence[Block], name: str
) -> Sourced:
    title: str | None
    headings = {clean(heading).casefold() for heading in claims.headings}
    for claim in claims.titles:
        title = _without_site(clean(claim.value), claims.headings, publisher.value if publisher else None)
        if title and not _GENERIC.fullmatch(title):
            twice = claim.origin is not Origin.TEXT and title.casefold() in headings
            return Sourced(_cut(title), claim.origin, Confidence.HIGH if twice else claim.judged)
    if title := _line_over_date(text, content) or _first_heading(text, content):
        return Sourced(_cut(title), Origin.TEXT)
    return Sourced(clean(PurePath(name).name) or "untitled", Origin.FILE)


def _cut(title: str) -> str:
    return title if len(title) <= _TITLE_LENGTH else title[: _TITLE_LENGTH - 1].rstrip() + "…"


def _without_site(title: str, headings: Sequence[str], publisher: str | None) -> str:
    """Cut "Talks end | The Daily" where a heading says so, the publisher's name ends it, or a bar parts it."""
    known = {clean(heading).casefold() for heading in headings}
    if title.casefold() in known:
        return title
    cuts = [(match.start(), match.end(), match[0].strip()) for match in _SUFFIX.finditer(title)]
    for start, _end, _sign in cuts:
        if title[:start].casefold() in known:
            return title[:start]
    whole = _heading_in(title, title[: cuts[0][0]] if cuts else title, headings)
    if whole is not None:
        return whole
    for start, end, sign in reversed(cuts):
        rest = title[end:]
        named = publisher is not None and rest.casefold() == publisher.casefold()
        barred = sign in ("|", "::", "»") and len(rest.split()) <= 5 and len(title[:start].split()) >= 2
        if named or barred:
            title = title[:start]
    return title


def _heading_in(title: str, first: str, headings: Sequence[str]) -> str | None:
    """The longest main heading of several words that the title holds, or that goes on where the title's first part ends."""
    long = [heading for heading in map(clean, headings) if len(heading.split()) >= _HEADING_WORDS]
    folded, begun = title.casefold(), first.casefold()
    held = [heading for heading in long if heading.casefold() in folded]
    if not held and len(first.split()) >= _HEADING_WORDS:
        held = [heading for heading in long if heading.casefold().startswith(begun)]
    return max(held, key=len, default=None)


def _line_over_date(text: str, content: Sequence[Block]) -> str | None:
    """The first line where it is no heading by its form but stands over names and a date alone, as titles do."""
    if not content or content[0].kind is not BlockKind.PARAGRAPH:
        return None
    title = clean(_slice(text, content[0]))
    if not len(title.split()) >= 3 or len(title) > _PROSE_LENGTH or ends_sentence(title) or dateline(title):
        return None
    for block in content[1:_TITLE_BLOCKS]:
        line = _slice(text, block)
        if block.kind is not BlockKind.PARAGRAPH or len(line) > _NAMES_LENGTH:
            return None
        if parse_date(line):
            return title
    return None


def _first_heading(text: str, content: Sequence[Block]) -> str | None:
    """The first heading above the first prose, or a longer one of the first few: site names stand above titles.

    "By country and year" below it is no title.
    """
    found: list[str] = []
    for block in content:
        if block.kind is BlockKind.HEADING:
            found.append(clean(_slice(text, block)))
        elif block.end - block.start >= _PROSE_LENGTH:
            break
        if len(found) == 4:
            break
    found = [title for title in found if title]
    if not found:
        return None
    long = (title for title in found if len(title.split()) >= 4 and not _BYLINE.fullmatch(title))
    return next(long, found[0])


# Publisher


def _publisher(claims: Claims, text: str, blocks: Sequence[Block], top: Sequence[str]) -> Sourced | None:
    for claim in claims.publishers:
        if value := clean(claim.value):
            return Sourced(value, claim.origin, claim.judged)
    for line in top:
        if match := _LABELLED_PUBLISHER.fullmatch(clean(line)):
            return Sourced(match["name"].rstrip(" ."), Origin.TEXT)
    for block in (*blocks[-12:], *blocks[:3]):
        line = clean(_slice(text, block))
        third_item = line[:3].lower() == "(c)" and "(b)" in text[: block.start].lower()
        if len(line) > _TITLE_LENGTH or third_item:
            continue
        if owner := _owner(line):
            return Sourced(owner, Origin.TEXT)
    return None


def _owner(line: str) -> str | None:
    match = _OWNER.match(line)
    if match and COPYRIGHT.match(line):
        owner = _RIGHTS.sub("", match["after"] or match["alone"] or match["before"]).strip(" ,.-–")
        return owner if len(owner) >= 2 and len(owner.split()) <= 7 else None
    if match := _SELF_COVERAGE.match(line):
        return match["name"].strip()
    return None


# Date


def _shown_date(text: str, content: Sequence[Block]) -> PartialDate | None:
    """The date that one of the first lines says it was published on, or else states; none if several date events."""
    if _is_chronology(text, content):
        return None
    rows = (BlockKind.TABLE_HEADER, BlockKind.TABLE_ROW, BlockKind.LIST_ITEM)
    lines = [_slice(text, block) for block in content[:_DATELINE_BLOCKS] if block.kind not in rows]
    lines = [line for above, line in pairwise(["", *lines]) if not announces_another_moment(above)]
    found = (read(line) for read in (labelled_date, publication_date) for line in lines)
    return next((day for day in found if day), None)


def _is_chronology(text: str, content: Sequence[Block]) -> bool:
    """Whether several blocks open with different dates: then they date events and not the document."""
    dates = set()
    for block in content[:200]:
        if found := dateline(_slice(text, block)):
            dates.add(found)
        if len(dates) > 2:
            return True
    return False


# Language and people


def _language(claims: Claims, text: str, content: Sequence[Block]) -> Sourced | None:
    prose = [block for block in content if block.end - block.start >= 40] or content
    detected = detect_language([_slice(text, block) for block in prose])
    for claim in claims.languages:
        if tag := normal_tag(claim.value):
            return weighed_language(Sourced(tag, claim.origin, claim.judged), detected)
    return Sourced(detected, Origin.DETECTED) if detected else None


def _byline_places(text: str, content: Sequence[Block], title: str) -> list[str]:
    """The first and last lines, in which a byline may stand: not the title, and no heading that is a title."""
    blocks = [block for block in (*content[:6], *content[-3:]) if block.level != 1 or not _is_heading(block)]
    return [line for block in blocks if (line := clean(_slice(text, block))) != title]


def _is_heading(block: Block) -> bool:
    return block.kind is BlockKind.HEADING


def _authors(claims: Claims, lines: Sequence[str], language: Sourced | None) -> Authors | None:
    if claims.authors and (stated := _distinct(map(clean, claims.authors.names))):
        return Authors(stated, claims.authors.origin, claims.authors.judged)
    for line in lines:
        match = _byline(line)
        elsewhere = match and language and language.value not in _BY_OF.get(match["by"], (language.value,))
        if match and not elsewhere and (named := _distinct(_people(_before_date(match["name"])))):
            return Authors(named, Origin.TEXT)
    return None


def _byline(line: str) -> re.Match[str] | None:
    match = _BYLINE.fullmatch(line.strip().rstrip("."))
    return match if match and _is_name(match["name"]) else None


def _distinct(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for name in names if name))


def _people(names: str) -> list[str]:
    """The names in "A. Gashi and B. Hoxha, a reporter"; an office's name is one, whatever stands in it."""
    if _OFFICE.search(names):
        return [names]
    return [part for part in _AUTHOR_SPLIT.split(names) if any(word[:1].isupper() for word in part.split())]


def _before_date(name: str) -> str:
    return re.split(r"\s*(?:,|[-–—]|\bon\b)\s*(?=[^,]*\b\d)", name, maxsplit=1)[0]


def _is_name(name: str) -> bool:
    words = name.split()
    capitals = sum(word[0].isupper() for word in words)
    return (
        len(words) <= 14
        and capitals >= max(1, len(words) // 2)
        and not _NOT_A_NAME.match(name)
        and not _NO_AUTHOR.fullmatch(name)
        and not _goes_on(name)
        and not ends_sentence(name)
    )


def _goes_on(name: str) -> bool:
    """Whether small words that stand in no name join the large ones: "der Leyen visits Kosovo"."""
    words = _ASIDE.split(name, maxsplit=1)[0].split()
    last = max((number for number, word in enumerate(words) if word[0].isupper()), default=0)
    return any(word[0].islower() and not _SMALL_IN_NAMES.fullmatch(word) for word in words[:last])


def _source_address(stated: Sourced | None) -> Sourced | None:
    address = web_address(stated.value) if stated else None
    return Sourced(address, stated.origin, stated.judged) if stated and address else None


def web_address(value: str) -> str | None:
    """The address if it is one of the web: anything else (javascript:, data:) must never become a link."""
    address = value.strip()
    usable = re.fullmatch(r"https?://[^\s<>\"'\\^`{|}\x00-\x1f]+", address, re.IGNORECASE)
    return address if usable and len(address) <= 2000 else None
