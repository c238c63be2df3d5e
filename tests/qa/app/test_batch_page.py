"""The Batch page's requests: every row has an outcome, results come in every form, wrong files are told."""

from __future__ import annotations

import csv
import io
import json
import re
import zipfile
from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient

from qa.app.server import create_app
from tests.qa.app.fakes import HOSTILE, FakeBook

QUESTIONS = "id,question,as_of\na,authorised personnel,2010-01-01\nb,bread,\nc,,\nd,crash,\n"


@pytest.fixture
def client() -> Iterator[TestClient]:
    with TestClient(create_app(FakeBook()), base_url="http://127.0.0.1:7860") as client:
        yield client


def send(client: TestClient, text: str, name: str = "q.csv") -> str:
    return str(client.post("/batch", headers={"x-name": name}, content=text.encode()).json()["id"])


def ended(client: TestClient, batch: str) -> str:
    while 'data-ended="yes"' not in (text := client.get(f"/batch/{batch}").text):
        pass
    return text


def rows(client: TestClient, batch: str) -> list[dict[str, str]]:
    text = client.get(f"/batch/{batch}/results/csv").content.decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))


def test_every_row_has_an_outcome(client: TestClient) -> None:
    batch = send(client, QUESTIONS[: QUESTIONS.rindex("d,")])
    text = ended(client, batch)
    assert "Done: 3 questions, 1 answered" in re.sub(r"\s+", " ", text)
    a, b, c = rows(client, batch)
    assert (a["line"], a["id"], a["as_of"], a["outcome"], a["answer"]) == (
        "2",
        "a",
        "2010-01-01",
        "answered",
        "510",
    )
    assert a["quote"] == "It was authorised to have 510 personnel."
    assert (b["outcome"], b["reason"]) == ("not in these documents", "No passage speaks of “bread”.")
    assert b["quote"] == ""
    assert c["outcome"] in ("cannot be asked", "not in these documents")


def test_a_row_opens_with_its_quotes(client: TestClient) -> None:
    batch = send(client, "question\nauthorised personnel\nhostile\nbread\n")
    ended(client, batch)
    first, hostile, bread = (client.get(f"/batch/{batch}/rows/{place}").text for place in range(3))
    words = re.sub("<[^>]*>", "", first)
    assert "It was authorised to have 510 personnel." in words and 'data-action="pin"' in first
    assert "/?q=authorised%20personnel" in first
    assert "<script>" not in hostile and HOSTILE[:10] not in hostile and "&lt;script&gt;" in hostile
    assert "Nearest passages, not answers" in bread
    assert client.get(f"/batch/{batch}/rows/9").status_code == 400


def test_what_fails_unexpectedly_is_told_and_ends(client: TestClient) -> None:
    batch = send(client, QUESTIONS)
    ended(client, batch)
    *_, last = rows(client, batch)
    assert last["outcome"] == "cannot be asked" and "secret" not in last["reason"] and last["reason"]


def test_results_in_every_form(client: TestClient) -> None:
    batch = send(client, "id,question\n1,authorised personnel\n2,bread\n")
    ended(client, batch)
    lines = client.get(f"/batch/{batch}/results/jsonl").text.splitlines()
    assert [json.loads(line)["id"] for line in lines] == ["1", "2"]
    for suffix in ("md", "docx", "bib", "ris", "json", "zip"):
        answer = client.get(f"/batch/{batch}/results/{suffix}")
        assert answer.status_code == 200
        assert answer.headers["content-disposition"] == f'attachment; filename="sourcebook-answers.{suffix}"'
    pack = client.get(f"/batch/{batch}/results/zip").content
    with zipfile.ZipFile(io.BytesIO(pack)) as held:
        assert len(held.read("answers.jsonl").splitlines()) == 2
    assert client.get(f"/batch/{batch}/results/exe").status_code == 400


def test_a_long_table_comes_in_pages(client: TestClient) -> None:
    batch = send(client, "question\n" + "bread\n" * 120)
    assert "Page 3 of 3" in (ended(client, batch) and client.get(f"/batch/{batch}?page=99").text)


@pytest.mark.parametrize(
    ("text", "name", "said"),
    [
        ("", "q.csv", "holds no questions"),
        ("id,text\n1,x\n", "q.csv", "has no column"),
        ("x\n" * 2_001, "q.csv", "the page takes 2,000"),
        ("x" * 5_000_001, "q.csv", "more than 5 MB"),
    ],
)
def test_wrong_files_are_told(client: TestClient, text: str, name: str, said: str) -> None:
    answer = client.post("/batch", headers={"x-name": name}, content=text.encode())
    assert answer.status_code == 400 and said in answer.text


def test_an_unknown_batch_is_told(client: TestClient) -> None:
    for path in ("/batch/abc", "/batch/abc/rows/0", "/batch/abc/results/csv"):
        assert client.get(path).status_code == 400
    assert client.post("/batch/abc/cancel").status_code == 400
