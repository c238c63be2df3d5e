"""Short reports that give different numbers: two publishers of one week, and one thing over the years."""

from __future__ import annotations

TROOPS = "How many troops does Lake Force have in the valley?"
BOATS = "How did the number of boats of River Guard on the lake change over time?"


def report(publisher: str, date: str, sentence: str) -> str:
    """A report of a few words."""
    head = f"---\ntitle: {publisher} of {date}\npublisher: {publisher}\ndate: {date}\nlanguage: en\n---\n\n"
    return f"{head}{sentence} They guard the old mill and the road to the dam.\n"


NEWS = {
    "monitor.md": report("Force Monitor", "2010-03-01", "Lake Force has 5,000 troops in the valley."),
    "herald.md": report("Coast Herald", "2010-03-02", "Lake Force has 4,600 troops in the valley."),
    "early.md": report("Port Office", "2004-05-10", "River Guard has 120 boats on the lake."),
    "between.md": report("Lake Times", "2008-05-10", "River Guard has 80 boats on the lake."),
    "late.md": report("Port Office", "2012-05-10", "River Guard has 45 boats on the lake."),
}
