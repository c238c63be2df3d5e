"""What each HTML element means for the lines of a page: a new line, a heading, hidden, or not the content."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from corpus.types import BlockKind


def _tags(names: str) -> frozenset[str]:
    return frozenset(names.split())


BLOCKS = _tags(
    "address article aside blockquote body button caption center dd details dialog dir div dl dt fieldset figcaption"
    " figure footer form frameset h1 h2 h3 h4 h5 h6 header hgroup hr html label legend li main menu nav ol optgroup"
    " option p pre search section select summary svg table tbody td text textarea tfoot th thead title tr ul"
)
_DROPPED = _tags(
    "script style noscript template noframes noembed audio video canvas datalist annotation annotation-xml rp"
)
_CHROME = _tags("nav aside button select textarea menu search")
_CHROME_ROLES = _tags(
    "navigation complementary search menu menubar toolbar dialog alertdialog tablist button"
)
_NEVER_SUSPECT = frozenset(("html", "body", "main", "article", "h1", "h2", "h3", "h4", "h5", "h6", "p"))
HEADINGS = {f"h{level}": level for level in range(1, 7)}
_INVISIBLE = re.compile(r"(?:^|;)\s*(?:display\s*:\s*none|visibility\s*:\s*hidden)\b", re.IGNORECASE)
_SUSPECT = re.compile(
    r"(?:^|[_-])(?:nav|navbar|navigation|menu|breadcrumbs?|sidebar|cookies?|consent|gdpr|newsletter|subscribe|share|sharing"
    r"|social(?!-(?:policy|policies|welfare|security|work|affairs|protection|housing|care)\b)|related|comments?|disqus"
    r"|promo|adverts?|advertisements?|ads?|skip|pagination|pager|toolbar|login|signup"
    r"|popup|modal|teasers?|recommended|trending|footer|sr-only|screen-reader-text|visually-hidden|visuallyhidden"
    r"|feedback|signature|postprofile|editsection)(?=$|[_-])(?!-(?:of|on|in)-)",
    re.IGNORECASE,
)
_STATE = re.compile(
    r"(?:^|--|__)(?:has|with|without|no|is)[_-].*|^.*(?<![_-])[_-]open$", re.IGNORECASE | re.DOTALL
)
"""What a name says of an element's state or of what stands beside it ("with-sidebar", "menu-open"), not what it is."""
_SUSPICIONS = 20  # one within the other; a page may nest without limit
_NOT_FOR_PAPER = re.compile(
    r"(?:^|\s)(?:noprint|no-print|d-print-none|hidden-print|donotprint)(?:$|\s)", re.IGNORECASE
)
"""Classes by which a page says that something is not part of what is printed: links for editing, jump marks, buttons."""


@dataclass(slots=True)
class Suspicion:
    """An element named like a part of the page's frame, with the one around it and what is found inside."""

    above: Suspicion | None
    depth: int
    characters: int = 0
    titled: bool = False  # a heading of the first level stands in it
    cleared: bool = False

    def outwards(self) -> Iterator[Suspicion]:
        """Itself and all around it."""
        suspicion: Suspicion | None = self
        while suspicion is not None:
            yield suspicion
            suspicion = suspicion.above

    def settle(self, in_all: int) -> None:
        """Clear what only wraps the page: it holds the main heading and half of all the characters."""
        self.cleared = self.titled and 2 * self.characters >= in_all


@dataclass(slots=True)
class Element:
    """An open element with what it inherits from the ones around it."""

    tag: str
    kind: BlockKind = BlockKind.PARAGRAPH
    level: int = 0
    lists: int = 0
    hidden: bool = False
    withheld: bool = False  # hidden by style or attribute, and not a part of the page's frame
    linked: bool = False
    bold: bool = False
    chrome: bool = False
    aside: bool = False  # chrome only for standing in an <aside> of the main text
    header: bool = False  # in a page's own <header>
    suspicion: Suspicion | None = None
    main: bool = False
    pre: bool = False


def inside(above: Element, tag: str, attributes: Mapping[str, str]) -> Element:
    """The element that opens with this tag inside another."""
    role = (attributes.get("role") or "").strip().lower()
    main = above.main or tag in ("main", "article") or role in ("main", "article")
    suspicion = _suspicion(above, tag, role, attributes)
    chrome = _is_chrome(tag, role, main) or _is_not_for_paper(tag, attributes)
    plain = not (chrome or tag == "form") and suspicion is above.suspicion
    unseen = _is_unseen(attributes)
    element = Element(
        tag,
        above.kind,
        above.level,
        above.lists,
        hidden=above.hidden
        or unseen
        or _is_dropped(tag, attributes)
        or (tag in ("title", "desc") and above.tag == "svg"),
        withheld=plain
        and tag not in _DROPPED
        and (above.withheld or (unseen and not (above.hidden or above.chrome or above.suspicion))),
        linked=above.linked or (tag == "a" and "href" in attributes),
        bold=above.bold or tag in ("b", "strong"),
        chrome=above.chrome or chrome,
        aside=(tag == "aside" and main and not above.chrome and suspicion is None)
        or (above.aside and not chrome),
        header=above.header or ((tag == "header" or role == "banner") and not main),
        suspicion=suspicion,
        main=main,
        pre=above.pre or tag in ("pre", "textarea", "listing", "xmp"),
    )
    if tag == "title":
        element.hidden = True
    elif tag in HEADINGS:
        element.kind, element.level = BlockKind.HEADING, HEADINGS[tag]
    elif tag in ("ul", "ol", "menu", "dir"):
        element.lists += 1
    elif tag == "li":
        element.kind, element.level = BlockKind.LIST_ITEM, max(1, above.lists)
    elif tag in ("figcaption", "caption"):
        element.kind, element.level = BlockKind.CAPTION, 0
    elif tag in ("td", "th", "dd", "dt", "blockquote"):
        element.kind, element.level = BlockKind.PARAGRAPH, 0
    return element


def _is_dropped(tag: str, attributes: Mapping[str, str]) -> bool:
    return tag in _DROPPED or (tag == "dialog" and "open" not in attributes)


def _is_unseen(attributes: Mapping[str, str]) -> bool:
    if "hidden" in attributes and attributes["hidden"].lower() != "until-found":
        return True
    style = attributes.get("style")
    return bool(style and _INVISIBLE.search(style[:2000]))


def _is_chrome(tag: str, role: str, main: bool) -> bool:
    if tag in _CHROME or role in _CHROME_ROLES:
        return True
    return (tag == "footer" or role == "contentinfo") and not main


def _is_not_for_paper(tag: str, attributes: Mapping[str, str]) -> bool:
    return (
        tag not in _NEVER_SUSPECT and _NOT_FOR_PAPER.search((attributes.get("class") or "")[:500]) is not None
    )


def _suspicion(above: Element, tag: str, role: str, attributes: Mapping[str, str]) -> Suspicion | None:
    """The innermost suspicion for an element; what is around the page's <main> says nothing of it."""
    outer = above.suspicion
    if tag == "main" or role == "main":
        return None
    if tag in _NEVER_SUSPECT or not _is_suspect(attributes):
        return outer
    depth = outer.depth + 1 if outer else 1
    return Suspicion(outer, depth) if depth <= _SUSPICIONS else outer


def _is_suspect(attributes: Mapping[str, str]) -> bool:
    names = f"{attributes.get('class') or ''} {attributes.get('id') or ''}"
    return any(_SUSPECT.search(_STATE.sub("", name)) for name in names[:500].split())
