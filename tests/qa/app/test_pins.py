"""What the tray's requests answer: words from the library only, hostile input refused, files made."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterator
from typing import Any

import pytest
from fastapi.testclient import TestClient

from qa.app.pins import MAX_PINS
from qa.app.server import create_app
from qa.export.writing import FORMATS
from tests.qa.app.fakes import HOSTILE_NAME, FakeBook

BOOK = FakeBook()
MISSION = BOOK.documents["reports/mission.txt"]
START = MISSION.text.index("It was authorised")


@pytest.fixture(scope="module")
def client() -> Iterator[TestClient]:
    with TestClient(create_app(BOOK), base_url="http://127.0.0.1:7860") as client:
        yield client


def pin(**changes: Any) -> dict[str, Any]:
    known = {"document": MISSION.id, "start": START, "end": START + 40, "question": "How many?", "note": "n"}
    return {**known, **changes}


def test_the_tray_shows_the_words_of_the_library(client: TestClient) -> None:
    html = client.post("/pins", json={"pins": [pin(quote="forged", title="forged")]}).text
    assert "It was authorised to have 510 personnel." in html and "forged" not in html
    assert "United Nations" in html and "5 October 2009" in html and "pages 1, 2" in html


def test_hostile_words_stay_text(client: TestClient) -> None:
    document = BOOK.documents[HOSTILE_NAME]
    sent = pin(document=document.id, start=0, end=len(document.text), question="<b>q", note="</textarea><b>")
    html = client.post("/pins", json={"pins": [sent]}).text
    assert "<script>" not in html and "<img" not in html and "<b>" not in html


def test_a_pin_whose_document_is_gone_says_so(client: TestClient) -> None:
    html = client.post("/pins", json={"pins": [pin(document="ab" * 32), pin(end=START + 20_000)]}).text
    assert html.count("no longer in the library") == 2
    answer = client.post("/pins/export/md", json={"pins": [pin(document="ab" * 32)]})
    assert answer.status_code == 400 and "no longer in the library" in answer.text


@pytest.mark.parametrize(
    "sent",
    [
        None,
        [],
        {},
        {"pins": "x"},
        {"pins": [1]},
        {"pins": [pin(start=-1)]},
        {"pins": [pin(start="0")]},
        {"pins": [pin(end=START)]},
        {"pins": [pin(end=START + 10**9)]},
        {"pins": [pin(document="../etc")]},
        {"pins": [pin(note=5)]},
        {"pins": [pin()] * (MAX_PINS + 1)},
    ],
)
def test_what_is_no_list_of_pins_is_refused_with_a_sentence(client: TestClient, sent: object) -> None:
    for path in ("/pins", "/pins/export/md"):
        answer = client.post(path, json=sent)
        assert answer.status_code == 400
        assert answer.text.endswith(".") and "went wrong" not in answer.text


def test_every_format_is_made(client: TestClient) -> None:
    for suffix, form in FORMATS.items():
        answer = client.post(f"/pins/export/{suffix}", json={"pins": [pin()], "style": "ieee"})
        assert answer.status_code == 200
        assert answer.headers["content-type"] == form.media_type
        assert answer.headers["content-disposition"] == f'attachment; filename="sourcebook-quotes.{suffix}"'
    with zipfile.ZipFile(io.BytesIO(answer.content)) as pack:
        assert f"originals/{MISSION.id}.txt" in pack.namelist()
    table = client.post("/pins/export/csv", json={"pins": [pin()]}).content.decode("utf-8-sig")
    (row,) = csv.DictReader(io.StringIO(table))
    assert (row["question"], row["note"], row["quote"]) == (
        "How many?",
        "n",
        "It was authorised to have 510 personnel.",
    )


def test_unknown_formats_and_styles_are_told(client: TestClient) -> None:
    answer = client.post("/pins/export/pdf", json={"pins": [pin()]})
    assert answer.status_code == 400 and "name a file ending in .md (Markdown)" in answer.text
    answer = client.post("/pins/export/md", json={"pins": [pin()], "style": "oxford"})
    assert answer.status_code == 400 and "choose one of: apa" in answer.text
    assert client.post("/pins/export/md", json={"pins": []}).text.startswith("Nothing is pinned yet")
    assert client.post("/pins", content=b"{" * 10_000).status_code == 400
