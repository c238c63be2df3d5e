"""The words of the interface: a file of them for each language, and how a phrase is filled; it knows no page."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path

Phrase = str | Mapping[str, str]
"""Words with what is to be filled in in {braces}; or one such text for each plural of the language."""

TABLES = ("months", "languages", "origins", "confidences", "types", "keys")
"""The sections that name things by what they are; all others hold phrases."""
_PLACE = re.compile(r"\{(\w+)\}")


class Words:
    """The words of one language, read when first used; a phrase is `words.key`, or `words(key, n, name=...)` filled."""

    def __init__(self, file: Path) -> None:
        self._file = file

    def __call__(self, key: str, number: int | None = None, /, **values: object) -> str:
        """A phrase with its places filled; `number` is its {n}, and chooses the plural. Raises KeyError."""
        phrase = self._phrases[key]
        if number is not None:
            values = {"n": number, **values}
        if not isinstance(phrase, str):
            phrase = phrase.get("one" if number == 1 else "other", phrase["other"])
        return _PLACE.sub(lambda place: _written(values[place.group(1)]), phrase)

    def ranked(self, rank: int) -> str:
        """A place in a list of results: "1st", "22nd"."""
        forms = self._phrases["rank"]
        assert not isinstance(forms, str), "a place in a list has a form for each ordinal"
        teen = rank % 100 in (11, 12, 13)
        form = "other" if teen else {1: "one", 2: "two", 3: "few"}.get(rank % 10, "other")
        return forms.get(form, forms["other"]).replace("{n}", str(rank))

    def __getattr__(self, key: str) -> str:
        try:
            return self[key]
        except KeyError as error:
            raise AttributeError(key) from error

    def __getitem__(self, key: str) -> str:
        phrase = self._phrases[key]
        if not isinstance(phrase, str):
            raise KeyError(key)  # it depends on a number
        return phrase

    def named(self, table: str) -> Mapping[str, str]:
        """One of TABLES: names by what they stand for, in the order of the file."""
        return self._read[table]  # type: ignore[return-value]  # a table holds no plurals

    def for_scripts(self) -> dict[str, Phrase]:
        """What the scripts of the page say, with the code of the language."""
        return {"code": self.code, **self._read["scripts"]}

    @property
    def code(self) -> str:
        """The code of the language that all of this is in."""
        return str(self._read["code"])

    @property
    def keys(self) -> frozenset[str]:
        """The keys of all phrases."""
        return frozenset(self._phrases)

    @cached_property
    def _read(self) -> dict[str, Mapping[str, Phrase]]:
        return tomllib.loads(self._file.read_text(encoding="utf-8"))

    @cached_property
    def _phrases(self) -> dict[str, Phrase]:
        sections = [self._read[name] for name in self._read if name not in (*TABLES, "code")]
        return {key: phrase for section in sections for key, phrase in section.items()}


def _written(value: object) -> str:
    return f"{value:,}" if isinstance(value, int) else str(value)


say = Words(Path(__file__).parent / "words" / "english.toml")
"""The words of the interface; templates know it by this name, scripts as `words`."""
