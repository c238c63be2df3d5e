"""What the document panel fetches: parts, places of words, pages of PDF files; and what it is refused."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from fastapi.testclient import TestClient

from corpus.formats.pdf import read_pdf
from qa.app.find import MOST, find_in
from qa.app.server import create_app
from tests.corpus.pdf_writing import pdf, text
from tests.qa.app.fakes import HOSTILE_NAME, FakeBook
from tests.qa.app.test_render import check

HOME = "http://127.0.0.1:7860"


@pytest.fixture(scope="module")
def book() -> FakeBook:
    return FakeBook()


@pytest.fixture(scope="module")
def client(book: FakeBook) -> Iterator[TestClient]:
    with TestClient(create_app(book), base_url=HOME) as client:
        yield client


def test_a_part_marks_quotes_words_and_the_current_place(client: TestClient, book: FakeBook) -> None:
    document = book.documents["reports/mission.txt"]
    start = document.text.index("It was authorised")
    part = client.get(
        f"/document/{document.id}/part/1",
        params={"quote": [f"{start}-{start + 40}"], "current": f"{start}-{start + 40}", "words": "MOST  of"},
    )
    assert part.status_code == 200
    assert f'<mark class="quote current" data-start="{start}"' in part.text
    assert '<mark class="found"' in part.text and ">Most of</mark>" in part.text


def test_a_hostile_part_is_text(client: TestClient, book: FakeBook) -> None:
    hostile = book.documents[HOSTILE_NAME]
    assert (
        "alert(1)"
        in check(client.get(f"/document/{hostile.id}/part/0", params={"words": "<script>"}).text).words
    )


@pytest.mark.parametrize("path", ["part/99", "part/-1", "page/1.png", "places?start=0&end=5"])
def test_what_is_not_there_is_not_found(client: TestClient, book: FakeBook, path: str) -> None:
    document = book.documents["reports/mission.txt"]
    assert client.get(f"/document/{document.id}/{path}").status_code == 404
    assert client.get(f"/document/{'ab' * 32}/{path}").status_code == 404
    assert client.get(f"/document/..%2f..%2fetc/{path}").status_code == 404


def test_words_are_found_across_lines_and_cases(client: TestClient, book: FakeBook) -> None:
    assert [(s.start, s.end) for s in find_in("One\n two. ONE  TWO", "one two")] == [(0, 8), (10, 18)]
    assert find_in("a.b", "a.") and not find_in("ab", "a.")
    assert find_in("text", "  ") == () and find_in("x" * 300, "x" * 201) == ()
    assert len(find_in("a" * (2 * MOST), "a")) == MOST
    document = book.documents["reports/mission.txt"]
    places = client.get(f"/document/{document.id}/find", params={"words": "paragraph 79"}).json()
    assert [document.text[start:end] for start, end in places] == ["Paragraph 79"] * 2


def test_a_page_of_a_pdf_is_a_picture_and_a_broken_one_a_sentence() -> None:
    book = FakeBook()
    data = pdf(text(["The customs gate at Merdare opened in 2004."]))

    document = read_pdf(data, "gate.pdf")
    broken = replace(document, id="cd" * 32)
    book.documents |= {"gate.pdf": document, "broken.pdf": broken}
    book.originals = {document.id: data, broken.id: b"%PDF-1.7 nothing"}
    with TestClient(create_app(book), base_url=HOME) as client:
        picture = client.get(f"/document/{document.id}/page/1.png")
        assert picture.headers["content-type"] == "image/png"
        assert picture.content.startswith(b"\x89PNG")
        start = document.text.index("Merdare")
        found = client.get(
            f"/document/{document.id}/places", params={"start": start, "end": start + 7}
        ).json()
        assert found["page"] == 1 and len(found["boxes"]) == 1
        page, left, bottom, right, top = found["boxes"][0]
        assert page == 1 and left < right and bottom < top
        assert client.get(f"/document/{document.id}/page/7.png").status_code == 422
        refused = client.get(f"/document/{broken.id}/page/1.png")
        assert refused.status_code == 422 and "original can be downloaded" in refused.json()["detail"]
        assert client.get(f"/document/{document.id}/page/1.png").status_code == 200
        assert client.get(f"/document/{document.id}/places", params={"start": 9, "end": 2}).status_code == 422
