"""What is known about the labelled pages: right where it is said to be relied on, and unknown rather than wrong.

The labels say what a careful reader finds in each page of `pages/`: title, publisher, date and language; None where the
page does not state it. Run `python -m tests.corpus.test_known` for how often each confidence is right.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator

import pytest

from corpus.formats.html import read_html
from corpus.types import Confidence
from tests.corpus.page_labels import PAGES

LABELS: dict[str, tuple[str, str | None, str | None, str]] = {
    "01": (
        "Ministers agree to reopen mountain road before winter",
        "The Harbour Courier",
        "2019-10-04",
        "en",
    ),
    "02": ("New rules on housing repairs come into force", "Department for Homes", "2021-03-15", "en"),
    "03": ("Counting swifts over the old town", "Field Notes", "2014-07-19", "en"),
    "04": ("Storn Pass", "Openpedia", None, "en"),
    "05": ("MISSION BRIEFING, 12 AUGUST 1999", "International Relief Mission", "1999-08-12", "en"),
    "06": ("Stadtrat beschließt neue Brücke über die Orre", "Lemmicker Zeitung", "2018-06-21", "de"),
    "07": (
        "À Orre, la gare rouvre après dix-huit mois de travaux",
        "Le Courrier de l'Orre",
        "2022-09-12",
        "fr",
    ),
    "08": (
        "Terremoto, riaprono le scuole di Valnera: 412 alunni nei container",
        *("Gazzetta di Valnera", "2017-01-09", "it"),
    ),
    "09": ("Lake level falls to lowest since records began", "Meridian", "2022-08-18", "en"),
    "10": ("Multinational force adjusts its presence", "Alliance", "2010-06-11", "en"),
    "11": ("Returns by district, 2001 to 2004", "Statistical Office of Varland", "2005-02-17", "en"),
    "12": (
        "Norrel Pumps to Supply 60 Pumping Stations to Lower Vee Irrigation Authority",
        *("BusinessLine", "2013-05-06", "en"),
    ),
    "13": ("Bridge weight limits on the R17?", "Lorry Drivers' Forum", None, "en"),
    "14": ("The man who counts the trains", "Slow Quarterly", None, "en"),
    "15": (
        "El Gobierno aprueba ayudas de 45 millones para los afectados por la riada",
        *("Agencia Costa", "2020-01-28", "es"),
    ),
    "16": ("Otvoren most posle tri godine čekanja", "Severni portal", "2013-05-14", "sr"),
    "17": ("Nis ndërtimi i spitalit të ri në Lemik", "Lajmet e Veriut", "2018-03-07", "sq"),
    "18": ("Flood Defences (Lower Vee)", "Assembly of Varland", "2008-11-18", "en"),
    "19": ("Election night: as it happened", "Coast Broadcasting", None, "en"),
    "20": ("No Way Home: Displaced families five years on", "Shelter Watch", "2009-06-30", "en"),
    "21": ("Afsluiting Kanaalweg van 3 tot en met 28 juni", "Gemeente Orredam", None, "nl"),
    "22": ("Beekeepers Ask For Help After A Wet Spring", "Morning Radio", "2016-06-24", "en"),
    "23": ("Varland travel advice", None, None, "en"),
    "24": ("[relief-l] Wells in the eastern district: results", "relief-l", None, "en"),
}


def judged() -> Iterator[tuple[str, str, Confidence, bool]]:
    """Of every stated field of every page: the page, the field, its confidence, and whether it is right."""
    for path in sorted(PAGES.glob("*.html")):
        title, publisher, date, language = LABELS[path.name[:2]]
        about = read_html(path.read_bytes(), path.name).metadata
        yield path.name, "title", about.title.confidence, about.title.value == title
        if about.publisher:  # "Slow Quarterly Ltd" is Slow Quarterly
            right = publisher is not None and about.publisher.value.startswith(publisher)
            yield path.name, "publisher", about.publisher.confidence, right
        if about.published:
            yield path.name, "date", about.published.confidence, str(about.published.date) == date
        if about.language:
            yield path.name, "language", about.language.confidence, about.language.value == language


@pytest.fixture(scope="module")
def found() -> list[tuple[str, str, Confidence, bool]]:
    return list(judged())


def test_nothing_of_high_confidence_is_wrong(found: list[tuple[str, str, Confidence, bool]]) -> None:
    high = [item for item in found if item[2] is Confidence.HIGH]
    assert [item for item in high if not item[3]] == [] and len(high) >= 50


def test_no_date_is_wrong(found: list[tuple[str, str, Confidence, bool]]) -> None:
    dates = [item for item in found if item[1] == "date"]
    assert [item for item in dates if not item[3]] == [] and len(dates) >= 16


def test_what_is_of_medium_confidence_is_mostly_right(found: list[tuple[str, str, Confidence, bool]]) -> None:
    medium = [item for item in found if item[2] is Confidence.MEDIUM]
    assert sum(item[3] for item in medium) >= 0.9 * len(medium) > 0


def main() -> None:
    """Print how often each confidence is right, and what is wrong."""
    items = list(judged())
    right = Counter((field, confidence.value) for _page, field, confidence, good in items if good)
    total = Counter((field, confidence.value) for _page, field, confidence, _good in items)
    for field, confidence in sorted(total):
        said = f"{right[field, confidence]} of {total[field, confidence]} right"
        sys.stdout.write(f"{field:10} {confidence:7} {said}\n")
    for page, field, confidence, good in items:
        if not good:
            sys.stdout.write(f"wrong: {page} {field} ({confidence})\n")


if __name__ == "__main__":
    main()
