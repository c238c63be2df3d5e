"""The saved pages that the project was founded on: what a person sees at once, the readers see too."""

from __future__ import annotations

from pathlib import Path

import pytest

from corpus.types import BlockKind, Document, Origin
from tests.corpus.reading import check, uncovered


@pytest.fixture(scope="module")
def seeds(shared_data: Path) -> dict[str, Document]:
    return {
        path.name[:3]: check(path.read_bytes(), path.name)
        for path in sorted((shared_data / "seeds").iterdir())
    }


def of_kind(document: Document, kind: BlockKind) -> list[str]:
    return [document.text[block.start : block.end] for block in document.blocks if block.kind is kind]


def test_titles(seeds: dict[str, Document]) -> None:
    titles = [document.metadata.title for document in seeds.values()]
    assert [title.value.split()[0] for title in titles] == [
        "The",
        "Ban",
        "Kosovo:",
        "National",
        "004_5cb80abc51999013.txt",
    ]
    assert [title.value.split()[-1] for title in titles[:4]] == [
        "breakthrough",
        "cooperation",
        "Deal",
        "Kosovo",
    ]
    assert [title.origin for title in titles] == [*[Origin.TEXT] * 4, Origin.FILE]


def test_only_one_has_a_date(seeds: dict[str, Document]) -> None:
    dates = {name: str(found.date) for name, seed in seeds.items() if (found := seed.metadata.published)}
    assert dates == {"001": "2009-10-05"}


def test_publishers_and_language(seeds: dict[str, Document]) -> None:
    publishers = {name: found.value for name, seed in seeds.items() if (found := seed.metadata.publisher)}
    assert publishers == {"002": "RFE/RL"}
    assert {seed.metadata.language and seed.metadata.language.value for seed in seeds.values()} == {"en"}


@pytest.mark.parametrize(
    ("name", "starts"),
    [
        (
            "000",
            [
                "Back to",
                "The Context",
                "UN Department",
                "Nick",
                "Tel",
                "UN Interim",
                "Russell",
                "Tel",
                "UN Interim",
                "UN News",
            ],
        ),
        ("001", ["The Largest", "Join the mailing"]),
        ("002", ["Accessibility", "Breaking", "Listen", "Real Audio", "If you are in", "To find out"]),
        ("003", ["Home Strategic", "20", "Check Also", "Rethinking", "The United Nations"]),
        ("004", ["We invite readers"]),
    ],
)
def test_boilerplate(seeds: dict[str, Document], name: str, starts: list[str]) -> None:
    found = of_kind(seeds[name], BlockKind.BOILERPLATE)
    assert len(found) == len(starts)
    assert all(words.startswith(start) for words, start in zip(found, starts, strict=True))


def test_the_sentences_that_answer_questions_are_content(seeds: dict[str, Document]) -> None:
    paragraphs = {name: " ".join(of_kind(seed, BlockKind.PARAGRAPH)) for name, seed in seeds.items()}
    assert "510 personnel" in paragraphs["001"]
    assert "Gate 2 was declared" in paragraphs["003"] and "Nel corso del tempo" in paragraphs["003"]
    assert "Ahtisaari" in paragraphs["002"] and "new Special Representative" in paragraphs["004"]


def test_captions_table_and_headings(seeds: dict[str, Document]) -> None:
    assert len(of_kind(seeds["000"], BlockKind.CAPTION)) == 2
    assert len(of_kind(seeds["002"], BlockKind.CAPTION)) == 1
    assert len(of_kind(seeds["004"], BlockKind.TABLE_ROW)) == 5
    assert of_kind(seeds["004"], BlockKind.TABLE_HEADER) == ["Event/Agreement | Focus Area | Significance"]
    assert len(of_kind(seeds["004"], BlockKind.HEADING)) == 4


def test_nothing_is_lost(seeds: dict[str, Document], shared_data: Path) -> None:
    for path in sorted((shared_data / "seeds").iterdir()):
        seed = seeds[path.name[:3]]
        assert seed.text == path.read_text(encoding="utf-8")
        assert not set(uncovered(seed)) - set("|-")
