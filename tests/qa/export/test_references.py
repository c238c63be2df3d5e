"""Reference lists with known entries: styles, CSL-JSON, BibTeX and RIS."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from corpus.errors import InvalidInput
from corpus.types import Authors, Origin
from qa.export.references import key_of, to_bibtex, to_csl_json, to_ris
from qa.export.styles import STYLES, cite_in_style, plain
from tests.qa.export.material import HOSTILE, MemoryShelf, about, pinned, shelf_of_four


def entry(name: str, style: str) -> str:
    shelf, ids = shelf_of_four()
    (record,) = shelf.records([ids[name]])
    (found,) = cite_in_style([record], [(record.id, ())], style).entries
    return plain(found)


@pytest.mark.parametrize(
    ("style", "expected"),
    [
        ("apa", "OSCE Mission. (2004). Losses & damages_2004 (OSCE/04)."),
        ("chicago", "OSCE Mission. 2004. Losses & Damages_2004. OSCE/04."),
        ("harvard", "OSCE Mission (2004) Losses & damages_2004. OSCE/04."),
        ("ieee", "[1] OSCE Mission, “Losses & damages_2004”, OSCE/04, Apr. 2004."),
        ("mla", "OSCE Mission. Losses & Damages_2004. OSCE/04, 30 Apr. 2004."),
    ],
)
def test_a_report_in_every_style(style: str, expected: str) -> None:
    assert entry("losses", style) == expected


def test_a_page_with_an_author_and_an_address() -> None:
    assert entry("bridge", "apa") == (
        "Anna Müller. (2011, February). Bridge reopened. Balkan Desk. https://example.org/a?b=1&c={2}"
    )


def test_what_has_neither_author_nor_date_is_said_once() -> None:
    shelf = MemoryShelf()
    document_id = shelf.put("x", "x.txt", about("An undated paper"))
    for style in STYLES:
        (found,) = cite_in_style(shelf.records([document_id]), [(document_id, ())], style).entries
        assert plain(found).count("An undated paper") == 1


def test_pages_are_cited_in_the_text() -> None:
    shelf, ids = shelf_of_four()
    records = shelf.records([ids["losses"]])
    places = [(ids["losses"], pages) for pages in ((), (2,), (2, 3, 4), (2, 7))]
    assert [plain(cited) for cited in cite_in_style(records, places, "apa").in_text] == [
        "(OSCE Mission, 2004)",
        "(OSCE Mission, 2004, p. 2)",
        "(OSCE Mission, 2004, pp. 2–4)",
        "(OSCE Mission, 2004, pp. 2, 7)",
    ]


def test_two_documents_of_one_publisher_and_year_are_told_apart() -> None:
    shelf = MemoryShelf()
    ids = [shelf.put(title, title, about(title, "OSCE", "2004")) for title in ("Zebra", "Apple")]
    cited = cite_in_style(shelf.records(ids), [(document_id, ()) for document_id in ids], "apa")
    assert [plain(reference) for reference in cited.in_text] == ["(OSCE, 2004b)", "(OSCE, 2004a)"]
    assert [plain(reference) for reference in cited.entries] == [
        "OSCE. (2004a). Apple.",
        "OSCE. (2004b). Zebra.",
    ]


def test_titles_are_italic_where_the_style_says_so() -> None:
    shelf, ids = shelf_of_four()
    (found,) = cite_in_style(shelf.records([ids["losses"]]), [(ids["losses"], ())], "apa").entries
    assert [run.text for run in found if run.italic] == ["Losses & damages_2004"]


def test_an_unknown_style_lists_the_known() -> None:
    with pytest.raises(InvalidInput, match="apa, chicago, harvard, ieee, mla"):
        cite_in_style([], [], "oxford")


@pytest.mark.parametrize(
    "title", [HOSTILE, "", "  ", '<span class="nocase">x', "“", "a" * 5000, "\ufdd0x\ufdd1", "'' ?!:"]
)
def test_no_title_breaks_a_style(title: str) -> None:
    shelf = MemoryShelf()
    document_id = shelf.put(
        "x", "x.txt", replace(about(title, title or None, "2004"), authors=Authors((title, "B"), Origin.TEXT))
    )
    for style in STYLES:
        found = cite_in_style(shelf.records([document_id]), [(document_id, (1,))], style)
        assert (len(found.in_text), len(found.entries)) == (1, 1)
        assert not set("\ufdd0\ufdd1") & set(plain((*found.in_text[0], *found.entries[0])))


def test_csl_json() -> None:
    _, dossier = pinned()
    items = {item["title"]: item for item in json.loads(to_csl_json(dossier))}
    losses, bridge = items["Losses & damages_2004"], items["Bridge reopened"]
    record = dossier.records[0]
    assert losses == {
        "id": key_of(record),
        "type": "report",
        "title": "Losses & damages_2004",
        "author": [{"literal": "OSCE Mission"}],
        "issued": {"date-parts": [[2004, 4, 30]]},
        "number": "OSCE/04",
        "language": "en",
        "annote": "p. 2: “Altogether 935 houses were destroyed.” [=check]\np. 2: “🏠 Nineteen people died.”",
    }
    assert losses["id"] == f"osce2004{record.id[:8]}"
    assert bridge["author"] == [{"literal": "Anna Müller"}]
    assert bridge["container-title"] == "Balkan Desk"
    assert bridge["issued"] == {"date-parts": [[2011, 2]]}
    assert bridge["accessed"] == {"date-parts": [[2026, 11, 20]]}
    assert not any("javascript" in json.dumps(item.get("URL", "")) for item in items.values())


def test_bibtex() -> None:
    _, dossier = pinned()
    text = to_bibtex(dossier).decode()
    first = text.split("\n\n")[0]
    assert first.splitlines() == [
        f"@techreport{{{key_of(dossier.records[0])},",
        "  author = {{OSCE Mission}},",
        r"  title = {{Losses \& damages\_2004}},",
        "  institution = {OSCE Mission},",
        "  number = {OSCE/04},",
        "  year = {2004},",
        "  month = apr,",
        "  date = {2004-04-30},",
        "  langid = {en},",
        "  annote = {p. 2: “Altogether 935 houses were destroyed.” [=check]",
        "p. 2: “🏠 Nineteen people died.”}",
        "}",
    ]
    assert r"\{x\} 50\% \& \$5 \textbackslash{} \textasciitilde{} \textasciicircum{}" in text
    assert "url = {https://example.org/a?b=1&c=%7B2%7D}" in text
    unescaped = text.replace(r"\{", "").replace(r"\}", "")
    assert unescaped.count("{") == unescaped.count("}")


def test_ris() -> None:
    _, dossier = pinned()
    records = to_ris(dossier).decode().split("ER  - \r\n")
    assert records[0].split("\r\n")[:8] == [
        "TY  - RPRT",
        f"ID  - {key_of(dossier.records[0])}",
        "TI  - Losses & damages_2004",
        "AU  - OSCE Mission",
        "PB  - OSCE Mission",
        "PY  - 2004",
        "DA  - 2004/04/30/",
        "SN  - OSCE/04",
    ]
    assert "DA  - 2011/02//" in "".join(records)
    assert all(line[2:6] == "  - " for line in "".join(records).split("\r\n") if line)
