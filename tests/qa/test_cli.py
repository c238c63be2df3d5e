"""The command line as a person and a script meet it: output, exit codes, sentences instead of tracebacks."""

from __future__ import annotations

import json
import os
import re
import shutil
import stat
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import click
import jsonschema
import pytest
from click.testing import CliRunner, Result

from corpus.library import Library
from embeddings.encode import Encoder
from embeddings.errors import ModelError
from qa.cli import cli
from tests.conftest import CHECKOUT
from tests.fakes import FakeEncoder
from tests.qa.material import ANSWERED, BRIDGE, DECLINED, DOCUMENTS, build, listed, write

SCHEMA: dict[str, Any] = json.loads((CHECKOUT / "docs" / "answer.schema.json").read_text())
QUESTION = "When was the bridge over the Ibar reopened to traffic?"
Run = Callable[..., Result]


@pytest.fixture(autouse=True)
def _fake_encoder(monkeypatch: pytest.MonkeyPatch) -> None:
    def encoder(model: str | None = None) -> Encoder:
        if model not in (None, "fake"):
            raise ModelError(f"there is no model {model!r} on this computer; name a folder")
        return FakeEncoder()

    for module in ("qa.engine", "qa.adding"):
        monkeypatch.setattr(f"{module}.default_encoder", encoder)
    monkeypatch.setenv("COLUMNS", "100")
    monkeypatch.delenv("SOURCEBOOK_LIBRARY", raising=False)


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(tmp_path_factory.mktemp("cli"))


@pytest.fixture
def library(built: Path, tmp_path: Path) -> Iterator[Path]:
    """A library that a test may change."""
    yield Path(shutil.copytree(built, tmp_path / "library"))


@pytest.fixture
def run(library: Path) -> Run:
    """Run a command on the library; give its result, which never shows a traceback."""

    def invoke(*arguments: object, at: Path = library) -> Result:
        words = [str(argument) for argument in arguments]
        result = CliRunner().invoke(cli, [*words, "--library", str(at)])
        assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
        assert "Traceback" not in result.output
        return result

    return invoke


@pytest.fixture
def answers(run: Run, tmp_path: Path) -> Path:
    """A file of answers, one declined."""
    rows = [{"id": f"q{number}", "question": q} for number, q in enumerate([*ANSWERED, DECLINED])]
    questions = _rows(tmp_path / "questions.jsonl", *rows)
    assert run("ask", "--questions", questions, "--output", tmp_path / "answers.jsonl").exit_code == 0
    return tmp_path / "answers.jsonl"


def _rows(file: Path, *rows: object) -> Path:
    lines = [row if isinstance(row, str) else json.dumps(row) for row in rows]
    file.write_text("\n".join(lines) + "\n")
    return file


def _read(file: Path) -> list[dict[str, Any]]:
    found = [json.loads(line) for line in file.read_text().splitlines()]
    for answer in found:
        jsonschema.Draft202012Validator(SCHEMA).validate(answer)
    return found


# Help


@pytest.mark.parametrize("command", ["add", "ask", "list", "remove", "verify", "serve", "eval"])
def test_every_command_has_help(command: str) -> None:
    result = CliRunner().invoke(cli, [command, "--help"])
    assert result.exit_code == 0
    assert "Usage:" in result.output and "--library" in result.output


def test_every_option_and_command_says_what_it_does() -> None:
    context = click.Context(cli)
    for name in cli.list_commands(context):
        command = cli.get_command(context, name)
        assert command is not None and command.help
        for parameter in command.params:
            assert not isinstance(parameter, click.Option) or parameter.help, (name, parameter.name)


def _python(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=CHECKOUT,
        env=os.environ | environment,
        capture_output=True,
        text=True,
        check=False,
    )


def test_help_and_version_come_without_heavy_imports() -> None:
    done = _python("-X", "importtime", "-m", "qa", "--help")
    assert done.returncode == 0 and "Commands:" in done.stdout
    imported = {line.rsplit("|", 1)[-1].strip().split(".")[0] for line in done.stderr.splitlines()}
    heavy = {"torch", "gradio", "faiss", "fastapi", "openvino", "tantivy", "numpy", "transformers"}
    assert "click" in imported
    assert imported & heavy == set()
    assert _python("-m", "qa", "--version").stdout.startswith("python -m qa, version ")


def test_asking_needs_no_torch(built: Path) -> None:
    program = """
import sys
import qa.engine
from tests.fakes import FakeEncoder
qa.engine.default_encoder = lambda model: FakeEncoder()
from qa.cli import cli
cli(["ask", "When was the bridge reopened?", "--library", sys.argv[1]], standalone_mode=False)
heavy = {"torch", "gradio", "fastapi", "transformers", "sentence_transformers", "lxml", "trafilatura"}
sys.exit(", ".join(sorted(heavy & sys.modules.keys())) or 0)
"""
    done = _python("-c", program, str(built))
    assert (done.returncode, done.stderr) == (0, "")


# Adding


def test_add_says_what_became_of_the_files(run: Run, tmp_path: Path) -> None:
    sources, new = write(tmp_path / "sources", DOCUMENTS), tmp_path / "new"
    result = run("add", sources, at=new)
    assert result.exit_code == 0
    assert "added 5, unchanged 0, replaced 0, failed 0" in result.stdout
    assert str(new) in result.stdout
    write(sources, {"bridge.txt": "Another text.", "more.txt": "More text."})
    result = run("add", sources, at=new)
    assert "added 1, unchanged 4, replaced 1, failed 0" in result.stdout


def test_add_fails_if_anything_failed_and_still_adds_the_rest(run: Run, tmp_path: Path) -> None:
    sources = write(tmp_path / "sources", {"good.txt": BRIDGE, "empty.txt": "", "picture.png": b"\x89"})
    result = run("add", sources, tmp_path / "missing", at=tmp_path / "new")
    assert result.exit_code == 1
    assert "failed: empty.txt: empty.txt holds no text." in result.stdout
    assert f"failed: {tmp_path / 'missing'}: is not there: no such file or folder." in result.stdout
    assert "passed over 1 file that are not documents: .png" in result.stdout
    assert "added 1, unchanged 0, replaced 0, failed 2" in result.stdout
    assert list(listed(tmp_path / "new")) == ["good.txt"]


def test_add_of_an_empty_folder_fails(run: Run, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    result = run("add", tmp_path / "empty")
    assert result.exit_code == 1 and "holds nothing that can be read" in result.stdout


def test_add_without_paths_is_a_usage_error(run: Run) -> None:
    assert run("add").exit_code == 2


def test_add_with_another_model_is_refused(run: Run, tmp_path: Path) -> None:
    result = run("add", write(tmp_path / "more", {"a.txt": "Text."}), "--model", "unknown/model")
    assert result.exit_code == 1
    assert result.stderr.startswith("Error: there is no model 'unknown/model'")


def test_add_with_no_wait_says_who_is_writing(run: Run, library: Path, tmp_path: Path) -> None:
    sources = write(tmp_path / "more", {"a.txt": "Text."})
    with Library.open(library) as opened, opened.writer():
        result = run("add", sources, "--no-wait")
    assert result.exit_code == 1
    assert f"is being written to by process {os.getpid()}" in result.stderr


def test_ctrl_c_while_adding_keeps_what_is_done(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from qa import indexing

    add_one, calls = indexing._add_one, []

    def interrupted(*arguments: Any) -> Any:
        calls.append(arguments)
        if len(calls) == 3:
            raise KeyboardInterrupt
        return add_one(*arguments)

    monkeypatch.setattr(indexing, "_add_one", interrupted)
    result = run("add", write(tmp_path / "sources", DOCUMENTS), at=tmp_path / "new")
    assert result.exit_code == 130
    assert "Stopped. What is done is kept; run the same command to go on." in result.stdout
    assert len(listed(tmp_path / "new")) == 2


def test_a_library_that_is_a_file_is_a_usage_error(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_text("x")
    for command in (("add", CHECKOUT / "docs"), ("ask", QUESTION), ("list",)):
        assert run(*command, at=file).exit_code == 2


# Asking


def test_ask_prints_the_answer_its_quotes_and_their_sources(run: Run) -> None:
    result = run("ask", QUESTION, "--limit", "2")
    assert result.exit_code == 0
    lines = result.stdout.splitlines()
    assert lines[0] == "28 February 2011"
    assert "5 documents, " in lines[1]
    assert lines[3].strip() == "1. Bridge over the river reopened"
    assert "2011-03-12 · bridge.txt" in lines[4]
    assert "“The bridge over the Ibar in the divided town was reopened" in result.stdout
    assert re.search(r"http://127\.0\.0\.1:7860/\?doc=[0-9a-f]{64}&start=\d+&end=\d+", result.stdout)
    assert "3." not in result.stdout


def test_ask_declines_with_a_reason_and_the_nearest(run: Run) -> None:
    result = run("ask", DECLINED)
    assert result.exit_code == 0
    assert result.stdout.startswith("Not in these 5 documents: ")
    assert "Nearest passages, not answers:" in result.stdout


def test_ask_json_is_as_the_schema_says(run: Run) -> None:
    for question in (QUESTION, DECLINED):
        answer = json.loads(run("ask", question, "--json").stdout)
        jsonschema.Draft202012Validator(SCHEMA).validate(answer)
        assert answer["answered"] == (question == QUESTION)


def test_ask_filters(run: Run) -> None:
    def paths(*options: str) -> set[str]:
        answer = json.loads(run("ask", QUESTION, "--json", *options).stdout)
        return {citation["path"] for citation in answer["citations"] + answer["nearest"]}

    assert paths("--publisher", "Force Monitor") == {"troops.html"}
    assert paths("--language", "fr") == {"french.md"}
    assert paths("--from", "2011-01-01", "--to", "2012-12-31") == {"bridge.txt", "french.md"}
    assert paths("--as-of", "2010-01-01") == {"strength.md"}
    assert paths("--as-of", "1990-01-01") == set()


@pytest.mark.parametrize("day", ["yesterday", "2007-13-01", "31.12.2007", "2007", ""])
def test_a_day_that_is_none_is_a_usage_error_that_shows_the_form(run: Run, day: str) -> None:
    result = run("ask", QUESTION, "--as-of", day)
    assert result.exit_code == 2
    assert f"{day!r} is not a day; write it as 2007-12-31." in result.stderr


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["ask"], 2, "Give a QUESTION"),
        (["ask", ""], 1, "The question is empty"),
        (["ask", "?!"], 1, "The question is empty"),
        (["ask", "x" * 20_000], 1, "20,000 characters"),
        (["ask", QUESTION, "--limit", "0"], 2, "1<=x<=100"),
        (["ask", QUESTION, "--output", "x.jsonl"], 2, "--questions FILE"),
        (["ask", QUESTION, "--questions", "x.jsonl", "--output", "y.jsonl"], 2, "without QUESTION"),
        (["ask", "--questions", "x.jsonl"], 2, "--output FILE"),
        (["ask", "--questions", "missing.jsonl", "--output", "y.jsonl"], 1, "missing.jsonl cannot be read"),
        (["verify", "missing.jsonl"], 1, "missing.jsonl cannot be read"),
        (["remove"], 2, "Name what to remove"),
        (["remove", "nothing"], 1, "Nothing in the library is named 'nothing'"),
        (["bake"], 2, "No such command"),
    ],
)
def test_mistakes_get_a_sentence_and_an_exit_code(
    run: Run, arguments: list[str], code: int, words: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    result = run(*arguments)
    assert result.exit_code == code
    assert words in result.stderr
    assert result.stdout == ""


@pytest.mark.parametrize("command", [["ask", QUESTION], ["list"], ["remove", "x"], ["verify", "x"]])
def test_without_a_library_the_sentence_says_what_to_run(
    run: Run, command: list[str], tmp_path: Path
) -> None:
    result = run(*command, at=tmp_path / "nowhere")
    assert result.exit_code == 1
    assert result.stderr == f"Error: no library at {tmp_path / 'nowhere'}; run: sourcebook add PATH\n"
    assert not (tmp_path / "nowhere").exists()


def test_the_library_may_be_named_by_the_environment(library: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCEBOOK_LIBRARY", str(library))
    assert "5 documents" in CliRunner().invoke(cli, ["list"]).stdout


# In batch


def test_a_batch_answers_the_good_rows_and_reports_the_bad_by_line(run: Run, tmp_path: Path) -> None:
    questions = tmp_path / "questions.jsonl"
    rows = [
        json.dumps({"id": "a", "question": QUESTION}),
        "",
        "not json",
        '["a list"]',
        '{"id": "b"}',
        '{"id": "c", "question": "  "}',
        '{"id": "d", "question": "When?", "as_of": "soon"}',
        '{"id": "d", "question": "When?", "as_of": 2007}',
        '{"id": {}, "question": "When?"}',
        "[" * 100_000,
        json.dumps({"id": 7, "question": QUESTION, "as_of": "2010-01-01"}),
    ]
    questions.write_bytes(b"\xef\xbb\xbf" + "\r\n".join(rows).encode())
    output = tmp_path / "answers.jsonl"
    result = run("ask", "--questions", questions, "--output", output)
    assert result.exit_code == 1
    problems = re.findall(rf"^{re.escape(str(questions))}:(\d+): (.*)$", result.stderr, re.MULTILINE)
    assert [int(line) for line, _ in problems] == [3, 4, 5, 6, 7, 8, 9, 10]
    assert dict(problems)["3"].startswith("not JSON")
    assert '"question" is missing' in dict(problems)["5"]
    assert (
        dict(problems)["7"]
        == '"as_of" is \'soon\'; write a day, "2007-12-31", or the month asked about, "2007-12"'
    )
    assert result.stderr.endswith("Error: 8 of 10 rows could not be used.\n")
    found = _read(output)
    assert [answer["id"] for answer in found] == ["a", "7"]
    assert found[0]["answered"] and found[0]["as_of"] is None
    assert found[1]["as_of"] == "2010-01-01" and found[1]["searched"]["documents"] == 1
    assert not output.with_name("answers.jsonl.part").exists()


def test_a_batch_says_how_many_it_answered(run: Run, answers: Path) -> None:
    found = _read(answers)
    assert len(found) == len(ANSWERED) + 1
    assert [answer["answered"] for answer in found] == [True] * len(ANSWERED) + [False]
    again = run("ask", "--questions", answers.with_name("questions.jsonl"), "--output", answers)
    assert "5 questions: 4 answered, 1 declined" in again.stdout


def test_the_day_of_the_command_counts_where_a_row_has_none(run: Run, tmp_path: Path) -> None:
    questions = _rows(
        tmp_path / "q.jsonl",
        {"id": "1", "question": QUESTION},
        {"id": "2", "question": QUESTION, "as_of": "2012-01-01"},
    )
    run("ask", "--questions", questions, "--output", tmp_path / "a.jsonl", "--as-of", "2010-01-01")
    assert [answer["as_of"] for answer in _read(tmp_path / "a.jsonl")] == ["2010-01-01", "2012-01-01"]


def test_questions_are_never_overwritten(run: Run, tmp_path: Path) -> None:
    questions = _rows(tmp_path / "q.jsonl", {"id": "1", "question": QUESTION})
    before = questions.read_bytes()
    result = run("ask", "--questions", questions, "--output", questions)
    assert result.exit_code == 1 and "name another file" in result.stderr
    assert questions.read_bytes() == before


@pytest.mark.parametrize("output", [".", "missing/answers.jsonl"])
def test_an_output_that_cannot_be_written_is_told(run: Run, tmp_path: Path, output: str) -> None:
    questions = _rows(tmp_path / "q.jsonl", {"id": "1", "question": QUESTION})
    result = run("ask", "--questions", questions, "--output", tmp_path / output)
    assert result.exit_code == 1
    assert str(tmp_path / output) in result.stderr


def test_questions_that_are_not_utf8_are_told(run: Run, tmp_path: Path) -> None:
    (tmp_path / "q.jsonl").write_bytes('{"question": "Où?"}'.encode("latin-1"))
    result = run("ask", "--questions", tmp_path / "q.jsonl", "--output", tmp_path / "a.jsonl")
    assert result.exit_code == 1 and "is not UTF-8 text" in result.stderr


# Listing and removing


def test_list_shows_what_is_there(run: Run) -> None:
    result = run("list")
    assert result.exit_code == 0
    lines = result.stdout.splitlines()
    assert lines[0].split() == ["id", "date", "lang", "passages", "title"]
    assert re.search(
        r"^[0-9a-f]{8}  2015-06-30  en +\d+  Troop numbers by year *$", result.stdout, re.MULTILINE
    )
    assert "Force Monitor · troops.html" in result.stdout
    assert lines[-1].startswith("5 documents, ")


def test_list_json_has_one_object_a_document(run: Run) -> None:
    rows = [json.loads(line) for line in run("list", "--json").stdout.splitlines()]
    assert [row["paths"] for row in rows] == [[path] for path in sorted(DOCUMENTS)]
    assert {row["publisher"] for row in rows} == {None, "Force Monitor", "Gazette du Nord"}


def test_remove_takes_documents_out(run: Run, library: Path) -> None:
    result = run("remove", "bridge.txt", "nature")
    assert (result.exit_code, result.stdout) == (0, "removed  bridge.txt\nremoved  nature/harvest.txt\n")
    assert sorted(listed(library)) == ["french.md", "strength.md", "troops.html"]
    run("remove", *listed(library))
    assert run("list").stdout == "The library is empty; run: sourcebook add PATH\n"
    assert "No document was searched" in run("ask", QUESTION).stdout


# Verifying


def test_verify_holds_for_what_was_answered(run: Run, answers: Path) -> None:
    result = run("verify", answers)
    citations = sum(len(answer["citations"]) + len(answer["nearest"]) for answer in _read(answers))
    assert (result.exit_code, result.stdout) == (
        0,
        f"{citations} of {citations} citations verified in 5 answers.\n",
    )


def test_verify_holds_for_one_answer_in_a_file(run: Run, tmp_path: Path) -> None:
    (tmp_path / "one.json").write_text(run("ask", QUESTION, "--json").stdout)
    assert run("verify", tmp_path / "one.json").exit_code == 0


def test_verify_holds_after_a_document_was_replaced_or_removed(
    run: Run, answers: Path, library: Path, tmp_path: Path
) -> None:
    run("remove", "bridge.txt", "troops.html")
    assert run("verify", answers).exit_code == 0


def test_verify_catches_a_flipped_byte_in_an_original(run: Run, answers: Path, library: Path) -> None:
    cited = _read(answers)[1]["citations"][0]["document_id"]
    original = library / "originals" / cited[:2] / cited
    original.chmod(stat.S_IRUSR | stat.S_IWUSR)
    data = bytearray(original.read_bytes())
    data[-2] ^= 1
    original.write_bytes(data)
    result = run("verify", answers)
    assert result.exit_code == 1
    assert f"the archived original {cited[:12]}… has changed" in result.stdout
    original.unlink()
    result = run("verify", answers)
    assert result.exit_code == 1 and "is missing" in result.stdout


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"quote": "The bridge was never reopened."}, "the quote is not what stands at"),
        ({"start": 0, "end": 10_000_000}, "the quote lies outside the document"),
        ({"start": -5}, "the quote lies outside the document"),
        ({"start": True}, "the quote has no start, end and text"),
        ({"start": "1"}, "the quote has no start, end and text"),
        ({"passage": {"start": 0, "end": 3, "text": "No!"}}, "the passage is not what stands at"),
        ({"passage": {"start": 0, "end": 3, "text": "Bri"}}, "the quote lies outside the passage"),
        ({"passage": None}, "the passage has no start, end and text"),
        ({"answer": {"start": 0, "end": 3, "text": "Bri"}}, "the answer lies outside the quote"),
        ({"answer": {"start": 1, "end": 3, "text": "1999"}}, "the answer is not what stands at"),
        ({"document_id": "0" * 64}, "no document"),
        ({"document_id": "../../etc/passwd"}, "no document"),
        ({"document_id": 7}, "the citation names no document"),
        ({"rank": "\x1b[2J"}, None),
    ],
)
def test_verify_catches_what_was_tampered_with(
    run: Run, answers: Path, tmp_path: Path, change: dict[str, Any], words: str | None
) -> None:
    answer = _read(answers)[1]
    assert answer["question"] == QUESTION
    answer["citations"][0] |= change
    answer["answer"] = None
    result = run("verify", _rows(tmp_path / "tampered.jsonl", answer))
    assert "\x1b" not in result.stdout
    assert result.exit_code == (0 if words is None else 1)
    assert words is None or f"citation {answer['citations'][0]['rank']}: {words}" in result.stdout


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"answer": "29 February 2011"}, "is not the answer span of its first citation"),
        ({"citations": []}, "it is answered without a citation"),
        ({"citations": "abc"}, '"citations" is missing or not a list'),
        ({"nearest": 7}, '"nearest" is missing or not a list'),
        ({"nearest": [7]}, "the citation is not an object"),
        ({"nearest": [None]}, "the citation is not an object"),
    ],
)
def test_verify_catches_answers_that_are_none(
    run: Run, answers: Path, tmp_path: Path, change: dict[str, Any], words: str
) -> None:
    result = run("verify", _rows(tmp_path / "tampered.jsonl", _read(answers)[1] | change))
    assert result.exit_code == 1 and words in result.stdout


def test_verify_counts_and_shows_only_the_first_failures(run: Run, answers: Path, tmp_path: Path) -> None:
    answer = _read(answers)[1] | {"answer": None}
    answer["citations"] = [answer["citations"][0] | {"quote": "No."}] * 15
    result = run("verify", _rows(tmp_path / "many.jsonl", answer, "not json"))
    assert result.exit_code == 1
    assert result.stdout.count("FAILED") == 10
    assert "... and 6 more" in result.stdout
    assert "0 of 15 citations verified in 1 answers." in result.stdout


@pytest.mark.parametrize("content", ["", "\n\n"])
def test_verify_of_nothing_is_an_error(run: Run, tmp_path: Path, content: str) -> None:
    (tmp_path / "empty.jsonl").write_text(content)
    result = run("verify", tmp_path / "empty.jsonl")
    assert result.exit_code == 1 and "holds no answers" in result.stderr


def test_verify_of_something_else_is_a_failure(run: Run, tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("Just a note.\n[1, 2]\n")
    result = run("verify", tmp_path / "notes.txt")
    assert result.exit_code == 1 and "notes.txt:1: not an answer" in result.stdout


# Hostile documents


HOSTILE = (
    "\x1b[2J\x1b]0;owned\x07 The hostile kettle was sold on 3 May 2012.\x9b31m \u202etxet desrever\u202c "
    "[bold red]markup[/] {{7*7}} \x00\x08\x7f end of the hostile kettle."
)


@pytest.fixture
def hostile(tmp_path: Path) -> Path:
    matter = '---\ntitle: "Kettle \\e]0;owned\\a [red]x[/] \\x9b2J"\npublisher: "\\e[31mPress"\n---\n'
    page = (
        '<html><head><title>T</title><script type="application/ld+json">{"@type": "NewsArticle", '
        '"headline": "A \\ud800 kettle \\u001b[2J"}</script></head><body><p>The third hostile kettle was '
        "bought by the museum of the town on 4 June 2013.</p></body></html>"
    )
    name = "kettle\x1b[2J.txt"
    return build(
        tmp_path / "hostile", {name: HOSTILE, "second.md": matter + HOSTILE[10:], "third.html": page}
    )


@pytest.mark.parametrize(
    "command", [["ask", "When was the hostile kettle sold?"], ["list"], ["remove", "."], ["list", "--json"]]
)
def test_documents_cannot_steer_the_terminal(
    run: Run, hostile: Path, command: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(hostile.parent / "sources")
    monkeypatch.setenv("FORCE_COLOR", "1") if command[0] == "ask" else None
    output = run(*command, at=hostile).output
    allowed = re.sub(r"\x1b\[[0-9;]*m", "", output)  # our own colours
    assert "kettle" in allowed
    assert not set(allowed) & {*map(chr, range(10)), *map(chr, range(11, 32)), *map(chr, range(127, 160))}
    assert not set(allowed) & set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def test_hostile_text_survives_in_json(run: Run, hostile: Path, tmp_path: Path) -> None:
    result = run("ask", "When was the hostile kettle sold?", "--json", at=hostile)
    assert not set(result.stdout) & {"\x1b", "\x9b", "\x7f", "\u202e", "\x00"}
    answer = json.loads(result.stdout)
    jsonschema.Draft202012Validator(SCHEMA).validate(answer)
    assert any("\x9b31m" in citation["passage"]["text"] for citation in answer["citations"])
    (tmp_path / "answer.json").write_text(result.stdout)
    assert run("verify", tmp_path / "answer.json", at=hostile).exit_code == 0


def test_a_title_that_utf8_cannot_hold_is_no_crash(run: Run, hostile: Path, tmp_path: Path) -> None:
    rows = _rows(tmp_path / "q.jsonl", {"id": "\ud800", "question": "Who bought the third hostile kettle?"})
    assert run("ask", "--questions", rows, "--output", tmp_path / "a.jsonl", at=hostile).exit_code == 0
    assert run("verify", tmp_path / "a.jsonl", at=hostile).exit_code == 0
    assert run("ask", "Who bought the third hostile kettle?", at=hostile).exit_code == 0


# In a real shell


def test_a_reader_that_leaves_early_is_no_error(built: Path) -> None:
    program = f"{sys.executable} -m qa list --library {built} --json | head -c 1 >/dev/null; echo ${{PIPESTATUS[0]}}"
    done = subprocess.run(["bash", "-c", program], cwd=CHECKOUT, capture_output=True, text=True, check=True)
    assert done.stderr == ""
    assert done.stdout.strip() == "0"


def test_a_terminal_with_few_letters_is_no_crash(built: Path) -> None:
    done = _python("-m", "qa", "list", "--library", str(built), PYTHONIOENCODING="ascii", PYTHONUTF8="0")
    assert (done.returncode, done.stderr) == (0, "")
    assert "Troop numbers by year" in done.stdout


def test_errors_are_one_sentence_in_a_real_process(tmp_path: Path) -> None:
    done = _python("-m", "qa", "list", "--library", str(tmp_path / "nowhere"))
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == f"Error: no library at {tmp_path / 'nowhere'}; run: sourcebook add PATH\n"
