"""The language of a text, and when none is named."""

from __future__ import annotations

import pytest

from corpus.language import detect_language, normal_tag

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
