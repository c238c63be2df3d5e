"""An index that is damaged, and a library that may only be read, as a person meets them."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.damage import replace_content
from tests.nobody import make_read_only, public_folder, run_as_nobody
from tests.qa.cli.commands import QUESTION, Run
from tests.qa.material import build

EVERYTHING = """
import sys
from pathlib import Path
import qa.adding, qa.engine
from qa.cli import cli
from qa.doctor import examine
from tests.fakes import FakeEncoder
from tests.qa.cli.commands import QUESTION

qa.engine.default_encoder = qa.adding.default_encoder = lambda model=None: FakeEncoder()

def everything(library):
    for words in (["list"], ["ask", QUESTION], ["show", "bridge.txt"]):
        print("---")
        cli([*words, "--library", library], standalone_mode=False)
    found = examine(Path(library), encoder=FakeEncoder())
    print("---")
    print(found.sound, found.wrong)

everything(sys.argv[2])  # what is imported on the way may be closed to others
"""


@pytest.mark.parametrize(
    "damaged",
    [
        ".",
        "vectors",
        "vectors/segments.json",
        "vectors/s000001.vectors",
        "vectors/s000001.ids",
        "lexical",
        "lexical/meta.json",
        "lexical/*.idx",
        "lexical/*.term",
        "acronyms.json",
    ],
)
def test_a_damaged_index_names_the_command_that_mends_it(run: Run, library: Path, damaged: str) -> None:
    before = run("ask", QUESTION).output
    generation = library / "generations" / "000001"
    (path,) = [generation] if damaged == "." else generation.glob(damaged)
    if path.is_dir():
        shutil.rmtree(path)
    else:
        content = path.read_bytes()
        path.unlink()
        replace_content(path, content[: len(content) // 2])
    asked = run("ask", QUESTION)
    assert asked.exit_code == 1
    assert asked.output.endswith("; build the index again: sourcebook doctor --repair\n")
    assert run("doctor").exit_code == 1
    assert run("doctor", "--repair").exit_code == 0
    assert run("ask", QUESTION).output == before


def test_a_library_that_may_only_be_read_is_asked_listed_shown_and_checked(library: Path) -> None:
    with public_folder() as folder:
        built = build(folder)
        make_read_only(built)
        done = run_as_nobody("everything(sys.argv[1])", built, library, imports=EVERYTHING)
    assert done.returncode == 0, done.stderr
    *_, catalogue, asked, shown, checked = done.stdout.split("---\n")
    assert "bridge.txt" in catalogue and "28 February 2011" in asked and "The bridge over the Ibar" in shown
    assert checked == "True []\n"
