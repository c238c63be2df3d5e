"""The language of a text, and when none is named."""

from __future__ import annotations

import pytest

from corpus.language import detect_language, is_alike, language_of, normal_tag
from corpus.types import Origin, Sourced

ENGLISH = "The mission has continued to engage with all of the communities in the north every day."
FRENCH = "La mission continue de travailler chaque jour avec toutes les communautés du nord."
ITALIAN = "Nel corso del tempo le unità sono andate a diminuire, passando da 50 mila a 4000."


@pytest.mark.parametrize(
    ("text", "language"),
    [
        (ENGLISH, "en"),
        (FRENCH, "fr"),
        (ITALIAN, "it"),
        ("Die Mission arbeitet weiterhin jeden Tag mit allen Gemeinschaften im Norden.", "de"),
        ("Мисија наставља да сваког дана ради са свим заједницама на северу Косова.", "sr"),
    ],
)
def test_languages_are_told_apart(text: str, language: str) -> None:
    assert detect_language([text]) == language


def test_one_quotation_does_not_decide() -> None:
    assert detect_language([ENGLISH, ENGLISH, ITALIAN, ENGLISH]) == "en"


@pytest.mark.parametrize(
    "pieces", [[], [""], ["KFOR"], ["1999 2000 2001 2002 | 50,000 | 16,000"], ["\x00\n"]]
)
def test_too_little_text_has_no_language(pieces: list[str]) -> None:
    assert detect_language(pieces) is None


def test_half_and_half_is_unknown() -> None:
    assert detect_language([ENGLISH, FRENCH, ENGLISH, FRENCH]) is None


@pytest.mark.parametrize(
    ("tag", "language"),
    [
        ("en-GB", "en"),
        ("FR", "fr"),
        ("sr_Latn_RS", "sr"),
        ("und", None),
        ("", None),
        ("English, please", None),
    ],
)
def test_declared_tags_are_reduced_to_the_language(tag: str, language: str | None) -> None:
    assert normal_tag(tag) == language


@pytest.mark.parametrize(
    ("text", "document", "language"),
    [
        (FRENCH, Sourced("en", Origin.META), "fr"),
        (ENGLISH, Sourced("en", Origin.META), "en"),
        (ENGLISH, None, "en"),
        ("Total | 3,801 | 2,302", Sourced("fr", Origin.META), "fr"),
        ("La mission.", Sourced("en", Origin.DETECTED), "en"),
        (f"{ENGLISH} {FRENCH}", Sourced("it", Origin.META), "it"),
        (FRENCH, Sourced("de", Origin.USER), "de"),
        ("12 | 13", None, None),
    ],
)
def test_a_passage_has_its_own_language_where_that_is_clear(
    text: str, document: Sourced | None, language: str | None
) -> None:
    assert language_of(text, document) == language


def test_languages_that_nobody_tells_apart_are_alike() -> None:
    assert is_alike("sr", "hr") and is_alike("nb", "no") and not is_alike("sr", "sq")
