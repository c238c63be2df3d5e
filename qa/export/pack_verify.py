"""Checks the evidence pack in its own folder with nothing but Python's standard library; it only reads."""

from __future__ import annotations

import hashlib
import json
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent


def sha256(data: bytes) -> str:
    """The sum of these bytes as `sha256sum` writes it."""
    return hashlib.sha256(data).hexdigest()


def text_of(name: str) -> str:
    """A file's text; every place in quotes.json counts its code points from 0."""
    return (HERE / name).read_bytes().decode("utf-8", "surrogatepass")


def check_files() -> list[str]:
    """Every file has the sum that SHA256SUMS names, every original is named by its sum, and none is unlisted."""
    problems, listed = [], set()
    for line in text_of("SHA256SUMS").splitlines():
        digest, _, name = line.partition("  ")
        listed.add(name)
        if not (HERE / name).is_file():
            problems.append(f"{name} is missing")
        elif sha256((HERE / name).read_bytes()) != digest:
            problems.append(f"{name} was changed: its SHA-256 is not the one in SHA256SUMS")
        elif name.startswith("originals/") and Path(name).stem != digest:
            problems.append(f"{name} is not the original that its name says")
    held = {
        file.relative_to(HERE).as_posix()
        for folder in ("originals", "texts")
        for file in HERE.glob(f"{folder}/*")
    }
    return problems + [f"{name} is not listed in SHA256SUMS" for name in sorted(held - listed)]


def check_quote(quote: dict) -> list[str]:  # type: ignore[type-arg]  # plain JSON, and Python 3.8 reads this too
    """The quote is the slice of the text that it says, and its document is the original that it says."""
    problems = []
    text = text_of(quote["text"])
    words = text[quote["start"] : quote["end"]]
    if not words or words != quote["quote"]:
        problems.append(f"at {quote['start']}-{quote['end']} of {quote['text']} stands {words[:80]!r}")
    if sha256(quote["quote"].encode("utf-8", "surrogatepass")) != quote["quote_sha256"]:
        problems.append("the quote's own SHA-256 is another")
    original = (HERE / quote["original"]).read_bytes()
    if sha256(original) != quote["original_sha256"]:
        problems.append(f"{quote['original']} is not the document that was quoted")
    if quote["text_is_original"] and original.decode("utf-8-sig") != text:
        problems.append(f"{quote['text']} is not what stands in {quote['original']}")
    return problems


def main() -> int:
    """Print what is wrong; 1 if anything is."""
    problems: list[str] = []
    quotes: list[dict] = []  # type: ignore[type-arg]  # as above
    try:
        problems += check_files()
        quotes = json.loads(text_of("quotes.json"))
        for quote in quotes:
            problems += [f"quote {quote['number']}: {problem}" for problem in check_quote(quote)]
    except (OSError, ValueError, KeyError, TypeError) as error:
        problems.append(f"not everything could be checked: {error!r}")
    for problem in problems:
        print(f"FAILED  {problem}")
    if not problems:
        print(
            f"All files are as they were packed; all {len(quotes)} quotes stand where they are said to stand."
        )
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
