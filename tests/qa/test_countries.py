"""Countries are found by the name of their people, and the other way round."""

from __future__ import annotations

from pathlib import Path

import pytest

from qa.countries import countries_in, other_forms
from qa.engine import Sourcebook
from qa.stages import Stage
from tests.fakes import FakeEncoder
from tests.qa.material import build

TABLE = """---
title: Strength of the police
publisher: Mission
date: 2006-09-01
---

# Composition of the police in August 2006

| Country | Officers | Country | Officers |
|---|---|---|---|
| Italy | 29 | Ukraine | 183 |
| Jordan | 20 | Poland | 124 |
| Romania | 187 | Zambia | 12 |
"""


@pytest.mark.parametrize(
    ("question", "others"),
    [
        ("How many Ukrainian police were there?", {"Ukrainian": ("Ukraine",)}),
        ("How many Ukrainians were there?", {"Ukrainian": ("Ukraine",)}),
        ("How many police did Ukraine send?", {"Ukraine": ("Ukrainian",)}),
        ("How many British and Dutch soldiers?", {
            "British": ("United Kingdom", "Great Britain", "Britain"),
            "Dutch": ("Netherlands", "Holland"),
        }),
        ("Did the South African judge polish it?", {"South African": ("South Africa",)}),
        ("Where is the Republic of Korea's embassy?", {"Republic of Korea": ("South Korean",)}),
        ("What did the jordanian say about Polishing?", {}),
    ],
)  # fmt: skip
def test_other_forms(question: str, others: dict[str, tuple[str, ...]]) -> None:
    assert other_forms(question) == others


def test_where_countries_stand() -> None:
    text = "Nine Germans and two soldiers from the Czech Republic met a Nigerien, not a Nigerian."
    assert [text[span.start : span.end] for span in countries_in(text)] == [
        "Germans",
        "Czech Republic",
        "Nigerien",
        "Nigerian",
    ]


@pytest.mark.parametrize(
    ("question", "number"),
    [
        ("How many Ukrainian police officers were serving in August 2006?", "183"),
        ("How many Italian police officers were serving in August 2006?", "29"),
        ("How many officers did Jordan have in August 2006?", "20"),
    ],
)
def test_the_row_of_a_country_and_the_number_behind_its_name(
    tmp_path: Path, question: str, number: str
) -> None:
    with Sourcebook.open(build(tmp_path, {"police.md": TABLE}), encoder=FakeEncoder()) as book:
        answer = book.ask(question)
    first, *_ = answer.citations or answer.nearest
    assert first.answer is not None
    assert first.answer.text == number


def test_without_the_stage_the_people_are_not_taken_for_the_country(tmp_path: Path) -> None:
    library = build(tmp_path, {"police.md": TABLE, "other.txt": "The valley has apples.\n\nAnd many plums."})

    def found(*without: Stage) -> set[str]:
        left_out = frozenset({Stage.DENSE, *without})
        with Sourcebook.open(library, encoder=FakeEncoder(), without=left_out) as book:
            answer = book.ask("Ukrainians?")
        return {citation.path for citation in answer.citations or answer.nearest}

    assert found() == {"police.md"}
    assert found(Stage.COUNTRIES) == set()
