"""Bytes become text: known encodings, known answers, and no bytes at all that fail."""

from __future__ import annotations

import codecs

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.encoding import decode

SENTENCE = "Der Außenminister sagte: “Žabljak – naïve café, 5 €.” Привет, мир 🌍 שלום"
LATIN = "The café’s “señor” isn’t naïve – it costs 5 €, and the garçon knows it."


@pytest.mark.parametrize(
    ("mark", "name"),
    [
        (codecs.BOM_UTF8, "utf-8"),
        (codecs.BOM_UTF16_LE, "utf-16-le"),
        (codecs.BOM_UTF16_BE, "utf-16-be"),
        (codecs.BOM_UTF32_LE, "utf-32-le"),
        (codecs.BOM_UTF32_BE, "utf-32-be"),
    ],
)
def test_a_byte_order_mark_decides_and_is_dropped(mark: bytes, name: str) -> None:
    assert decode(mark + SENTENCE.encode(name)) == SENTENCE


@pytest.mark.parametrize("name", ["utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"])
def test_wide_encodings_are_known_without_a_mark(name: str) -> None:
    text = "The mission’s mandate was extended in June 1999.\r\nA second line – with a dash."
    assert decode(text.encode(name)) == text


def test_utf8_needs_no_declaration() -> None:
    assert decode(SENTENCE.encode()) == SENTENCE


def test_curly_quotes_of_windows_1252_are_not_lost() -> None:
    assert decode(LATIN.encode("cp1252")) == LATIN


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Ženska a čeština: příliš žluťoučký kůň úpěl ďábelské ódy.", "cp1250"),
        ("Миссия ООН в Косово продолжает свою работу в Приштине.", "cp1251"),
        ("国連コソボ暫定行政ミッションは活動を続けている。", "shift_jis"),
    ],
)
def test_the_detector_knows_other_encodings(text: str, name: str) -> None:
    assert decode(text.encode(name)) == text


def test_a_declared_encoding_is_used_for_markup_only() -> None:
    page = '<html><head><meta charset="iso-8859-2"></head><body>Žižek, Łódź, 5%</body></html>'
    assert decode(page.encode("iso-8859-2"), markup=True) == page
    prolog = '<?xml version="1.0" encoding="windows-1251"?><html><body>Ми</body></html>'
    assert decode(prolog.encode("cp1251"), markup=True) == prolog


def test_a_false_declaration_yields_to_utf8() -> None:
    page = '<meta http-equiv="Content-Type" content="text/html; charset=iso-8859-1"><p>naïve – café</p>'
    assert decode(page.encode(), markup=True) == page


def test_latin_1_as_declared_is_windows_1252_as_browsers_read_it() -> None:
    page = "<meta charset=iso-8859-1><p>“quoted”</p>"
    assert decode(page.encode("cp1252"), markup=True) == page


def test_escape_encodings_that_look_like_ascii_follow_their_declaration() -> None:
    page = "<meta charset=iso-2022-jp><p>コソボ</p>"
    assert decode(page.encode("iso-2022-jp"), markup=True) == page


@pytest.mark.parametrize("label", ["utf-7", "unicode_escape", "rot13", "no-such-thing", "mbcs", "undefined"])
def test_strange_labels_do_no_harm(label: str) -> None:
    page = f'<meta charset="{label}"><p>+ADw-script+AD4- caf'.encode() + b"\xe9</p>"
    assert decode(page, markup=True).endswith("+ADw-script+AD4- café</p>")


def test_nul_bytes_stay() -> None:
    assert decode(b"one\x00two\r\n\x00") == "one\x00two\r\n\x00"


def test_one_broken_byte_does_not_turn_the_rest_into_gibberish() -> None:
    text = decode("Žabljak, naïve, Plač, dobrodošli ".encode() + b"\xff")
    assert text == "Žabljak, naïve, Plač, dobrodošli �"


@settings(max_examples=200, derandomize=True, deadline=None)
@given(st.binary(max_size=300), st.booleans())
def test_any_bytes_become_storable_text(data: bytes, markup: bool) -> None:
    text = decode(data, markup=markup)
    assert text.encode("utf-8").decode("utf-8") == text
    assert decode(data, markup=markup) == text


@settings(max_examples=100, derandomize=True, deadline=None)
@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00\ufeff"), max_size=200))
def test_utf8_comes_back_as_it_went_in(text: str) -> None:
    assert decode(text.encode()) == text
