"""Bytes become text: known encodings, known answers, and no bytes at all that fail."""

from __future__ import annotations

import codecs

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.encoding import decode, decode_as

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


PLAIN_WORDS = "The ferry left the harbour on Monday, and it came back with fourteen cars and a goat. "


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Deti është i qetë këtë mëngjes, tha peshkatari, dhe anija do të niset në orën tetë.", "cp1252"),
        ("Pejë and Gjakovë", "cp1252"),
        ("El Niño came early.", "cp1252"),
        (PLAIN_WORDS * 4 + "Ibañez told it." + PLAIN_WORDS * 4, "cp1252"),
        ("The ferry—an old one. François said", "cp1252"),
        ("Žvejai sakė, kad jūra šiąnakt buvo rami, o laivas išplauks aštuntą valandą ryto.", "cp1257"),
        ("Zvejnieki teica, ka jūra šonakt bija mierīga, un kuģis izbrauks astoņos no rīta.", "iso8859-13"),
        (PLAIN_WORDS * 2 + "Žvejai sakė, kad jūra šiąnakt buvo rami, o laivas išplauks aštuntą.", "cp1257"),
        (
            "La fiŝkaptisto diris, ke la ŝipo iros ĵaŭde al la haveno, ĉar la maro estas trankvila.",
            "iso8859-3",
        ),
        ("Ribar je rekao da će brod krenuti sutra uveče. Žena, čovek, šuma, đak, ćup.", "cp1250"),
        ("Rybak powiedział, że żołnierze wrócą do domu. Łódź, gęś, źrebię.", "iso8859-2"),
        ("Balıkçı, geminin yarın akşam kalkacağını söyledi; şişe, ağaç, iğne.", "cp1254"),
    ],
)
def test_windows_1252_is_believed_unless_the_words_are_clearly_of_another_code_page(
    text: str, name: str
) -> None:
    assert decode(text.encode(name)) == text


def test_dashes_and_quotes_of_windows_are_no_control_characters() -> None:
    text = "Ribar je rekao da će brod krenuti sutra uveče – “možda”. Žena, čovek, šuma, đak."
    assert decode(text.encode("cp1250")) == text
    text = "Ο ψαράς είπε ότι “το πλοίο” θα φύγει αύριο – ίσως το βράδυ. Άρα περιμένουμε."
    assert decode(text.encode("cp1253")) == text


@pytest.mark.parametrize(
    ("data", "label", "text"),
    [
        ("The ferry’s fare – 10 €".encode("cp1252"), "iso-8859-1", "The ferry’s fare – 10 €"),
        ("The ferry’s fare – 10 €".encode("cp1252"), "us-ascii", "The ferry’s fare – 10 €"),
        ("The ferry’s fare – 10 €".encode(), "US-ASCII", "The ferry’s fare – 10 €"),
        ("“Şişe” – 10 €".encode("cp1254"), "iso-8859-9", "“Şişe” – 10 €"),
        ("Žena".encode("iso8859-2"), "iso-8859-2", "Žena"),
        ("Паром".encode("koi8-r"), "koi8-r", "Паром"),
        (b"Hi +AGE- there", "utf-7", "Hi a there"),
        (b"one\x81two", "latin1", "one\x81two"),
        ("Müller".encode(), "x-unknown", "Müller"),
        ("Müller".encode("cp1252"), "utf-8", "Müller"),
        (b"plain", "rot13", "plain"),
    ],
)
def test_a_named_encoding_is_read_as_browsers_understand_the_name(data: bytes, label: str, text: str) -> None:
    assert decode_as(data, label) == text


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
