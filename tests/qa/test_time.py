"""The time a question asks about, the times a text names, and how near they are: known answers."""

from __future__ import annotations

import itertools
from datetime import date
from math import exp

import pytest

from corpus.types import Coverage, Document, Metadata, Origin, PartialDate, Published, Sourced
from qa.time import (
    Period,
    as_of_or_about,
    asked_limit,
    asked_period,
    document_period,
    iso,
    mentions,
    nearness,
    parts_of,
    separate_times,
)


def _period(first: str, last: str) -> Period:
    return Period(date.fromisoformat(first), date.fromisoformat(last))


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("How large was the force at the end of 2003?", "2003-09-01", "2003-12-31"),
        ("recognitions in mid-July 2011", "2011-07-11", "2011-07-21"),
        ("who was prime minister in summer 2006", "2006-06-01", "2006-08-31"),
        ("in the winter of 2004", "2004-12-01", "2005-02-28"),
        ("the first half of 2015", "2015-01-01", "2015-06-30"),
        ("in the third quarter of 2012", "2012-07-01", "2012-09-30"),
        ("on 29 May 2023", "2023-05-29", "2023-05-29"),
        ("on May 29, 2023", "2023-05-29", "2023-05-29"),
        ("le 24 septembre 2023", "2023-09-24", "2023-09-24"),
        ("nel marzo 2004", "2004-03-01", "2004-03-31"),
        ("since 2007-12", "2007-12-01", "2007-12-31"),
        ("between 2003 and 2009", "2003-01-01", "2009-12-31"),
        ("(2015-18)", "2015-01-01", "2018-12-31"),
        ("how did it change from 1999 to May 2001?", "1999-01-01", "2001-05-31"),
        ("between March and June 2004", "2004-03-01", "2004-06-30"),
        ("between march and june 2004", "2004-03-01", "2004-06-30"),
        ("between 5 March and 10 June 2004", "2004-03-05", "2004-06-10"),
        ("between March 5 and June 10, 2004", "2004-03-05", "2004-06-10"),
        ("from March until the end of June 2004", "2004-03-01", "2004-06-30"),
        ("from November to March 2005", "2004-11-01", "2005-03-31"),
        ("on 17 and 18 March 2004", "2004-03-17", "2004-03-18"),
        ("on 5 and 20 March 2004", "2004-03-05", "2004-03-20"),
        ("on 17-19 March 2004", "2004-03-17", "2004-03-19"),
        ("from 17 to 19 March 2004", "2004-03-17", "2004-03-19"),
        ("on March 17-19, 2004", "2004-03-17", "2004-03-19"),
        ("on 30 September-2 October 2004", "2004-09-30", "2004-10-02"),
        ("January–March 2004", "2004-01-01", "2004-03-31"),
        ("November-January 2005", "2004-11-01", "2005-01-31"),
        ("entre mars et juin 2004", "2004-03-01", "2004-06-30"),
        ("tra marzo e giugno 2004", "2004-03-01", "2004-06-30"),
        ("dal 5 marzo al 10 giugno 2004", "2004-03-05", "2004-06-10"),
        ("They may, in June 2004, vote", "2004-06-01", "2004-06-30"),
        ("from March to 2004", "2004-01-01", "2004-12-31"),
        ("in Q1 2010", "2010-01-01", "2010-03-31"),
        ("in H2 of 2010", "2010-07-01", "2010-12-31"),
        ("in the 1st quarter of 2004", "2004-01-01", "2004-03-31"),
        ("third and fourth quarters of 2005", "2005-07-01", "2005-12-31"),
        ("second quarter of the year 2005", "2005-04-01", "2005-06-30"),
        ("the second three months of 2005", "2005-04-01", "2005-06-30"),
        ("first six months of 2010", "2010-01-01", "2010-06-30"),
        ("last nine months of 2010", "2010-04-01", "2010-12-31"),
        ("the first half 2010", "2010-01-01", "2010-06-30"),
        ("the second half 2010", "2010-07-01", "2010-12-31"),
        ("the first half of March 2010", "2010-03-01", "2010-03-15"),
        ("the second half of March 2010", "2010-03-16", "2010-03-31"),
        ("au premier trimestre 2004", "2004-01-01", "2004-03-31"),
        ("nel quarto trimestre del 2004", "2004-10-01", "2004-12-31"),
        ("fin 2003", "2003-09-01", "2003-12-31"),
        ("à la fin de 2003", "2003-09-01", "2003-12-31"),
        ("alla fine del 2003", "2003-09-01", "2003-12-31"),
        ("a fine 2003 for all", "2003-01-01", "2003-12-31"),
        ("à la mi-juillet 2011", "2011-07-11", "2011-07-21"),
        ("the winter of 2003/04", "2003-12-01", "2004-02-29"),
        ("winter 1999-2000", "1999-12-01", "2000-02-29"),
        ("the winters 2003-2006", "2003-01-01", "2006-12-31"),
        ("in the 1990s", "1990-01-01", "1999-12-31"),
        ("the late 1990s", "1996-08-31", "1999-12-31"),
        ("dans les années 1990", "1990-01-01", "1999-12-31"),
        ("dans les années 1990 et 1991", "1990-01-01", "1991-12-31"),
        ("How many in 2010 police were there?", "2010-01-01", "2010-12-31"),
        ("How many in March 2010 police were there?", "2010-03-01", "2010-03-31"),
    ],
)
def test_the_time_a_question_asks_about(text: str, first: str, last: str) -> None:
    assert asked_period(text) == _period(first, last)


@pytest.mark.parametrize(
    "text",
    [
        "What does resolution 1244 say?",
        "What does resolution 1244 (1999) say?",
        "Were there 1,999 returns?",
        "How did 1999 returns go?",
        "Were there 2000 people?",
        "Were they in 2000 houses?",
        "They march and rest.",
        "the 1900s",
        "It cost €2010.",
        "Room 2010a",
        "31 February 2010a",
        "May I ask?",
    ],
)
def test_a_number_that_is_no_date_is_no_time(text: str) -> None:
    assert asked_period(text) is None


def test_a_day_without_a_year_is_read_in_the_given_one() -> None:
    assert mentions("The mission was complete on 1 July.") == ()
    (mention,) = mentions("The mission was complete on 1 July.", 2009)
    assert (mention.period, mention.start, mention.end) == (_period("2009-07-01", "2009-07-01"), 28, 34)


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("From 1 October to 31 December 2004 it rained.", ["2004-10-01/2004-12-31"]),
        ("From 30 December to 2 January it rained.", ["2004-12-30/2005-01-02"]),
        ("It rained on 5 and 20 March.", ["2005-03-05", "2005-03-20"]),
        ("It rained on 22, 23, 29 and 30 March.", ["2005-03-22/2005-03-23", "2005-03-29/2005-03-30"]),
        ("It rained in July, August and October 2003.", ["2003-07", "2003-08", "2003-10"]),
        ("Letters of 10 June and 5 March 2004 say so.", ["2005-06-10", "2004-03-05"]),
        ("From March 2004 to June 2004 it rained.", ["2004-03", "2004-06"]),
        ("On 5 March it rained, and 30 mills stood still.", ["2005-03-05"]),
        ("Of the 25 may return next year.", []),
        ("Gate 2 may be declared, and 3 march on.", []),
        ("On 25 May it rained.", ["2005-05-25"]),
        ("Il pleuvait le 25 mai.", ["2005-05-25"]),
    ],
)
def test_two_times_share_the_year_of_the_later(text: str, named: list[str]) -> None:
    assert [iso(mention.period) for mention in mentions(text, 2005)] == named


@pytest.mark.parametrize(
    ("question", "first", "last"),
    [
        ("How many mills stood after 2008?", "2009-01-01", "9999-12-31"),
        ("How many mills stood after the March 2004 floods?", "2004-03-01", "9999-12-31"),
        ("How many mills stood since 2008?", "2008-01-01", "9999-12-31"),
        ("How many mills stood from 2004 onwards?", "2004-01-01", "9999-12-31"),
        ("How many mills stood before 2004?", "0001-01-01", "2003-12-31"),
        ("How many mills stood in 2004?", "2004-01-01", "2004-12-31"),
        ("How many mills stood shortly after May 2004?", "2004-05-01", "2004-05-31"),
        ("How many mills stood a year after 2004?", "2004-01-01", "2004-12-31"),
        ("How many mills stood after 2004 and before 2008?", "2004-01-01", "2008-12-31"),
        ("How many mills stood from 2004 to 2008?", "2004-01-01", "2008-12-31"),
    ],
)
def test_the_days_an_answer_may_be_of(question: str, first: str, last: str) -> None:
    assert asked_limit(question) == _period(first, last)


def test_nearness_by_hand() -> None:
    asked = _period("2003-03-01", "2003-05-31")
    assert nearness(asked, _period("2003-04-01", "2003-04-30")) == 1.0
    assert nearness(asked, _period("2003-01-01", "2003-12-31")) == pytest.approx(0.6 + 0.4 * 92 / 365)
    assert nearness(asked, _period("2003-09-28", "2003-09-28")) == pytest.approx(0.6 * exp(-1))
    assert nearness(asked, _period("2002-11-01", "2002-11-01")) == pytest.approx(0.6 * exp(-1))


def test_a_document_reports_on_what_it_says_it_covers_else_on_the_time_before_its_date() -> None:
    published = Published(PartialDate(2003, 10, 15), Origin.TEXT)
    metadata = Metadata(Sourced("Report", Origin.TEXT), published=published)
    assert _reported(metadata) == _period("2003-07-15", "2003-10-15")
    covers = Coverage(PartialDate(2003, 7, 1), PartialDate(2003, 9, 15), Origin.TEXT)
    assert _reported(Metadata(metadata.title, published=published, covers=covers)) == _period(
        "2003-07-01", "2003-09-15"
    )
    year = Published(PartialDate(2003), Origin.TEXT)
    assert _reported(Metadata(metadata.title, published=year)) == _period("2003-01-01", "2003-12-31")
    assert _reported(Metadata(metadata.title)) is None


def _reported(metadata: Metadata) -> Period | None:
    return document_period(Document("0" * 64, "text", (), metadata, "text/plain", "plain/1"))


def test_a_long_time_has_parts_that_meet() -> None:
    short = _period("2003-01-01", "2003-12-31")
    assert parts_of(short) == [short]
    parts = parts_of(_period("2003-01-01", "2009-12-31"))
    assert len(parts) == 6
    assert (parts[0].start, parts[-1].end) == (date(2003, 1, 1), date(2009, 12, 31))
    assert all(before.end == after.start for before, after in itertools.pairwise(parts))


@pytest.mark.parametrize(
    ("question", "years"),
    [
        ("How many returns were there in autumn 2015 and in spring 2016?", [2015, 2016]),
        ("Compare the budget of 2003 with that of 2007.", [2003, 2007]),
        ("How did the number of police change between March 2003 and May 2009?", []),
        ("How did it change from 12 May 2003 until 3 June 2004?", []),
        ("How did it change from 2003 over 2005 and 2006 to 2009?", []),
        ("How did it change from 2012 over 2014 to 2016?", []),
        ("How did it change from mid-2012 through autumn 2014 to mid-2016?", []),
        ("How did it grow from 50 in 2003 to 80 in 2009?", [2003, 2009]),
        ("How did it change from 2003 to 2005 and in 2009?", [2003, 2009]),
        ("How many were there in 2003?", []),
        ("How did the number in 2004 and 2010 compare?", [2004, 2010]),
        ("How did the number in 2004, 2005 and 2006 compare?", [2004, 2005, 2006]),
        ("How did the number change between 2004 and 2010?", []),
        ("How many were there in March and June 2004?", [2004, 2004]),
        ("How did the number change between March and June 2004?", []),
        ("How many were there on 17 and 18 March 2004?", []),
        ("How many returns since 2000 did the reports of autumn 2015 and autumn 2016 count?", [2015, 2016]),
        ("How many returns were there since 2000?", []),
        ("What happened in March 2004, and in 2004 as a whole?", []),
    ],
)
def test_times_set_side_by_side(question: str, years: list[int]) -> None:
    assert [period.start.year for period in separate_times(question)] == years


def test_the_as_of_of_a_row_is_a_limit_only_as_a_day() -> None:
    assert as_of_or_about("2007-12-31") == (date(2007, 12, 31), None)
    assert as_of_or_about("2007-12") == (None, Period(date(2007, 12, 1), date(2007, 12, 31)))
    assert as_of_or_about("2007") == (None, Period(date(2007, 1, 1), date(2007, 12, 31)))
    with pytest.raises(ValueError, match="YYYY-MM"):
        as_of_or_about("December")
