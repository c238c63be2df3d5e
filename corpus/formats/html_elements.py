"""What each HTML element means for the lines of a page: a new line, a heading, hidden, or not the content."""

from __future__ import annotations

import re
from collections.abc import Mapping
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
_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_INVISIBLE = re.compile(r"(?:^|;)\s*(?:display\s*:\s*none|visibility\s*:\s*hidden)\b", re.IGNORECASE)
_SUSPECT = re.compile(
    r"(?:^|[\s_-])(?:nav|navbar|navigation|menu|breadcrumbs?|sidebar|cookies?|consent|gdpr|newsletter|subscribe|share|sharing"
    r"|social|related|comments?|disqus|promo|adverts?|advertisements?|ads?|skip|pagination|pager|toolbar|login|signup"
    r"|popup|modal|teasers?|recommended|trending|footer|sr-only|screen-reader-text|visually-hidden|visuallyhidden"
    r"|feedback|signature|postprofile|editsection)(?:$|[\s_-])",
    re.IGNORECASE,
)
_NOT_FOR_PAPER = re.compile(
    r"(?:^|\s)(?:noprint|no-print|d-print-none|hidden-print|donotprint)(?:$|\s)", re.IGNORECASE
)
"""Classes by which a page says that something is not part of what is printed: links for editing, jump marks, buttons."""


@dataclass(slots=True)
class Element:
    """An open element with what it inherits from the ones around it."""

    tag: str
    kind: BlockKind = BlockKind.PARAGRAPH
    level: int = 0
    lists: int = 0
    hidden: bool = False
    linked: bool = False
    chrome: bool = False
    header: bool = False  # in a page's own <header>
    suspect: bool = False
    main: bool = False
    pre: bool = False


def inside(above: Element, tag: str, attributes: Mapping[str, str]) -> Element:
    """The element that opens with this tag inside another."""
    role = (attributes.get("role") or "").strip().lower()
    main = above.main or tag in ("main", "article") or role in ("main", "article")
    element = Element(
        tag,
        above.kind,
        above.level,
        above.lists,
        hidden=above.hidden
        or _is_hidden(tag, attributes)
        or (tag in ("title", "desc") and above.tag == "svg"),
        linked=above.linked or (tag == "a" and "href" in attributes),
        chrome=above.chrome or _is_chrome(tag, role, main) or _is_not_for_paper(tag, attributes),
        header=above.header or ((tag == "header" or role == "banner") and not main),
        suspect=above.suspect or (tag not in _NEVER_SUSPECT and _is_suspect(attributes)),
        main=main,
        pre=above.pre or tag in ("pre", "textarea", "listing", "xmp"),
    )
    if tag == "title":
        element.hidden = True
    elif tag in _HEADINGS:
        element.kind, element.level = BlockKind.HEADING, _HEADINGS[tag]
    elif tag in ("ul", "ol", "menu", "dir"):
        element.lists += 1
    elif tag == "li":
        element.kind, element.level = BlockKind.LIST_ITEM, max(1, above.lists)
    elif tag in ("figcaption", "caption"):
        element.kind, element.level = BlockKind.CAPTION, 0
    elif tag in ("td", "th", "dd", "dt", "blockquote"):
        element.kind, element.level = BlockKind.PARAGRAPH, 0
    return element


def _is_hidden(tag: str, attributes: Mapping[str, str]) -> bool:
    if tag in _DROPPED or (tag == "dialog" and "open" not in attributes):
        return True
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


def _is_suspect(attributes: Mapping[str, str]) -> bool:
    names = f"{attributes.get('class') or ''} {attributes.get('id') or ''}"
    return len(names) > 1 and _SUSPECT.search(names[:500]) is not None
