"""The Library page's requests over a real library: adding, what failed, cancelling, editing, removing with undo."""

from __future__ import annotations

import csv
import hashlib
import io
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
from fastapi.testclient import TestClient

from corpus.errors import InvalidInput
from corpus.types import Origin, Sourced
from qa.app.server import create_app
from qa.indexing import remove_sources, restore_documents
from tests.qa.app.fakes import FakeBook
from tests.qa.app.kept import Kept, kept_library
from tests.qa.material import BRIDGE, HARVEST, build, contents

HOME = "http://127.0.0.1:7860"
BRIDGE_ID = hashlib.sha256(BRIDGE.encode()).hexdigest()


@pytest.fixture
def kept(tmp_path: Path) -> Iterator[Kept]:
    with kept_library(tmp_path) as kept:
        yield kept


@pytest.fixture
def client(kept: Kept) -> Iterator[TestClient]:
    with TestClient(kept.app, base_url=HOME) as client:
        yield client


def send(client: TestClient, files: dict[str, bytes]) -> str:
    """Send files as one job; gives its id."""
    job = client.post("/library/jobs").json()["id"]
    for name, data in files.items():
        client.put(f"/library/jobs/{job}/file", headers={"x-name": quote(name)}, content=data)
    assert client.post(f"/library/jobs/{job}/start").status_code == 204
    return str(job)


def ended(client: TestClient, job: str) -> dict[str, tuple[str, str]]:
    """Wait for a job; gives every file's outcome and reason from its report."""
    while not re.search('data-state="(done|cancelled)"', client.get(f"/library/jobs/{job}").text):
        pass
    text = client.get(f"/library/jobs/{job}/report.csv").content.decode("utf-8-sig")
    return {row["file"]: (row["outcome"], row["reason"]) for row in csv.DictReader(io.StringIO(text))}


def test_every_file_has_an_outcome(client: TestClient, kept: Kept) -> None:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("inner/note.txt", "Two boats lay in the harbour of Bar.")
        archive.writestr("inner/broken.pdf", b"no pdf")
    outcomes = ended(
        client,
        send(
            client,
            {
                "new/storks.txt": b"Seven storks nest on the town hall.",
                "harvest.txt": HARVEST.encode(),
                "photo.xyz": b"\x00\x01",
                "papers.zip": stream.getvalue(),
            },
        ),
    )
    assert outcomes["new/storks.txt"] == ("added", "")
    assert outcomes["harvest.txt"] == ("added", "")
    assert outcomes["photo.xyz"][0] == "failed" and outcomes["photo.xyz"][1]
    assert outcomes["papers.zip"] == ("opened", "2 inside")
    assert outcomes["papers.zip/inner/note.txt"] == ("added", "")
    assert outcomes["papers.zip/inner/broken.pdf"][0] == "failed"
    assert {"new/storks.txt", "papers.zip/inner/note.txt"} <= {
        path for r in kept.book.records() for path in r.paths
    }
    again = ended(client, send(client, {"new/storks.txt": b"Seven storks nest on the town hall."}))
    assert again == {"new/storks.txt": ("unchanged", "")}


def test_names_cannot_leave_their_folder_and_sizes_are_limited(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("qa.app.jobs.MAX_BYTES", 1_000)
    job = client.post("/library/jobs").json()["id"]
    for name, data in (
        ("../../etc/x.txt", b"Nine geese."),
        ("large.txt", b"x" * 2_000),
        ("..", b"x"),
        ("", b"x"),
    ):
        answer = client.put(f"/library/jobs/{job}/file", headers={"x-name": quote(name)}, content=data)
        assert answer.status_code == (400 if name in ("", "..") else 204)
    client.post(f"/library/jobs/{job}/start")
    outcomes = ended(client, job)
    assert outcomes["etc/x.txt"] == ("added", "")
    assert outcomes["large.txt"][0] == "failed" and "larger than" in outcomes["large.txt"][1]


def test_adding_never_blocks_asking_and_can_be_cancelled(client: TestClient, kept: Kept) -> None:
    job = send(client, {"slow.txt": b"A slow file about seven storks.", "later.txt": b"A later file."})
    assert kept.began.wait(10)
    answer = kept.book.ask("When was the bridge over the Ibar reopened to traffic?")
    assert answer.answer == "28 February 2011"
    waiting = send(client, {"third.txt": b"Third."})
    assert 'data-state="waiting"' in client.get(f"/library/jobs/{waiting}").text
    for each in (job, waiting):
        assert client.post(f"/library/jobs/{each}/cancel").status_code == 204
    kept.go_on.set()
    assert {name: outcome for name, (outcome, _) in ended(client, job).items()}["later.txt"] == "cancelled"
    assert ended(client, waiting) == {"third.txt": ("cancelled", "")}


def test_a_job_that_is_not_known_is_told(client: TestClient) -> None:
    for answer in (client.get("/library/jobs/abc"), client.post("/library/jobs/abc/start")):
        assert answer.status_code == 400 and "Drop the files again" in answer.text


def test_edits_are_the_user_s_and_survive_adding_again(client: TestClient, kept: Kept) -> None:
    assert ended(client, send(client, {"bridge.txt": BRIDGE.encode()}))["bridge.txt"][0] == "added"
    sent = {"document": BRIDGE_ID, "title": " The  bridge ", "published": "2011-03", "publisher": "Town Post"}
    sent |= {
        "authors": "Ana Gashi; Ben Hoxha;",
        "symbol": "TP/1",
        "source_url": "https://town.example/bridge",
    }
    assert client.post("/library/edit", json=sent).status_code == 204
    (record,) = kept.book.records([BRIDGE_ID])
    about = record.metadata
    assert (about.title.value, about.title.origin) == ("The bridge", Origin.USER)
    assert about.published and (str(about.published.date), about.published.origin) == ("2011-03", Origin.USER)
    assert (about.author_names, about.address) == (("Ana Gashi", "Ben Hoxha"), "https://town.example/bridge")
    assert about.symbol == Sourced("TP/1", Origin.USER)
    changed = BRIDGE.replace("cracked", "very cracked").encode()
    assert ended(client, send(client, {"bridge.txt": changed}))["bridge.txt"][0] == "replaced"
    (record,) = (r for r in kept.book.records() if r.paths == ("bridge.txt",) and r.id != BRIDGE_ID)
    assert record.metadata.title.value == "The bridge"
    assert client.post("/library/edit", json={"document": record.id, "reset": True}).status_code == 204
    (record,) = kept.book.records([record.id])
    assert record.metadata.title.origin is not Origin.USER


@pytest.mark.parametrize(
    "sent",
    [
        None,
        [],
        {},
        {"document": "x"},
        {"document": BRIDGE_ID, "published": "31.12.2007"},
        {"document": BRIDGE_ID, "source_url": "javascript:alert(1)"},
        {"document": "ab" * 32, "title": "t"},
    ],
)
def test_edits_that_cannot_be_are_told(client: TestClient, sent: object) -> None:
    answer = client.post("/library/edit", json=sent)
    assert answer.status_code == 400 and "went wrong" not in answer.text and answer.text


def test_documents_that_say_the_same_are_told_with_one(client: TestClient, kept: Kept) -> None:
    other = BRIDGE.upper().encode()
    ended(client, send(client, {"bridge.txt": BRIDGE.encode(), "loud.txt": other}))
    told = client.get(f"/library/twins/{BRIDGE_ID}").text
    assert f'href="/?doc={hashlib.sha256(other).hexdigest()}"' in told and "same text" in told
    assert client.get("/library/twins/xyz").status_code == 400


def test_removing_and_bringing_back_leaves_the_library_as_it_was(tmp_path: Path) -> None:
    library = build(tmp_path)
    before = contents(library)
    remove_sources(library, [BRIDGE_ID])
    assert BRIDGE_ID not in contents(library)
    assert restore_documents(library, [BRIDGE_ID]) == ["bridge.txt"]
    assert contents(library) == before
    with pytest.raises(InvalidInput, match="cannot be brought back"):
        restore_documents(library, [BRIDGE_ID])
    with pytest.raises(InvalidInput, match="cannot be brought back"):
        restore_documents(library, ["ab" * 32])


def test_removing_with_undo_on_the_page(client: TestClient, kept: Kept) -> None:
    question = "When was the bridge over the Ibar reopened to traffic?"
    assert client.post("/library/remove", json={"documents": [BRIDGE_ID]}).status_code == 204
    assert kept.book.ask(question).answer != "28 February 2011"
    assert client.post("/library/restore", json={"documents": [BRIDGE_ID]}).status_code == 204
    assert kept.book.ask(question).answer == "28 February 2011"
    wrong: list[object] = [None, {"documents": []}, {"documents": ["../x"]}, {"documents": ["ab" * 32]}]
    for sent in wrong:
        assert client.post("/library/remove", json=sent).status_code == 400


def test_duplicates_and_storage(client: TestClient) -> None:
    assert "No two documents say the same" in client.get("/library/duplicates").text
    ended(client, send(client, {"copy.md": b"\n" + BRIDGE.encode(), "bad.pdf": b"%PDF-1.7"}))
    assert "same text" in client.get("/library/duplicates").text
    state = client.get("/library/state").text
    assert re.search(r"originals \d[\d.]* \w+, texts and vectors \d[\d.]* \w+, index \d[\d.]* \w+", state)


def test_a_page_that_only_reads_changes_nothing() -> None:
    with TestClient(create_app(FakeBook()), base_url=HOME) as client:
        for path in ("edit", "remove", "restore"):
            answer = client.post(f"/library/{path}", json={"document": BRIDGE_ID, "documents": [BRIDGE_ID]})
            assert answer.status_code == 400 and "only reads" in answer.text
        assert client.post("/library/jobs").status_code in (404, 405)
        assert 'data-action="edit"' not in client.get("/library/documents").text
