"""What a library shows: documents by filters, counts and facets, and snapshots that stay as they were."""

from __future__ import annotations

import os
from datetime import date
from typing import Any

import pytest

from corpus.errors import InvalidInput
from corpus.library import Library
from corpus.records import Counts, Facet, Facets, Status
from corpus.types import Filters, Origin, PartialDate, Published, Sourced
from tests.corpus import library_driver as driver
from tests.corpus.library_material import BREAD, EULEX, KOSOVO, add, places


def dated(library: Library) -> dict[str, str]:
    """Five documents with differing dates, publishers and languages; names by id."""
    facts = {
        "year": (PartialDate(2007), "UN", "en"),
        "month": (PartialDate(2007, 12), "UN", "fr"),
        "day": (PartialDate(2007, 12, 31), "EU", "en"),
        "late": (PartialDate(2010, 2, 28), "N\udcffTO", "en"),
        "unknown": None,
    }
    ids = {}
    with library.writer() as writer:
        for name, fact in facts.items():
            more: dict[str, Any] = {}
            if fact is not None:
                published, publisher, language = fact
                more = {
                    "published": Published(published, Origin.TEXT),
                    "publisher": Sourced(publisher, Origin.META),
                    "language": Sourced(language, Origin.DETECTED),
                }
            ids[driver.stage(writer, f"/{name}.txt", f"On {name}. More.".encode(), **more).id] = name
        writer.publish(driver.build)
    return ids


@pytest.mark.parametrize(
    ("filters", "names"),
    [
        (Filters(published_from=date(2007, 1, 1)), "year month day late"),
        (Filters(published_from=date(2007, 1, 2)), "month day late"),
        (Filters(published_to=date(2007, 12, 30)), ""),
        (Filters(published_to=date(2007, 12, 31)), "year month day"),
        (Filters(published_from=date(2007, 12, 31), published_to=date(2010, 2, 28)), "day late"),
        (Filters(published_from=date(2007, 12, 1), published_to=date(2007, 12, 31)), "month day"),
        (Filters(publishers=("UN",)), "year month"),
        (Filters(publishers=("EU", "N\udcffTO")), "day late"),
        (Filters(languages=("fr",), publishers=("UN",)), "month"),
        (Filters(languages=("en",), published_to=date(2007, 12, 31)), "year day"),
        (Filters(publishers=("un",)), ""),
        (Filters(documents=(driver.digest(b"On unknown. More."), "f" * 64)), "unknown"),
    ],
)
def test_filters_select_documents(library: Library, filters: Filters, names: str) -> None:
    ids = dated(library)
    with library.snapshot() as snapshot:
        selected = snapshot.select(filters)
        assert selected is not None
        assert sorted(ids[document_id] for document_id in selected) == sorted(names.split())
        assert len(snapshot.passage_ids(selected)) == 2 * len(selected) == snapshot.counts(selected).passages


def test_counts_and_facets_tell_what_there_is(library: Library) -> None:
    ids = {name: document_id for document_id, name in dated(library).items()}
    with library.snapshot() as snapshot:
        assert snapshot.select(Filters()) is None
        assert snapshot.counts() == Counts(5, 10, PartialDate(2007), PartialDate(2010, 2, 28))
        assert snapshot.counts([ids["day"], ids["month"]]) == Counts(
            2, 4, PartialDate(2007, 12), PartialDate(2007, 12)
        )
        assert snapshot.counts([ids["unknown"]]) == Counts(1, 2, None, None)
        assert snapshot.facets() == Facets(
            publishers=(Facet("UN", 2), Facet("EU", 1), Facet("N\udcffTO", 1)),
            languages=(Facet("en", 3), Facet("fr", 1)),
            years=(Facet("2007", 3), Facet("2010", 1)),
            media_types=(Facet("text/plain", 5),),
        )


def test_facets_under_a_filter_count_what_one_more_value_would_add(library: Library) -> None:
    dated(library)
    with library.snapshot() as snapshot:
        year = Filters(published_from=date(2007, 1, 1), published_to=date(2007, 12, 31))
        within = snapshot.facets(year)
        assert within.years == snapshot.facets().years
        assert sum(facet.documents for facet in within.media_types) == 3
        chosen = snapshot.facets(Filters(publishers=("EU",)))
        assert chosen.publishers == snapshot.facets().publishers
        assert sum(facet.documents for facet in chosen.media_types) == 1
        assert snapshot.select(Filters(media_types=("application/pdf",))) == frozenset()
        assert len(snapshot.select(Filters(media_types=("text/plain",))) or ()) == 5


def test_a_snapshot_keeps_its_generation_while_others_are_published(library: Library) -> None:
    add(library, a=KOSOVO)
    with library.snapshot() as old:
        assert old.generation.folder is not None
        add(library, a=EULEX)
        assert old.generation.folder.is_dir(), "the generation before the current one stays"
        with library.snapshot() as new:
            assert new.generation.number == 2
            assert [record.id for record in new.documents()] == [driver.digest(EULEX)]
        add(library, b=BREAD)
        assert not old.generation.folder.exists(), "a generation replaced twice is removed"
        assert [record.id for record in old.documents()] == [driver.digest(KOSOVO)]
        assert old.counts() == Counts(1, 2, None, None)
        assert len(old.passages(places(KOSOVO, (0, 20), (20, 38)))) == 2
        assert old.document(driver.digest(KOSOVO)).text.encode() == KOSOVO
        with pytest.raises(InvalidInput, match="see: sourcebook list"):
            old.document(driver.digest(BREAD))
    with pytest.raises(ValueError, match="the snapshot is closed"):
        old.documents()


def test_what_was_worked_out_is_kept_for_its_generation_only(library: Library) -> None:
    add(library, a=KOSOVO)
    wanted = Filters(documents=(driver.digest(KOSOVO), driver.digest(EULEX)))
    with library.snapshot() as old:
        assert old.passage_ids().pop() in places(KOSOVO, (0, 20), (20, 38))
        assert len(old.passage_ids()) == 2, "callers get a copy"
        add(library, b=EULEX)
        with library.snapshot() as new:
            assert [len(new.select(wanted) or ()), len(old.select(wanted) or ())] == [2, 1]
            assert [new.counts(), old.counts()] == [Counts(2, 5, None, None), Counts(1, 2, None, None)]
            assert [len(new.passage_ids()), len(old.passage_ids())] == [5, 2]
            assert new.counts([driver.digest(EULEX)]) == Counts(1, 3, None, None)
            assert old.counts([driver.digest(EULEX)]) == Counts(0, 0, None, None)


def test_the_write_ahead_log_is_not_held_by_snapshots_that_ended(library: Library) -> None:
    add(library, a=KOSOVO)
    for number in range(3):
        with library.snapshot() as snapshot:
            snapshot.documents()
        add(library, a=b"%d. " % number + os.urandom(400_000).hex().encode())
    with library.writer() as writer:
        assert writer.status("/a.txt", "") is Status.CHANGED
        (busy, _, _) = writer._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        assert busy == 0
    assert (library.folder / "library.db-wal").stat().st_size == 0
