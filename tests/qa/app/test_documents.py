"""Search, facets, order and pages of the Library table, with known results."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from corpus.records import DocumentRecord
from corpus.types import Metadata, Origin, PartialDate, Published, Sourced
from qa.app.documents import PER_PAGE, Shown, View, read_view, show
from qa.app.wording import written_size


def record(
    number: int,
    title: str,
    publisher: str | None = None,
    published: str | None = None,
    *,
    passages: int = 3,
    origin: Origin = Origin.TEXT,
    media_type: str = "text/plain",
) -> DocumentRecord:
    about = Metadata(
        Sourced(title, Origin.TEXT),
        Sourced(publisher, origin) if publisher else None,
        Published(PartialDate.parse(published), Origin.TEXT) if published else None,
        Sourced("en", Origin.DETECTED),
        symbol=Sourced(f"S/{number}", Origin.TEXT),
    )
    added = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(days=number)
    return DocumentRecord(
        f"{number:064x}",
        (f"folder/{number}.txt",),
        about,
        media_type,
        "r/1",
        passages,
        10,
        1000 - number,
        added,
        1,
    )


RECORDS = [
    record(1, "Élan vital", "OSCE", "2004-03"),
    record(2, "bridge", "Balkan Desk", "2011-02-28", media_type="application/pdf"),
    record(3, "Apple", None, None, passages=0),
    record(4, "Zebra", "OSCE", "2003", origin=Origin.USER),
]


def titles(shown: Shown) -> list[str]:
    return [record.metadata.title.value for record in shown.records]


@pytest.mark.parametrize(
    ("sort", "expected"),
    [
        ("title", ["Apple", "bridge", "Élan vital", "Zebra"]),
        ("publisher", ["bridge", "Élan vital", "Zebra", "Apple"]),
        ("published", ["Zebra", "Élan vital", "bridge", "Apple"]),
        ("passages", ["Apple", "Élan vital", "bridge", "Zebra"]),
        ("bytes", ["Zebra", "Apple", "bridge", "Élan vital"]),
        ("added", ["Élan vital", "bridge", "Apple", "Zebra"]),
    ],
)
def test_order(sort: str, expected: Sequence[str]) -> None:
    assert titles(show(RECORDS, View(sort=sort))) == expected


def test_unknown_values_stay_last_in_either_order() -> None:
    assert titles(show(RECORDS, View(sort="published", descending=True))) == [
        "bridge",
        "Élan vital",
        "Zebra",
        "Apple",
    ]


@pytest.mark.parametrize(
    ("search", "expected"),
    [
        ("elan", ["Élan vital"]),
        ("OSCE z", ["Zebra"]),
        ("s/2", ["bridge"]),
        ("folder/3", ["Apple"]),
        ("  ", ["Apple", "bridge", "Élan vital", "Zebra"]),
        ("nothing", []),
    ],
)
def test_search(search: str, expected: Sequence[str]) -> None:
    assert titles(show(RECORDS, View(search=search))) == expected


def test_facets_count_what_the_other_choices_leave() -> None:
    shown = show(RECORDS, View(chosen=(("publisher", "OSCE"),)))
    facets = dict(shown.facets)
    assert titles(shown) == ["Élan vital", "Zebra"]
    assert (shown.matching, shown.total, shown.passages) == (2, 4, 6)
    assert facets["publisher"] == (("OSCE", 2), ("Balkan Desk", 1), ("unknown", 1))
    assert facets["year"] == (("2003", 1), ("2004", 1))
    assert facets["kind"] == (("Text", 2),)
    assert facets["status"] == (("edited", 1), ("searchable", 1))
    assert titles(show(RECORDS, View(chosen=(("year", "unknown"),)))) == ["Apple"]
    assert titles(show(RECORDS, View(chosen=(("status", "empty"),)))) == ["Apple"]


def test_thousands_of_documents_come_in_pages() -> None:
    many = [replace(RECORDS[0], id=f"{number:064x}", paths=(f"{number:05d}",)) for number in range(5_003)]
    last = show(many, View(page=10_000))
    assert (last.page, last.pages, len(last.records)) == (101, 101, 3)
    assert [r.path for r in show(many, View(page=2)).records] == [
        f"{n:05d}" for n in range(PER_PAGE, 2 * PER_PAGE)
    ]


@pytest.mark.parametrize(
    ("query", "view"),
    [
        ({}, View()),
        ({"sort": "bytes", "order": "descending", "page": "3"}, View(sort="bytes", descending=True, page=3)),
        ({"sort": "evil", "page": "-1", "order": "x"}, View()),
        ({"page": "９" * 3}, View()),
        ({"search": "x" * 999, "publisher": "", "year": "2004"}, View("x" * 200, (("year", "2004"),))),
    ],
)
def test_any_address_is_a_view(query: dict[str, str], view: View) -> None:
    assert read_view(query) == view


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (1, "1 byte"),
        (812, "812 bytes"),
        (1_500, "1.5 kB"),
        (24_400, "24 kB"),
        (999_900, "1.0 MB"),
        (3 * 10**9, "3.0 GB"),
    ],
)
def test_sizes(number: int, words: str) -> None:
    assert written_size(number) == words
