"""The evidence pack checks itself in a Python without this program, and finds every kind of tampering."""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pytest

from corpus.errors import InvalidInput
from qa.cite import answer_to_json
from qa.export.pack import to_pack
from qa.export.reading import answer_from_json, read_answers
from qa.types import Compared, ComparedValue, Comparison, Copy, Dated, Difference, Sources
from tests.qa.export.material import LOSSES, answered, pinned


def unpack(folder: Path) -> Path:
    shelf, dossier = pinned()
    with zipfile.ZipFile(BytesIO(to_pack(dossier, shelf))) as pack:
        pack.extractall(folder)
    return folder


def verify(folder: Path) -> subprocess.CompletedProcess[str]:
    """Run the pack's own check isolated from site packages and environment."""
    return subprocess.run(
        [sys.executable, "-I", "-S", "verify.py"], cwd=folder, capture_output=True, text=True, check=False
    )


def test_the_pack_verifies_in_a_bare_python(tmp_path: Path) -> None:
    done = verify(unpack(tmp_path))
    assert (done.returncode, done.stdout, done.stderr) == (
        0,
        "All files are as they were packed; all 5 quotes stand where they are said to stand.\n",
        "",
    )


def test_the_pack_holds_what_its_readme_names(tmp_path: Path) -> None:
    folder = unpack(tmp_path)
    names = {file.relative_to(folder).as_posix() for file in folder.rglob("*") if file.is_file()}
    shelf, dossier = pinned()
    losses = dossier.records[0].id
    assert {"README.txt", "SHA256SUMS", "quotes.json", "quotes.md", "references.bib", "verify.py"} <= names
    assert f"originals/{losses}.pdf" in names
    assert (folder / f"originals/{losses}.pdf").read_bytes() == shelf.originals[losses]
    assert (folder / f"texts/{losses}.txt").read_bytes() == LOSSES.encode()
    quotes = json.loads((folder / "quotes.json").read_text(encoding="utf-8"))
    assert [quote["text_is_original"] for quote in quotes] == [False, True, False, False, True]
    assert quotes[0]["quote_sha256"] == hashlib.sha256(quotes[0]["quote"].encode()).hexdigest()


def test_the_readme_s_own_lines_work(tmp_path: Path) -> None:
    folder = unpack(tmp_path)
    readme = (folder / "README.txt").read_text(encoding="utf-8")
    code = "\n".join(line[5:] for line in readme.split('python3 -c "\n')[1].split('\n     "')[0].splitlines())
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-c", code], cwd=folder, capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == ["1", "True", "2", "True", "3", "True", "4", "True", "5", "True"]
    if shutil.which("sha256sum"):
        sums = subprocess.run(
            ["sha256sum", "--quiet", "-c", "SHA256SUMS"], cwd=folder, capture_output=True, check=False
        )
        assert (sums.returncode, sums.stdout) == (0, b"")


def edit_text(folder: Path) -> None:
    (text,) = (file for file in folder.glob("texts/*") if b"935" in file.read_bytes())
    text.write_bytes(text.read_bytes().replace(b"935", b"936"))


def edit_original(folder: Path) -> None:
    (original,) = folder.glob("originals/*.pdf")
    original.write_bytes(original.read_bytes() + b" ")


def edit_quote(folder: Path) -> None:
    file = folder / "quotes.json"
    file.write_text(file.read_text(encoding="utf-8").replace("935 houses", "5 houses"), encoding="utf-8")


def edit_quote_and_sums(folder: Path) -> None:
    edit_quote(folder)
    sum_again(folder, "quotes.json")


def edit_text_and_sums(folder: Path) -> None:
    edit_text(folder)
    (text,) = (file for file in folder.glob("texts/*") if b"936" in file.read_bytes())
    sum_again(folder, f"texts/{text.name}")


def sum_again(folder: Path, name: str) -> None:
    sums = folder / "SHA256SUMS"
    lines = sums.read_text().splitlines()
    digest = hashlib.sha256((folder / name).read_bytes()).hexdigest()
    sums.write_text(
        "".join(f"{digest}  {name}\n" if line.endswith(f"  {name}") else f"{line}\n" for line in lines)
    )


@pytest.mark.parametrize(
    ("tamper", "said"),
    [
        (edit_text, "was changed"),
        (edit_original, "was changed"),
        (edit_quote, "was changed"),
        (edit_quote_and_sums, "quote 1: at 24-61"),
        (edit_text_and_sums, "quote 1: at 24-61"),
        (lambda folder: next(folder.glob("originals/*")).unlink(), "is missing"),
        (lambda folder: (folder / "originals/more.txt").write_text("x"), "originals/more.txt is not listed"),
        (lambda folder: (folder / "quotes.json").write_text("{"), "was changed"),
    ],
)
def test_tampering_is_found(tmp_path: Path, tamper: Callable[[Path], object], said: str) -> None:
    folder = unpack(tmp_path)
    tamper(folder)
    done = verify(folder)
    assert done.returncode == 1
    assert said in done.stdout
    assert done.stderr == ""


def test_answers_go_in_and_are_read_back(tmp_path: Path) -> None:
    shelf, dossier, answers = answered()
    with zipfile.ZipFile(BytesIO(to_pack(dossier, shelf))) as pack:
        pack.extractall(tmp_path)
    assert read_answers(tmp_path / "answers.jsonl") == list(answers)
    assert verify(tmp_path).returncode == 0


def test_every_field_of_an_answer_is_read_back() -> None:
    _, _, (yes, _) = answered()
    quote = yes.citations[0]
    copy = Copy("ab" * 32, "b.txt", "B", None, "2004", 3, 1, 5, "same")
    value = ComparedValue("935", "houses", "2004-03", Dated.STATED, "OSCE", 1, quote.start, quote.start + 3)
    answer = replace(
        yes,
        citations=(replace(quote, also_in=(copy,), pages=(2, 3), ocr_confidence=0.9),),
        sources=Sources(1, 2, 1),
        comparison=Comparison(Difference.DIFFER, Compared.QUANTITY, (value,)),
    )
    assert answer_from_json(json.loads(json.dumps(answer_to_json(answer)))) == answer


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "holds no answers"),
        ("[]", ":1: not an answer .*the answer is not an object"),
        ("nonsense", ":1: not JSON"),
        ("{}\nnonsense", ":1: not an answer .*the answer has no 'id'"),
        ('{\n  "id": 1\n}', ":1: not an answer .*the answer.id is int, not str"),
        ('{"id": "1", "question": 5}', "the answer.question is int, not str"),
        ("[" * 100_000, ":1: not JSON"),
    ],
    ids=lambda text: text[:12],
)
def test_what_are_no_answers_is_said(tmp_path: Path, text: str, words: str) -> None:
    file = tmp_path / "answers.jsonl"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(InvalidInput, match=rf"answers\.jsonl.*{words}"):
        read_answers(file)
