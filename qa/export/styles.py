"""References in the usual citation styles, by citeproc-py and the CSL styles beside this file."""

from __future__ import annotations

import re
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from corpus.errors import InvalidInput
from corpus.records import DocumentRecord
from qa.export.references import csl_item

STYLES = {
    "apa": ("APA, 7th edition", "apa"),
    "chicago": ("Chicago, author and date", "chicago-author-date"),
    "harvard": ("Harvard (Cite Them Right)", "harvard-cite-them-right"),
    "ieee": ("IEEE", "ieee"),
    "mla": ("MLA, 9th edition", "modern-language-association"),
}
"""The name to choose a style by, what it is called, and its file."""
DEFAULT_STYLE = "apa"
_FOLDER = Path(__file__).parent / "styles"
_NUMBER = re.compile(r"^(\[\d+\])(?=\S)")
_ITALIC, _UPRIGHT = "\ufdd0", "\ufdd1"  # noncharacters, which no text may hold


@dataclass(frozen=True, slots=True)
class Run:
    """Words of a reference in one kind of type."""

    text: str
    italic: bool = False


Reference = tuple[Run, ...]


@dataclass(frozen=True, slots=True)
class References:
    """How each of the given places is cited in the text, and the list of references, in the style's order."""

    in_text: tuple[Reference, ...]
    entries: tuple[Reference, ...]


def plain(reference: Reference) -> str:
    """A reference without its type."""
    return "".join(run.text for run in reference)


def style_named(name: str) -> str:
    """The name itself where it is one of a style; raises InvalidInput that lists them."""
    if name in STYLES:
        return name
    raise InvalidInput(f"{name!r} is no citation style here; choose one of: {', '.join(STYLES)}.")


def cite_in_style(
    records: Sequence[DocumentRecord],
    places: Sequence[tuple[str, tuple[int, ...]]],
    style: str = DEFAULT_STYLE,
) -> References:
    """Format the references to documents, and a citation for every place: a document's id and the pages there.

    Raises InvalidInput for an unknown style.
    """
    from citeproc import Citation, CitationItem, CitationStylesBibliography, CitationStylesStyle
    from citeproc.source import Locator
    from citeproc.source.json import CiteProcJSON

    file = _FOLDER / f"{STYLES[style_named(style)][1]}.csl"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of fields that a style knows and the library does not
        source = CiteProcJSON(_items(records))
        bibliography = CitationStylesBibliography(
            CitationStylesStyle(str(file), locale="en-US", validate=False), source, _Type
        )
        cited = [
            CitationItem(document_id, **({"locator": Locator("page", _joined(pages))} if pages else {}))
            for document_id, pages in places
        ]
        citations = [Citation([item]) for item in cited]
        for citation in citations:
            bibliography.register(citation)
        bibliography.sort()
        in_text = tuple(_runs(str(bibliography.cite(citation, None))) for citation in citations)
        entries = tuple(_runs(_NUMBER.sub(r"\1 ", str(entry))) for entry in bibliography.bibliography())
    return References(in_text, entries)


def _joined(pages: tuple[int, ...]) -> str:
    """Page numbers as a locator: "3", "3–5", "3, 7"."""
    whole = len(pages) > 1 and pages == tuple(range(pages[0], pages[-1] + 1))
    return f"{pages[0]}–{pages[-1]}" if whole else ", ".join(map(str, pages))


def _items(records: Sequence[DocumentRecord]) -> list[dict[str, Any]]:
    """CSL items by document id, with letters for several of one author and year, as citeproc-py gives none."""
    items = [{**csl_item(record), "id": record.id} for record in records]
    alike: dict[tuple[str, int], list[dict[str, Any]]] = {}
    for item in items:
        if "author" not in item:  # a title takes the author's place; citeproc-py would say it twice
            item["author"] = [{"literal": item.pop("title")}]
        names = "; ".join(author["literal"] for author in item["author"])
        year = item["issued"]["date-parts"][0][0] if "issued" in item else 0
        alike.setdefault((names, year), []).append(item)
    for group in alike.values():
        group.sort(key=lambda item: (item.get("title", ""), item["id"]))
        if len(group) > 1:
            for place, item in enumerate(group):
                item["year-suffix"] = _letters(place)
    return [_without_marks(item) for item in items]


def _letters(place: int) -> str:
    """Counts a, b, ... z, aa, ab, ..."""
    text = ""
    while place >= 0:
        place, letter = divmod(place, 26)
        text = chr(ord("a") + letter) + text
        place -= 1
    return text


def _without_marks(item: dict[str, Any]) -> dict[str, Any]:
    def clean(value: Any) -> Any:  # noqa: ANN401 - values of a JSON object
        if isinstance(value, str):
            return value.replace(_ITALIC, "").replace(_UPRIGHT, "")
        if isinstance(value, list):
            return [clean(part) for part in value]
        return {name: clean(part) for name, part in value.items()} if isinstance(value, dict) else value

    return {name: clean(value) for name, value in item.items()}


class _Italic(str):
    __slots__ = ()

    def __new__(cls, text: str) -> _Italic:
        return super().__new__(cls, f"{_ITALIC}{text}{_UPRIGHT}")


class _Type:
    """What citeproc-py calls a formatter: italics between two marks, everything else plain."""

    Italic = Oblique = _Italic
    Bold = Light = Underline = Superscript = Subscript = SmallCaps = str

    @staticmethod
    def preformat(text: object) -> str:
        return str(text)


def _runs(text: str) -> Reference:
    runs: list[Run] = []
    for part in text.split(_ITALIC):
        inner, mark, rest = part.partition(_UPRIGHT)
        if mark and inner:
            runs.append(Run(inner.replace(_UPRIGHT, ""), italic=True))
        outer = (rest if mark else inner).replace(_UPRIGHT, "")
        if outer:
            runs.append(Run(outer))
    if runs:
        runs[-1] = Run(runs[-1].text.rstrip(" ,"), runs[-1].italic)
    return tuple(runs)
