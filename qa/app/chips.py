"""What narrows a question, as chips that a reader can take away one by one; it searches nothing."""

from __future__ import annotations

from dataclasses import dataclass

from qa.app import wording
from qa.app.catalogue import say
from qa.app.request import AskRequest
from qa.time import Period


@dataclass(frozen=True, slots=True)
class Chip:
    """One limit in words; `name` and `value` tell the browser what to take away."""

    label: str
    name: str
    value: str = ""


def chips(asked: AskRequest, time: Period | None = None) -> tuple[Chip, ...]:
    """The `time` that the question was taken to ask about, then every filter, in a steady order."""
    made = []
    if time is not None:
        made.append(Chip(say("chip_about", time=wording.written_period(time.start, time.end)), "time"))
    filters = asked.filters
    if filters.published_from or filters.published_to:
        published = wording.written_range(filters.published_from, filters.published_to)
        made.append(Chip(say("chip_published", time=published), "published"))
    if asked.as_of:
        made.append(Chip(say("chip_as_of", day=wording.written_day(asked.as_of)), "as_of"))
    made += [Chip(name, "publishers", name) for name in filters.publishers]
    made += [Chip(wording.written_language(code) or code, "languages", code) for code in filters.languages]
    made += [Chip(wording.written_type(kind), "types", kind) for kind in filters.media_types]
    return tuple(made)
