"""The commands that fill, show, correct and mend a library, as a person meets them."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from tests.corpus.pdf_writing import pdf
from tests.corpus.pdf_writing import text as pdf_text
from tests.qa.cli.commands import Run
from tests.qa.material import BRIDGE, DOCUMENTS, HARVEST, listed, write


def test_show_prints_what_was_read(run: Run) -> None:
    shown = run("show", "troops.html").output
    for words in (
        "Troop numbers by year",
        "publisher: Force Monitor  [open-graph, high confidence]",
        "published: 2015-06-30",
        "read by: html/",
        "│ 2008",
        "left out; see them with --boilerplate",
    ):
        assert words in shown, words
    assert "Home" not in shown
    assert "Home" in run("show", "troops.html", "--boilerplate").output


def test_paragraph_numbers_are_shown_and_cited(run: Run, tmp_path: Path) -> None:
    lines = [
        "1. The mission counted 11 wagons in the northern station.",
        "",
        "2. It counted 22 barrels in the harbour.",
    ]
    write(tmp_path / "more", {"counted.pdf": pdf(pdf_text(lines))})
    assert run("add", tmp_path / "more").exit_code == 0
    assert "¶ 2. It counted 22 barrels" in run("show", "counted.pdf").output
    blocks = json.loads(run("show", "counted.pdf", "--json").output)["blocks"]
    assert [(block["kind"], block["number"]) for block in blocks] == [
        ("numbered-paragraph", 1),
        ("numbered-paragraph", 2),
    ]
    asked = run("ask", "How many barrels did the mission count in the harbour?").output
    assert "para. 2" in asked
    answer = json.loads(run("ask", "How many barrels did the mission count in the harbour?", "--json").output)
    cited = (answer["citations"] or answer["nearest"])[0]
    assert (cited["paragraph"], cited["page"]) == (2, 1)


def test_a_cited_row_stands_under_the_names_of_its_columns(run: Run) -> None:
    asked = run("ask", "How many soldiers were there in 2008?")
    assert asked.output.index("Year | Soldiers") < asked.output.index("2008 | 16,000")
    answer = json.loads(run("ask", "How many soldiers were there in 2008?", "--json").output)
    row = next(each for each in answer["citations"] + answer["nearest"] if "16,000" in each["quote"])
    assert (row["caption"]["text"], row["header"]["text"]) == ("Troop numbers by year", "Year | Soldiers")


def test_show_of_a_page(run: Run, library: Path, tmp_path: Path) -> None:
    pages = [
        pdf_text([f"Statement {number}", "", f"The mission counted {number} wagons."]) for number in (11, 22)
    ]
    write(tmp_path / "more", {"paged.pdf": pdf(*pages)})
    assert run("add", tmp_path / "more").exit_code == 0
    assert "22 wagons" in run("show", "paged.pdf", "--page", "2").output
    assert "11 wagons" not in run("show", "paged.pdf", "--page", "2").output
    for arguments, sentence in (
        (("show", "paged.pdf", "--page", "3"), "has pages 1 to 2; there is no page 3"),
        (("show", "bridge.txt", "--page", "1"), "has no pages; there is no page 1"),
        (("show", "missing.pdf"), "Nothing in the library is named"),
    ):
        result = run(*arguments)
        assert result.exit_code == 1 and sentence in result.stderr


def test_a_locked_pdf_is_read_with_its_password(run: Run, tmp_path: Path) -> None:
    locked = pdf(pdf_text(["Secret report", "", "The bridge is closed on Mondays."]), password="open sesame")
    folder = write(tmp_path / "locked", {"locked.pdf": locked})
    assert "is locked by a password" in run("add", folder).output
    assert "another password" in run("add", folder, "--password", "wrong").output
    assert run("add", folder, "--password", "open sesame").exit_code == 0
    assert "closed on Mondays" in run("show", "locked.pdf").output


def test_add_writes_a_report(run: Run, tmp_path: Path) -> None:
    folder = write(
        tmp_path / "mixed", {"a.txt": HARVEST + "x", "empty.txt": "", "film.mp4": "x", "b.txt": BRIDGE}
    )
    out = tmp_path / "report.csv"
    assert run("add", folder, "--report", out).exit_code == 1
    rows = {
        row["path"]: (row["outcome"], row["reason"]) for row in csv.DictReader(out.open(encoding="utf-8"))
    }
    assert rows["a.txt"] == ("added", "") and rows["film.mp4"][0] == "passed over"
    assert rows["empty.txt"][0] == "failed" and rows["empty.txt"][1]
    result = run("add", folder, "--report", tmp_path / "no" / "report.csv", at=tmp_path / "new")
    assert result.exit_code == 1 and f"there is no folder {tmp_path / 'no'}" in result.stderr
    assert not (tmp_path / "new").exists()  # it is told before the work


def test_an_address_inside_is_refused(run: Run, tmp_path: Path) -> None:
    result = run("add", "http://127.0.0.1:9/page", at=tmp_path / "new")
    assert result.exit_code == 1 and "not on the public internet" in " ".join(result.output.split())


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["ftp://example.org/x"], "only addresses that begin with http:// or https:// are fetched"),
        (["file:///etc/passwd"], "only addresses that begin with"),
        (["HTTP://127.0.0.1:9/page"], "not on the public internet"),
        ([""], "An empty path names nothing"),
        (["--report", "/nowhere/report.csv", "."], "there is no folder /nowhere"),
    ],
)
def test_what_cannot_be_added_is_told_before_the_work(
    run: Run, tmp_path: Path, arguments: list[str], sentence: str
) -> None:
    result = run("add", *arguments, at=tmp_path / "new")
    assert result.exit_code == 1 and sentence in " ".join(result.output.split())
    assert not (tmp_path / "new").exists()


def test_edit_corrects_and_takes_back(run: Run) -> None:
    result = run("edit", "bridge.txt", "--publisher", "Valley News", "--published", "2011-03")
    assert result.exit_code == 0 and "publisher: Valley News  [user, certain]" in result.output
    assert "published: 2011-03 (to the month)  [user, certain]" in run("show", "bridge.txt").output
    words = ("--author", "Ana Gashi", "--author", "Ben Hoxha", "--symbol", "VN/11")
    told = run("edit", "bridge.txt", *words, "--address", "https://valley.example/b").output
    for line in (
        "publisher: Valley News  [user, certain]",
        "authors: Ana Gashi, Ben Hoxha  [user, certain]",
        "symbol: VN/11  [user, certain]",
        "address: https://valley.example/b  [user, certain]",
    ):
        assert line in told
    assert "Valley News" in run("list").output
    assert "[user," not in run("edit", "bridge.txt", "--reset").output
    assert run("edit", "bridge.txt").exit_code == 2
    assert "is no date" in run("edit", "bridge.txt", "--published", "soon").stderr
    assert "is no address of the web" in run("edit", "bridge.txt", "--address", "valley").stderr


def test_an_edit_survives_adding_the_changed_file_again(run: Run, tmp_path: Path) -> None:
    folder = write(tmp_path / "again", {"again.txt": HARVEST + "x"})
    run("add", folder), run("edit", "again.txt", "--symbol", "A/1", "--author", "Ana Gashi")
    write(folder, {"again.txt": HARVEST + "y"})
    assert "replaced" in run("add", folder).output
    shown = run("show", "again.txt").output
    assert "symbol: A/1  [user, certain]" in shown and "authors: Ana Gashi  [user, certain]" in shown


def test_show_and_list_as_json_tell_origin_and_confidence(run: Run) -> None:
    shown = json.loads(run("show", "troops.html", "--json").output)
    (listed,) = (
        row
        for row in map(json.loads, run("list", "--json").output.splitlines())
        if row["document_id"] == shown["document_id"]
    )
    assert listed.items() <= shown.items()
    about = {name: shown[name] for name in shown if name.startswith(("published", "title", "symbol"))}
    assert about == {
        **{"title": "Troop numbers by year", "title_origin": "title-tag", "title_confidence": "high"},
        **{"published": "2015-06-30", "published_origin": "meta", "published_confidence": "high"},
        **{"published_precision": "day", "symbol": None, "symbol_origin": None, "symbol_confidence": None},
    }
    assert shown["reader"].startswith("html/") and shown["duplicates"] == [] and shown["notes"] == []
    kinds = {block["kind"] for block in shown["blocks"]}
    assert "table-row" in kinds and "boilerplate" not in kinds
    whole = json.loads(run("show", "troops.html", "--json", "--boilerplate").output)
    assert "boilerplate" in {block["kind"] for block in whole["blocks"]}


def test_a_passage_in_another_language_is_told_as_such(run: Run, tmp_path: Path) -> None:
    french = (
        "La mission a quitté la ville après neuf jours de pourparlers, et personne n'a rien dit à la presse."
    )
    english = (
        "The envoys left the town after nine days of talks, and nobody told the press anything about them."
    )
    text = f"Talks end\n\n{english} {english} {english}\n\n{french} {french}\n\n{english}\n"
    assert run("add", write(tmp_path / "both", {"both.txt": text})).exit_code == 0
    assert "presse.  [fr]" in run("show", "both.txt").output
    shown = json.loads(run("show", "both.txt", "--json").output)
    assert shown["language"] == "en"
    assert [block["language"] for block in shown["blocks"]] == ["en", "en", "fr", "en"]


def test_show_tells_the_documents_that_say_the_same(run: Run, tmp_path: Path) -> None:
    run("add", write(tmp_path / "twin", {"twin.txt": HARVEST.upper()}))
    assert "also: same text   nature/harvest.txt" in run("show", "twin.txt").output
    (told,) = json.loads(run("show", "nature/harvest.txt", "--json").output)["duplicates"]
    assert (told["paths"], told["same"], told["share"]) == (["twin.txt"], True, 1.0)
    assert "also:" not in run("show", "bridge.txt").output


def test_list_duplicates(run: Run, tmp_path: Path) -> None:
    assert "0 pairs" in run("list", "--duplicates").output
    run("add", write(tmp_path / "twin", {"twin.txt": HARVEST.upper()}))
    assert "same text   nature/harvest.txt  ~  twin.txt" in run("list", "--duplicates").output
    row = json.loads(run("list", "--duplicates", "--json").output)
    assert row["same"] is True and sorted(map(tuple, row["paths"])) == [
        ("nature/harvest.txt",),
        ("twin.txt",),
    ]


def test_doctor_says_what_is_wrong_and_repairs(run: Run, library: Path) -> None:
    result = run("doctor")
    assert result.exit_code == 0 and "Nothing is wrong." in result.output
    (max((library / "generations").iterdir()) / "vectors" / "segments.json").unlink()
    result = run("doctor")
    assert result.exit_code == 1 and "WRONG:" in result.output and "doctor --repair" in result.output
    found = json.loads(run("doctor", "--json").output)
    assert found["sound"] is False and len(found["wrong"]) == 1
    result = run("doctor", "--repair")
    assert result.exit_code == 0 and "All of it is repaired." in result.output
    assert run("doctor").exit_code == 0


def test_reindex_stopped_at_its_end_says_that_the_new_index_is_in_use(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupt(folder: Path) -> int:
        raise KeyboardInterrupt

    monkeypatch.setattr("qa.reindex.drop_unused", interrupt)
    result = run("reindex", "--model", "other")
    assert result.exit_code == 130 and "Stopped. The new index is in use;" in result.output
    assert "old index is in use" not in result.output


def test_reindex_changes_the_model(run: Run, library: Path) -> None:
    assert "nothing to change" in run("reindex").output
    result = run("reindex", "--model", "other")
    assert result.exit_code == 0 and f"encoded {len(DOCUMENTS)}" in result.output
    assert "The new index is in use." in result.output
    assert run("ask", "When was the bridge over the Ibar reopened to traffic?").exit_code == 0
    assert set(listed(library)) == set(DOCUMENTS)
