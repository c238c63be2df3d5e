"""Where sentences begin and end: sentencex's boundaries, corrected for abbreviations and quotations."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from corpus.types import Span

# sentencex matches quotation marks in quadratic time: it is given a long text in windows. The boundaries in
# a window's margin are found again by the next window, which sees what follows them.
_WINDOW = 16_384
_MARGIN = 1_024
# Up to this many characters a quotation of several sentences stays one unit with its "he said".
_LONG_QUOTATION = 400


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# Never the end of a sentence: a name or the thing itself follows.
_TITLES = _words("""
    mr mrs ms messrs dr drs prof gen brig maj col lt cmdr capt cpt sgt cpl adm amb gov sen rep hon
    rev st mt ft mme mlle mm sig sigg sgra dott avv on sr sra srta dña hr fr pr h.e cf e.g eg i.e
    viz vs resp z.b d.h u.a bzw bspw ggf inkl p.ex tj npr dipl
""")
# Not the end of a sentence when a number follows.
_BEFORE_NUMBER = _words("""
    para paras par pars no nos nr nrs núm num art arts p pp pg pág pag págs s ss sec secs sect § vol
    vols ch chap chaps cap fig figs eq eqs tab tabl res doc docs reg regs rev corr add app annex ap
    approx ca c circa cf ibid id n nn ff v abs ziff bd str br sv čl član nën nen pika tel ext bldg
    op cit ed eds h jan feb febr mar apr jun jul aug sep sept oct nov dec mon tue wed thu fri sat sun
""")
# Often in the middle of a sentence, sometimes at its end: the next word decides.
_EITHER = _words("inc ltd corp co bros jr etc al ph.d a.m p.m")
_STARTERS = (
    "The|This|These|That|Those|There|He|She|It|They|We|You|His|Her|Its|Their|Our|In|On|At|By|As|For|From|With|"
    "After|Before|Since|During|Under|Over|But|And|However|Although|While|When|Where|If|Some|Many|Most|All|Both|Two|Three|"
    "Later|Then|Today|Yesterday|Last|Moreover|Meanwhile|Nevertheless|Instead|According|Mr|Mrs|Ms|Dr|What|Who|Why|How|"
    "No|Not|Only|One|Several|An|Another|Such|So|Thus|To|Until|Once|Because|Despite"
)
_STARTER = re.compile(rf"[\"'“‘(\[]*(?:{_STARTERS})\b")
_ACRONYM = re.compile(r"(?:[^\W\d_]\.){2,}")
_LIST_NUMBER = re.compile(
    r"(?:[-*•–—]\s*)?(?:\(?(?:\d{1,4}(?:\.\d{1,3}){0,4}|[a-zA-Z]|[ivxlcIVXLC]{1,6})[.)]{1,2}|\[\d{1,3}\])"
)
# German: what stands before an ordinal ("im 19. Jahrhundert"), and what begins a sentence after a number that ends one.
_BEFORE_ORDINAL = re.compile(
    r"(?:d(?:er|ie|as|en|em|es)|am|im|ans|ins|vom|zu[mr]|beim|und|oder|bis|sowie|jede[mnrs]?|diese[mnrs]?|welche[mnrs]?"
    r"|(?:[msk]?ein|ihr|unser|eur|euer)(?:e[mnrs]?)?)",
    re.IGNORECASE,
)
_ORDINAL = re.compile(r"\d{1,2}\.")
_GERMAN_STARTER = re.compile(
    r"(?:D(?:er|ie|as|en|em|es|ies|iese[mnrs]?|ort|ann|anach|abei|adurch|afür|amit|araufhin|arum|aher|azu|och|enn|urch|a)"
    r"|Ein(?:e[mnrs]?)?|Kein(?:e[mnrs]?)?|Sein(?:e[mnrs]?)?|Ihr(?:e[mnrs]?)?|Unser(?:e[mnrs]?)?"
    r"|Er|Sie|Es|Ich|Wir|Man|Wer|Was|Wo|Wie|Wann|Warum|Jede[mnrs]?|Viele|Einige|Manche|Alle|Beide|Nicht|Niemand"
    r"|In|Im|Ins|An|Am|Auf|Aus|Bei|Beim|Bis|Für|Gegen|Mit|Nach|Ohne|Seit|Über|Um|Unter|Von|Vom|Vor|Während|Wegen|Zu|Zum"
    r"|Zur|Zwischen|Trotz|Laut|Und|Aber|Oder|Als|Wenn|Weil|Obwohl|Nachdem|Bevor|Sobald|Ob|So|Auch|Nur|Noch|Schon|Später"
    r"|Heute|Gestern|Morgen|Damals|Seitdem|Seither|Zuvor|Zunächst|Zuerst|Schließlich|Jetzt|Nun|Hier|Jedoch|Dennoch"
    r"|Allerdings|Außerdem|Insgesamt)\b"
)
_CLOSERS = "\"'”’»›)]}"
_OPENERS = "\"'“‘„«‹([{¿¡"
# Ends that sentencex passes over: a bracketed sentence, a note number on the full stop, an abbreviation that
# ends its sentence. Each match ends where the next sentence begins.
_OVERLOOKED = re.compile(
    r"[.!?…][)\]][\"'”’»)\]]*\s+(?=[\"'“‘«(\[]*[A-ZÀ-Þ])"
    r"|(?<=[a-zà-ÿ\"”’)])[.!?][\"”’]?(?:\d{1,3}|\[\d{1,3}\])\s+(?=[\"'“‘«(\[]*[A-ZÀ-Þ])"
    rf"|\b(?:(?:[A-Z]\.){{2,}}|(?:Inc|Ltd|Corp|Co|Jr|etc|al)\.)\s+(?=[\"“‘(\[]*(?:{_STARTERS})\b)"
)
_CLOSING = re.compile(r"(?:[”’»›)\]}]+|[\"'](?=\s)|\[\d{1,3}\](?=\s*$|\s+[\"“A-ZÀ-Þ]))+\s*")
_NUMBER = re.compile(r"\d|(?:\(?[ivxIVX]{1,5}|\([a-z0-9]{1,3})\b")
_GLUED = re.compile(r"[^\W\d_]{2,}[.!?][\"”’)\]]?")
_QUOTES = str.maketrans(dict.fromkeys('"“”„«»‟', " "))
_SURROGATES = re.compile("[\ud800-\udfff]")
_WORD = re.compile(r"\w")


def sentence_spans(text: str, start: int, end: int, language: str = "en") -> list[Span]:
    """Return the sentences of `text[start:end]` in order, as trimmed spans of offsets into `text`.

    Together they hold every character that is not white space. A line break is white space like any other;
    what has no sentence end comes back as one span, however long. Unknown languages are cut by the English
    rules. Time is linear in the length.
    """
    spans: list[Span] = []
    first = start
    for boundary in [*_boundaries(text, start, end, language), end]:
        span = trimmed(text, first, boundary)
        first = boundary
        if span is None:
            continue
        if spans and _WORD.search(text, span.start, span.end) is None:
            spans[-1] = Span(spans[-1].start, span.end)
        else:
            spans.append(span)
    return spans


def trimmed(text: str, start: int, end: int) -> Span | None:
    """Return the range without white space at its ends, or None if it holds nothing else."""
    while start < end and text[start].isspace():
        start += 1
    while start < end and text[end - 1].isspace():
        end -= 1
    return Span(start, end) if start < end else None


def _boundaries(text: str, start: int, end: int, language: str) -> Iterator[int]:
    """Offsets where a sentence begins, other than the first."""
    size = _WINDOW
    while start < end:
        stop = min(start + size, end)
        limit = stop if stop == end else stop - _MARGIN
        found = [place for place in _window_boundaries(text, start, stop, language) if place < limit]
        yield from found
        if stop == end:
            return
        if found:
            start, size = found[-1], _WINDOW
        else:
            size *= 2


def _window_boundaries(text: str, start: int, end: int, language: str) -> list[int]:
    piece = text[start:end]
    candidates = {start + place for place in _sentencex(piece, language)}
    candidates.update(match.end() for match in _OVERLOOKED.finditer(text, start, end))
    candidates.update(_inside_long_quotations(piece, start, candidates, language))
    kept: list[int] = []
    first = start
    for candidate in sorted(candidates):
        place = _after_closers(text, first, candidate, end)
        if first < place < end and _is_boundary(text, first, place, end, language):
            kept.append(place)
            first = place
    return kept


def _sentencex(piece: str, language: str) -> list[int]:
    from sentencex import get_sentence_boundaries

    piece = piece.replace("\x00", " ")
    if _SURROGATES.search(piece) is not None:
        piece = _SURROGATES.sub("\ufffd", piece)
    return [boundary["start_index"] for boundary in get_sentence_boundaries(language, piece)]


def _inside_long_quotations(piece: str, offset: int, found: set[int], language: str) -> set[int]:
    """Boundaries inside units that a quotation made longer than is useful."""
    places = [0, *sorted(place - offset for place in found), len(piece)]
    inside: set[int] = set()
    for first, last in pairwise(places):
        if last - first > _LONG_QUOTATION:
            plain = piece[first:last].translate(_QUOTES)
            if plain != piece[first:last]:
                inside.update(offset + first + place for place in _sentencex(plain, language))
    return inside


def _after_closers(text: str, first: int, place: int, end: int) -> int:
    """Move a boundary behind closing marks and note numbers that belong to the sentence before it."""
    if not first < place < end or text[place] not in _CLOSERS + "[":
        return place
    if text[place] == "[" and text[place - 1].isspace():
        return place
    match = _CLOSING.match(text, place, end)
    return place if match is None else match.end()


def _is_boundary(text: str, first: int, place: int, end: int, language: str) -> bool:
    last = place
    while last > first and text[last - 1].isspace():
        last -= 1
    if last == first:
        return False
    gap = text[last:place]
    if gap.count("\n") > 1:
        return True
    tail = text[max(first, last - 24) : last]
    word = tail.split()[-1]
    if not gap:
        return _is_glued_end(word, text, place, end)
    if last - first <= 24 and _LIST_NUMBER.fullmatch(text, first, last) is not None:
        return False
    follower = text[place]
    if _continues(text, first, follower, tail, word):
        return False
    if not word.endswith("."):
        return True
    if language == "de" and _is_ordinal(tail, text, place, end):
        return False
    return not _is_abbreviation(word.lstrip(_OPENERS), follower, text, place, end)


def _is_glued_end(word: str, text: str, place: int, end: int) -> bool:
    """Accept an end with no space behind it only between a small letter and a capitalised word."""
    if not word[-1].isascii() and word[-1] not in "”’»":
        return True
    if _GLUED.fullmatch(word.lstrip(_OPENERS)) is None or not text[place].isupper():
        return False
    return place + 1 < end and text[place + 1].islower() and not text[place - 2].isupper()


def _continues(text: str, first: int, follower: str, tail: str, word: str) -> bool:
    """Tell whether a small letter carries the sentence on, unless this text does without capitals."""
    if not (follower.islower() and follower < "\u0530"):
        return False
    begin = text[first : first + 4].lstrip(_OPENERS)[:1]
    return not begin.islower() or word.endswith(("...", "…"))


def _is_ordinal(tail: str, text: str, place: int, end: int) -> bool:
    """Whether a German number with its full stop says the how-manieth, and a noun follows."""
    before, number = ["", *tail.split()][-2:]
    return (
        _ORDINAL.fullmatch(number) is not None
        and _BEFORE_ORDINAL.fullmatch(before.lstrip(_OPENERS)) is not None
        and text[place].isupper()
        and _GERMAN_STARTER.match(text, place, end) is None
    )


def _is_abbreviation(word: str, follower: str, text: str, place: int, end: int) -> bool:
    """Whether the full stop of `word` belongs to an abbreviation that the sentence goes on after."""
    if len(word) > 10:
        return False
    stem = word[:-1].lower().replace("’", "'").rpartition("'")[2]  # "l'art."
    if stem in _TITLES:
        return True
    if stem in _BEFORE_NUMBER and _NUMBER.match(text, place, end) is not None:
        return True
    if len(stem) == 1 and stem.isalpha() and word[0].isupper():
        return follower.isupper() and _STARTER.match(text, place, end) is None
    if stem in _EITHER or _ACRONYM.fullmatch(word) is not None:
        return _STARTER.match(text, place, end) is None and follower not in _OPENERS
    return False
