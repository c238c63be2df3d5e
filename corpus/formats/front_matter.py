"""The block of "key: value" lines between two "---" lines at the top of a Markdown file."""

from __future__ import annotations

import re
from dataclasses import dataclass

from corpus.metadata import Claims
from corpus.types import Authors, Origin, Sourced

_FENCED = re.compile(
    r"---[ \t]*(?:\r\n|\r|\n)(?P<body>.{0,20000}?)(?:(?<=\n)|(?<=\r))(?:---|\.\.\.)[ \t]*(?:\r\n|\r|\n|$)",
    re.DOTALL,
)
_ENTRY = re.compile(r"(?P<key>[A-Za-z][\w -]{0,40}?)[ \t]*:(?:[ \t]+(?P<value>.*)|[ \t]*)")
_ITEM = re.compile(r"[ \t]*-[ \t]+(?P<value>.+)")
_COMMENT = re.compile(r"[ \t]+#.*")

_TITLE = ("title",)
_PUBLISHER = ("publisher", "site", "site_name", "organization", "organisation")
_DATE = ("date", "published", "publication_date", "date_published", "pubdate")
_LANGUAGE = ("language", "lang")
_AUTHORS = ("authors", "author", "by")
_SOURCE = ("source", "source_url", "url", "canonical", "canonical_url", "link")


@dataclass(frozen=True, slots=True)
class FrontMatter:
    """What front matter says, where it ends, and the spans of its lines; empty when there is none."""

    claims: Claims
    end: int = 0
    lines: tuple[tuple[int, int], ...] = ()


def front_matter(text: str) -> FrontMatter:
    """Reads front matter: plain and quoted values, [a, b] and "- a" lists; other YAML is kept as text and ignored."""
    match = _FENCED.match(text)
    if match is None or not _looks_like_entries(match["body"]):
        return FrontMatter(Claims())
    entries = _entries(match["body"])
    spans = tuple(
        (line.start(), line.start() + len(line[0].rstrip()))
        for line in re.finditer(r"[^\r\n]*\S[^\r\n]*", text[: match.end()])
    )
    trimmed = tuple((start + _indent(text, start), end) for start, end in spans)
    return FrontMatter(_claims(entries), match.end(), trimmed)


def _indent(text: str, start: int) -> int:
    line = text[start : start + 1000]
    return len(line) - len(line.lstrip())


def _looks_like_entries(body: str) -> bool:
    """Two rulers with prose between them are not front matter."""
    lines = [line for line in body.splitlines() if line.strip()]
    return not lines or _ENTRY.fullmatch(lines[0]) is not None or lines[0].lstrip().startswith("#")


def _entries(body: str) -> dict[str, list[str]]:
    entries: dict[str, list[str]] = {}
    key = ""
    for line in body.splitlines():
        if match := _ENTRY.fullmatch(line):
            key = re.sub(r"[\s-]+", "_", match["key"].strip().lower())
            entries.setdefault(key, []).extend(_values(match["value"] or ""))
        elif key and (match := _ITEM.fullmatch(line)):
            entries[key].extend(_values(match["value"]))
    return entries


def _values(value: str) -> list[str]:
    value = value.strip()
    if value.startswith("[") and value.endswith("]"):
        return [found for part in value[1:-1].split(",") for found in _values(part)]
    if len(value) >= 2 and value[0] in "\"'" and (end := value.find(value[0], 1)) > 0:
        value = (
            value[1:end]
            if not value[end + 1 :].strip() or value[end + 1 :].lstrip().startswith("#")
            else value
        )
    else:
        value = _COMMENT.sub("", value).strip()
    return [] if value in ("", "|", ">", "null", "~") else [value]


def _claims(entries: dict[str, list[str]]) -> Claims:
    def sourced(keys: tuple[str, ...]) -> tuple[Sourced, ...]:
        return tuple(
            Sourced(value, Origin.FRONT_MATTER) for key in keys for value in entries.get(key, ())[:1]
        )

    addresses = [value for key in _SOURCE for value in entries.get(key, ()) if "://" in value]
    names = tuple(value for key in _AUTHORS for value in entries.get(key, ()))
    return Claims(
        titles=sourced(_TITLE),
        publishers=sourced(_PUBLISHER),
        dates=sourced(_DATE),
        languages=sourced(_LANGUAGE),
        authors=Authors(names, Origin.FRONT_MATTER) if names else None,
        source_url=Sourced(addresses[0], Origin.FRONT_MATTER) if addresses else None,
    )
