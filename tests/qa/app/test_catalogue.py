"""All that the interface says stands in one file, is used, and is filled; strays elsewhere are found."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest
from jinja2 import nodes

from qa.app import catalogue
from qa.app.catalogue import TABLES, Words, say
from qa.app.render import environment

APP = Path(catalogue.__file__).parent
PYTHON = sorted(file for file in APP.glob("*.py"))
TEMPLATES = sorted(APP.glob("templates/*.html"))
SCRIPTS = sorted(APP.glob("scripts/*.js"))
STYLES = sorted(APP.glob("style/*.css"))
SPOKEN = ("aria-label", "title", "placeholder", "alt", "data-announcement", "data-said")
"""The attributes that a reader sees or hears."""
WORD = re.compile(r"[^\W\d_]{2,}")


def strays_of_template(source: str) -> list[str]:
    """Words that a template says by itself: as text, in an attribute that is read out, or in an expression."""
    finder = Spoken()
    finder.feed("".join(_skeleton(environment().parse(source).body)))
    finder.close()
    return [text for text in finder.found if WORD.search(text)]


def _skeleton(body: list[nodes.Node]) -> Iterator[str]:
    """The markup with the constants that its expressions may put there; all else that they give is left out."""
    for node in body:
        if isinstance(node, nodes.Output):
            for part in node.nodes:
                yield part.data if isinstance(part, nodes.TemplateData) else "".join(_constants(part))
        elif isinstance(node, nodes.If):
            yield from _skeleton([*node.body, *node.elif_, *node.else_])
        elif isinstance(node, nodes.For):
            yield from _constants(node.iter)
            yield from _skeleton([*node.body, *node.else_])
        elif isinstance(
            node, nodes.Macro | nodes.AssignBlock | nodes.Scope | nodes.ScopedEvalContextModifier
        ):
            yield from _skeleton(node.body)


def _constants(part: nodes.Node) -> Iterator[str]:
    """The words that an expression may give: not what it compares with, looks up or calls with."""
    if isinstance(part, nodes.Const) and isinstance(part.value, str):
        yield part.value
    elif isinstance(part, nodes.CondExpr):
        for branch in filter(None, (part.expr1, part.expr2)):
            yield from _constants(branch)
    elif isinstance(part, nodes.Or | nodes.Concat | nodes.Add):
        for child in part.iter_child_nodes():
            yield from _constants(child)
    elif isinstance(part, nodes.Filter) and part.node is not None and part.name != "format":
        yield from _constants(part.node)
    elif isinstance(part, nodes.Tuple | nodes.List):
        for child in part.items:
            yield from (word for word in _constants(child) if " " in word)


class Spoken(HTMLParser):
    """Collects what a reader sees or hears of a page, save commands to type and the name of the program."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self._silent: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found += [value or "" for name, value in attrs if name in SPOKEN]
        if tag in ("code", "style", "script"):
            self._silent.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if self._silent and self._silent[-1] == tag:
            self._silent.pop()

    def handle_data(self, data: str) -> None:
        if not self._silent and data.strip() != "Sourcebook":
            self.found.append(data)


SENTENCE = re.compile(r"[A-Za-z’']{2,}[,:;]? [A-Za-z]|^[A-Z][a-z]{2,}\W*$")
"""Two words beside each other, or one with a capital: what a person would read."""
MARKUP = re.compile(r"[<>{}\[\]#=]|^\.[\w-]|^\d|/\w|; |max-age|'self'|^\(")
"""Selectors, headers, media queries and markup are no sentences."""


def strays_of_script(source: str) -> list[str]:
    """Sentences among the texts of a script."""
    bare = re.sub(r"(?m)^\s*(?://|/?\*).*$|\s//\s.*$", "", source)
    texts = re.findall(r'"([^"\\\n]*)"|`([^`]*)`', bare)
    return [text for text in map("".join, texts) if SENTENCE.search(text) and not MARKUP.search(text)]


def strays_of_module(source: str) -> list[str]:
    """Sentences among the texts of a module, save docstrings, what goes to the log, and the values of enumerations."""
    tree = ast.parse(source)
    silent = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            silent.add(node.value)  # a docstring
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute | ast.Name):
            name = node.func.attr if isinstance(node.func, ast.Attribute) else node.func.id
            if name in ("error", "TypeVar"):
                silent |= {word for word in node.args if isinstance(word, ast.Constant)}
        elif isinstance(node, ast.Assert) and isinstance(node.msg, ast.Constant):
            silent.add(node.msg)
        elif (
            isinstance(node, ast.ClassDef) and ast.unparse(node.bases[0] if node.bases else node) == "StrEnum"
        ):
            silent |= {word for word in ast.walk(node) if isinstance(word, ast.Constant)}
    texts = [
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node not in silent
    ]
    return [text for text in texts if SENTENCE.search(text) and not MARKUP.search(text)]


@pytest.mark.parametrize("file", TEMPLATES, ids=lambda file: file.name)
def test_a_template_says_nothing_by_itself(file: Path) -> None:
    assert strays_of_template(file.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("file", SCRIPTS, ids=lambda file: file.name)
def test_a_script_says_nothing_by_itself(file: Path) -> None:
    assert [text for text in strays_of_script(file.read_text(encoding="utf-8")) if text not in KEYS] == []


KEYS = ("Escape", "Enter", "End", "Files")  # names of the browser
PROGRAM = ("Sourcebook", "False", "What is told here?")
"""The program's name, a setting, and the question that warms the models."""


@pytest.mark.parametrize("file", PYTHON, ids=lambda file: file.name)
def test_a_module_says_nothing_by_itself(file: Path) -> None:
    from qa.app.server import EXAMPLES

    found = strays_of_module(file.read_text(encoding="utf-8"))
    assert [text for text in found if text not in (*PROGRAM, *EXAMPLES)] == []


@pytest.mark.parametrize("file", STYLES, ids=lambda file: file.name)
def test_a_style_says_nothing_by_itself(file: Path) -> None:
    assert not re.search(r'content: "[^"]*[A-Za-z]{2}', file.read_text(encoding="utf-8"))


def test_strays_are_found() -> None:
    assert strays_of_template('<p>Two words</p><a title="here">{{ "Found" if x else y }}</a>') == [
        *("Two words", "here", "Found"),
    ]
    assert (
        strays_of_template('<p class="soft">{{ say.title }}</p>{% if x == "some words" %}–{% endif %}') == []
    )
    assert strays_of_script('say("#a .b c", "It is done.", `Page ${n}`, "Kept"); // "Not this"') == [
        *("It is done.", "Kept"),
    ]
    assert strays_of_module('"""Not this one."""\nraise InvalidInput(f"There are {n} files.")') == [
        "There are "
    ]


def used() -> set[str]:
    """Every key that templates, scripts and modules name; of those put together ("outcome_" and a name) the beginning."""
    found: set[str] = set()
    for file in (*TEMPLATES, *PYTHON, *APP.parent.glob("export/*.py")):
        text = file.read_text(encoding="utf-8")
        found |= set(re.findall(r"\bsay\.(\w+)", text))
        for call in re.findall(r"\bsay[\[(]f?([^\]),]*)", text):
            found |= set(re.findall(r"[\"'](\w+)", re.sub(r"==? *[\"']\w+[\"']", "", call)))
    for file in SCRIPTS:
        found |= set(re.findall(r"\bwords\.(\w+)", file.read_text(encoding="utf-8")))
    return found


def test_every_key_that_is_named_is_there() -> None:
    beginnings = {key for key in used() if key.endswith("_")}
    methods = {"for_scripts", "keys", "named", "ranked", "code"}
    assert used() - say.keys - beginnings - methods == set()
    assert [one for one in beginnings if not any(key.startswith(one) for key in say.keys)] == []


def test_the_scripts_have_their_words() -> None:
    for file in SCRIPTS:
        named = set(re.findall(r"\bwords\.(\w+)", file.read_text(encoding="utf-8"))) - {"split"}
        assert named - set(say.for_scripts()) == set(), file.name


def test_no_key_stands_twice_and_none_is_left_over() -> None:
    text = (APP / "words" / "english.toml").read_text(encoding="utf-8")
    phrases = text[: text.index("[months]")]
    keys = re.findall(r"(?m)^(\w+) = ", phrases)
    assert sorted({key for key in keys if keys.count(key) > 1}) == []
    source = "".join(
        file.read_text(encoding="utf-8")
        for file in (*TEMPLATES, *SCRIPTS, *PYTHON, *APP.parent.glob("export/*.py"))
    )
    beginnings = tuple(key for key in used() if key.endswith("_"))
    left_over = [
        key for key in keys if not key.startswith(beginnings) and not re.search(rf"\b{key}\b", source)
    ]
    assert left_over == []


def test_another_language_is_another_file(tmp_path: Path) -> None:
    file = tmp_path / "test.toml"
    file.write_text(
        'code = "fr"\n[ask]\nask = "Demander"\nfound = { one = "{n} page de {name}", other = "{n} pages de {name}" }\n'
        '[scripts]\ncopy = "Copier"\n[months]\n1 = "janvier"\n',
        encoding="utf-8",
    )
    french = Words(file)
    assert french.ask == french["ask"] == "Demander"
    assert [french("found", n, name="{x}") for n in (1, 2)] == ["1 page de {x}", "2 pages de {x}"]
    assert french.for_scripts() == {"code": "fr", "copy": "Copier"}
    assert french.named("months") == {"1": "janvier"} and "months" in TABLES
    with pytest.raises(KeyError):
        french("found", 2)
    with pytest.raises(AttributeError):
        _ = french.nothing
