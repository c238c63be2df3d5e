"""Labels, prompts and contacts of saved pages are found; sentences of the content are not."""

from __future__ import annotations

import pytest

from corpus.boilerplate import Piece, Place, boilerplate, is_caption, is_chrome
from corpus.types import BlockKind

PROSE = (
    "The peacekeepers said on Tuesday that they would reopen the bridge to cars in spring, provided that both "
    "municipalities agreed to the new patrols and the prefabricated posts were ready."
)


@pytest.mark.parametrize(
    "text",
    [
        "Back to Website",
        "Skip to main content",
        "Accessibility links",
        "Breaking News",
        "20\u00a0min read",
        "5 minute read",
        "Join the mailing list",
        "Sign up for our weekly newsletter",
        "The Largest Career Network for Engineers - JOIN NOW",
        "Share on Facebook",
        "Facebook Twitter LinkedIn",
        "Follow us on Telegram",
        "To find out more, click here.",
        "Leave a comment",
        "We invite readers to share their views on the mission in the comments below.",
        "Real Audio Windows Media",
        "© 2009 The Pristina Courier",
        "Copyright The Courier 2011. All rights reserved.",
        "(c) 2009 The Orredam Courier",
        "(C) 2009-2011, Lake Press. All rights reserved",
        "(c) The Orredam Courier 2009",
        "(c) Lake Press, all rights reserved",
        "(c) 2004",
        "Copyright 1999 Lake Relief Mission. Best viewed at 800x600.",
        "Copyright (c) 2009 by the people of the lake",
        "Copyright by Lake Press, 2009",
        "Copyright: Institute for Lakes and Rivers 2009.",
        "This website uses cookies to improve your experience.",
        "Please enable JavaScript to view this page.",
        "Home > News > Kosovo",
        "ADVERTISEMENT",
        "Read more »",
        "Lire aussi",
        "Abonnez-vous à notre lettre",
        "Leggi anche:",
        "Mehr zum Thema",
        "Política de privacidad",
    ],
)
def test_words_of_the_page_around_the_content(text: str) -> None:
    assert is_chrome(text)


@pytest.mark.parametrize(
    "text",
    [
        PROSE,
        "The Story",
        "Final Status For Kosovo",
        "Home rule was restored in 2001.",
        "Print media reported the talks at length.",
        "He said that the Council would follow the matter closely.",
        "Cookies were sold at the market in Gračanica.",
        "The comments of the envoy below the surface of politeness were harsh, diplomats said.",
        "Join forces with the police, the mayor asked them today.",
        "The police can be joined from the age of 21.",
        "Search operations began at dawn.",
        "Related parties must disclose their interests.",
        "Share of women in the assembly, by year",
        "Next week the troika will return to Pristina.",
        "Subscribers to the pact were listed in an annex.",
        "(c) Organize elections to the lake board by 31 October 2004;",
        "(c) to mend the piers in 2004",
        "(c) 2004 ferries were counted at the pier",
        "(c) In 2004, mend the piers",
        "Copyright law was amended in 2004 and now protects music for 70 years.",
        "Copyright Act 1994",
        "Copyright infringement cases before the courts rose to 312 in 2009.",
        "510",
        "x",
    ],
)
def test_words_of_the_content(text: str) -> None:
    assert not is_chrome(text)


@pytest.mark.parametrize(
    "text",
    [
        "A soldier guards the bridge over the Ibar. UN Photo",
        "Votes are counted in Peja. 2001. Photo/OSCE",
        "Graffiti in Prizren (epa)",
        "The envoys in Brussels. Photo: A. Hoxha",
        "Crédit photo : M. Durand",
    ],
)
def test_credits_make_captions(text: str) -> None:
    assert is_caption(text)


def test_a_sentence_about_photographs_is_no_caption() -> None:
    assert not is_caption("The photographs showed that the church had been burnt twice, the report said.")


def pieces(*texts: str, gap: bool = True) -> list[Piece]:
    return [Piece(text, BlockKind.PARAGRAPH, gap) for text in texts]


def marked(found: list[Piece]) -> list[str]:
    return [piece.text for piece, mark in zip(found, boilerplate(found), strict=True) if mark]


def test_a_contact_block_is_marked_with_its_names_and_the_labels_after_it() -> None:
    block = [
        Piece("Office of the Spokesperson:", BlockKind.PARAGRAPH),
        Piece("Mira Petrova, Deputy Spokesperson", BlockKind.PARAGRAPH, gap=False),
        Piece("Tel: +381 38 000 000", BlockKind.PARAGRAPH, gap=False),
    ]
    found = [*pieces(PROSE, PROSE), *block, *pieces("Mission News Centre")]
    assert marked(found) == [piece.text for piece in found[2:]]


def test_a_sentence_with_a_telephone_number_keeps_its_neighbours() -> None:
    sentence = "Witnesses can ring the police in north Mitrovica at any hour of the day, officials said."
    found = [Piece(PROSE, BlockKind.PARAGRAPH), *pieces(sentence, "Tel: 192", gap=False)]
    assert marked(found) == ["Tel: 192"]


def test_teasers_after_check_also_are_marked_to_the_end() -> None:
    found = pieces(
        PROSE, PROSE, PROSE, "Check Also", "Another title of another page", "It began with a noble vi…"
    )
    assert marked(found) == ["Check Also", "Another title of another page", "It began with a noble vi…"]


def test_a_section_called_see_also_with_prose_is_kept() -> None:
    assert marked(pieces(PROSE, PROSE, PROSE, "See also", PROSE)) == ["See also"]


def test_the_breadcrumb_above_the_title_is_marked_and_the_title_is_not() -> None:
    found = pieces("Home Security The bridge over the Ibar", "The bridge over the Ibar", PROSE)
    assert marked(found) == ["Home Security The bridge over the Ibar"]


def test_short_last_lines_without_a_prompt_before_them_are_kept() -> None:
    assert marked(pieces(PROSE, "Done at Rambouillet", "Peter Example")) == []


def test_a_page_that_is_all_chrome_by_its_markup_is_kept() -> None:
    found = [Piece(PROSE, BlockKind.PARAGRAPH, place=Place.CHROME), Piece("Print", BlockKind.PARAGRAPH)]
    assert marked(found) == ["Print"]


def test_table_rows_are_never_judged_by_their_words() -> None:
    assert marked([Piece("Topics", BlockKind.TABLE_ROW), *pieces(PROSE)]) == []


def test_the_third_item_of_a_list_is_no_copyright_notice() -> None:
    items = ["(a) Lake Board 2003", "(b) Pier Board 2004", "(c) Ferry Board 2005"]
    assert marked(pieces(PROSE, *items)) == []
    assert marked(pieces(PROSE, items[2])) == [items[2]]


FACTS = ("Head of the office: Martha Ostrander", "Local staff: 840", "Budget 2007: 30.2 million crowns")


def test_a_fact_sheet_loses_only_the_line_with_its_telephone() -> None:
    found = [*pieces(*FACTS, "Telephone: +381 38 500 162", gap=False), *pieces(PROSE)]
    assert marked(found) == ["Telephone: +381 38 500 162"]
    assert marked(pieces("\n".join((*FACTS, "Telephone: +381 38 500 162")), PROSE)) == []


@pytest.mark.parametrize(
    "line",
    [
        "Address: 12 Harbour Street",
        "P.O. Box: 141",
        "Office hours: 9 to 17",
        "Orredam: +381 38 500 162",
        "General enquiries: members of the public may ring 030 5550 0100",
        "Date: 5 October 2009",
        "Mobile: 044 500 162",
    ],
)
def test_addresses_and_hours_are_no_facts(line: str) -> None:
    block = ("Office of the harbour master", line, "Tel: +381 38 000 000")
    found = [*pieces(PROSE, PROSE), Piece(block[0], BlockKind.PARAGRAPH), *pieces(*block[1:], gap=False)]
    assert marked(found) == list(block)
    assert marked(pieces(PROSE, PROSE, "\n".join(block))) == ["\n".join(block)]


def test_figures_after_a_contact_at_the_end_are_kept() -> None:
    found = pieces(
        PROSE, "Tel: +381 38 500 162", "Annex: ferries by year", "2004: 17,500", "Source: the harbour"
    )
    assert marked(found) == ["Tel: +381 38 500 162"]


def test_a_title_and_its_date_after_a_prompt_at_the_end_are_marked() -> None:
    found = pieces(PROSE, "Read more", "Another title", "1 January 2021")
    assert marked(found) == ["Read more", "Another title", "1 January 2021"]


def test_items_after_a_comment_at_the_end_are_kept() -> None:
    comment = Piece("<!-- places -->", BlockKind.BOILERPLATE, place=Place.CHROME)
    assert marked([*pieces(PROSE), comment, *pieces("Orredam", "Lemmick")]) == ["<!-- places -->"]
