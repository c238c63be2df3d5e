"""What is printed around the text of every page of a PDF, and headings that only look like it."""

from __future__ import annotations

import pytest

from corpus.formats.pdf import read_pdf
from tests.corpus.pdf_writing import at, both, pdf, text
from tests.corpus.reading import show

BODY = (
    "were counted in the harbour during the winter, most of which had come from the",
    "islands in the north with timber, and the others with cattle and with passengers.",
)


@pytest.mark.parametrize(
    ("tops", "size", "font", "running"),
    [
        (["Annex 1", "Annex 2", "Annex 3"], 18, "Helvetica-Bold", False),
        (["Ferries in 1971", "Ferries in 1972", "Ferries in 1973", "Ferries in 1974"], 18, "Helvetica", False),
        (["Ferries in 1971", "Ferries in 1972", "Ferries in 1973", "Ferries in 1974"], 10.5, "Helvetica", False),
        (["Ferries in 1971", "Ferries in 1972"], 10.5, "Helvetica-Bold", False),
        (["On pier 1 there were 416 boats.", "On pier 2 there were 31 boats.", "On pier 3 there were 60 boats."],
         10.5, "Helvetica", False),
        (["Harbour office 12", "Harbour office 31", "Harbour office 7"], 10.5, "Helvetica", False),
        (["Harbour office 1", "Harbour office 2", "Harbour office 3"], 9, "Helvetica", True),
        (["Harbour office, page 1", "Harbour office, page 2"], 9, "Helvetica", True),
        (["Harbour office, page 1", "Harbour office, page 2", "Harbour office, page 3"], 18, "Helvetica", True),
        (["Harbour 1971"] * 3, 18, "Helvetica", True),
        ([f"Part {number // 3 + 1}" for number in range(9)], 9, "Helvetica", True),
        ([f"Harbour office {number}" for number in range(4, 16)], 18, "Helvetica", True),
    ],
)  # fmt: skip
def test_lines_that_differ_in_a_number_are_running_only_if_it_counts_pages(
    tops: list[str], size: float, font: str, running: bool
) -> None:
    pages = [
        both(
            at(90, 740, top, size=size, font=font),
            text([f"{number}{number * 7} ferries {BODY[0]}", BODY[1]], top=500),
        )
        for number, top in enumerate(tops, 3)
    ]
    found = show(read_pdf(pdf(*pages), "harbour.pdf"))
    assert [("boilerplate", top) in found for top in tops] == [running] * len(tops)
    assert all(any(top in words for _kind, words in found) for top in tops)
