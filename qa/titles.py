"""The office whose holder a question asks for, read from its words: "who was ...", "who headed ..."; none for others."""

from __future__ import annotations

import re
from dataclasses import dataclass

from qa.heads import MISSION_ACRONYM, MISSION_WORDS
from qa.phrases import NOT_NAMES

QUALIFIERS = tuple(str.split("deputy former previous outgoing late then acting future assistant vice"))
"""Words before a title that make it that of someone else than the one in office."""
_KEPT = frozenset(QUALIFIERS) - {"then"}
_NEW = frozenset(str.split("a an the new first second third fourth fifth last current present next own"))
_TITLES = (
    "special representative|srsg|special envoy|envoy|prime minister|president|commander|ombudsperson|mayor"
    "|secretary-general|ambassador|director|speaker|chief prosecutor|head|leader|chief|minister"
)
OF_ANYTHING = frozenset({"head", "leader", "chief", "director", "minister"})
"""Titles that say little without what they are of."""
_NO_MODIFIER = (
    r"(?!(?:by|of|to|with|for|from|in|on|at|near|before|after|when|while|as|than|and|or|that|who|whom|whose|which|against"
    r"|under|between|within|not|about|into|through|since|until|till|throughout|during|did|do|does|is|was|are|were|has|have|had|(?!united\b)\w+ed|\w+ing(?<!acting))\b)"
)
_MODIFIERS = rf"(?P<modifiers>(?:{_NO_MODIFIER}[\w’'-]+\s+){{0,5}}?)"
_ENDS = (
    r"(?=\W*$|\s*[,;:(]|\s+\d|\s+(?:of|for|in|at|on|to|by|when|while|who|whom|whose|that|as|until|since|before"
    r"|after|during|from|between|under|with|within|and|or|one|then|again|back|just|over|throughout|early|late|mid|this|heading"
    r"|leading|running|elected|appointed|each|succeed\w*|following|prior|preceding)\b)"
)
_WHO = (
    r"(?:^\W*(?:and\s+)?|\b(?:know|tell me|say|state|find out|remember)\s+"
    r"|^\W*(?:in|on|at|by|during|as of|between)\b[^,?]*,\s*"
    r"|^\W*what\s+(?:is|was)\s+the\s+name\s+of\s+the\s+(?:man|woman|person|one|official)\s+)"
    r"(?:who(?:['’]s)?|(?:which|what)\s+(?:persons?|people|m[ae]n|wom[ae]n|officials?|diplomats?|generals?|names?))\b"
    r"(?:,?\s[\w\s]{0,30}\b(?:19|20)\d\d\b,?)?\s+"
)
_IS = (
    r"(?:(?:is|was|were|are|became|has\s+been|had\s+been|have\s+been|will\s+be)\s+"
    r"(?:(?:then|now|currently|still|also)\s+)?"
    r"(?:(?:appointed|named|elected|re-elected|made|chosen|selected|nominated|sworn\s+in|serving|acting(?=\s+as))\s+)?"
    r"(?:again\s+)?(?:as\s+|to\s+be\s+)?"
    r"|(?:served|serves|acted)\s+as\s+|took\s+(?:over|office)\s+as\s+"
    r"|(?:holds?|held|got|took\s+up)\s+(?:the\s+)?(?:post|office|position|job|title)\s+of\s+)"
)
_OF = rf"(?:\s+(?:of|for)\s+(?:the\s+)?(?P<of>{_NO_MODIFIER}[^\s,.;:?()]+(?:\s+{_NO_MODIFIER}(?!\d)[^\s,.;:?()]+)*))?"
_TITLE = rf"(?:the\s+|an?\s+)?{_MODIFIERS}(?P<title>{_TITLES})s?\b(?![’'-])(?:{_ENDS}|(?=\s+(?!General\b)(?-i:[A-Z]))){_OF}"
_HELD = (
    re.compile(rf"{_WHO}{_IS}{_TITLE}", re.IGNORECASE),
    re.compile(rf"^\W*what\s+(?:is|was|were|are)\s+the\s+names?\s+of\s+{_TITLE}", re.IGNORECASE),
)
_LISTED = re.compile(
    r"^\W*(?:which|what|name|list)\s+(?:(?:is|was|were|are|all)\s+)*(?:the\s+)?"
    r"(?P<modifiers>(?:(?:successive|consecutive|different|various|(?-i:[A-Z])[\w’'-]*)\s+){0,5}?)"
    rf"(?P<title>{_TITLES})s?\b(?![’'-]){_OF}",
    re.IGNORECASE,
)
_DOES = r"(?:(?:is|was|has\s+been|had\s+been)\s+)?(?:(?:then|now|currently|still)\s+)?"
_LEADS = re.compile(
    rf"{_WHO}{_DOES}(?:head(?:s|ed|ing)?|leads?|led|leading|r[au]n|runs|running|in\s+charge\s+of|took\s+(?:over|charge\s+of)"
    r"|at\s+the\s+(?:helm|head)\s+of)\s+(?P<whose>[^?]+)",
    re.IGNORECASE,
)
_COMMANDS = re.compile(
    rf"{_WHO}{_DOES}(?:command(?:s|ed|ing)?|in\s+command\s+of)\s+(?P<whose>[^?]+)", re.IGNORECASE
)
_A_MISSION = re.compile(
    rf"(?i:the\s+|its\s+|a\s+)?(?:(?i:{_NO_MODIFIER})[\w’'-]+\s+){{0,5}}?(?:(?i:{MISSION_WORDS})"
    rf"|{MISSION_ACRONYM}|(?i:un\w{{0,3}}mi(?:k|l|ss?|t)|eulex|kfor)|(?:UN|United\s+Nations)(?=\s+in\s))(?![’'\w-])"
    rf"(?i:{_ENDS})"
)
_BESIDE_ANOTHER = re.compile(
    r"\b(?i:before|after|prior\s+to|preceding|following)\s+(?i:(?:mr|mrs|ms|dr|sir)\.?\s+)?"
    r"(?P<name>[A-ZÀ-Ý][\w’'-]*(?:\s+[A-ZÀ-Ý][\w’'-]*)*)(?=\W*$|\s*,|\s+(?:in|as|at|of|took|came|left|was|resigned)\b)"
)


@dataclass(frozen=True, slots=True)
class Office:
    """An office: its title with "deputy" and the like; the body it is of where the title alone says little; else "".

    `mission` is whether it is that of the head of a mission, `whose` all that the question says it is of.
    """

    title: str
    of: str
    mission: bool
    whose: str


def office_held(text: str) -> Office | None:
    """The office whose holder a question wants; None for what a holder does, or one known only by another's name."""
    if _names_another(text):
        return None
    for pattern in _HELD:
        if found := pattern.search(text):
            return _office(found)
    if found := _LEADS.search(text):
        whose = found["whose"]
        mission = _A_MISSION.match(whose)
        alone = mission is not None and not re.search(r"\bacting\b", text, re.IGNORECASE)
        return Office("head", "", True, mission.group()) if mission and alone else None
    if found := _COMMANDS.search(text):
        return Office("commander", "", False, found["whose"])
    return None


def offices_listed(text: str) -> Office | None:
    """The office whose holders a question wants as a list: "which presidents ...", "name the envoys ..."."""
    found = _LISTED.search(text)
    return _office(found) if found else None


def _office(found: re.Match[str]) -> Office | None:
    title, of = found["title"].casefold(), found["of"] or ""
    modifiers = [word for word in found["modifiers"].split() if word.casefold() not in _NEW]
    kind = [word for word in modifiers if not re.search(r"[’']s?$", word)]
    whose = " ".join((*modifiers, of))
    if any(word.casefold().startswith("ex-") for word in modifiers):
        return None
    if kept := [word.casefold() for word in kind if word.casefold() in _KEPT]:
        return None if title in OF_ANYTHING else Office(" ".join((*kept, title)), "", False, whose)
    if title in ("special representative", "srsg") or (title == "envoy" and _sends_a_mission(whose)):
        return Office("special representative", "", True, whose)
    if title in ("head", "leader", "chief") and _leads_a_mission(of or " ".join(kind)):
        return Office("head", "", True, whose)
    if title == "minister" and kind:
        return Office(f"{kind[-1].casefold()} minister", "", False, whose)
    body = (of or " ".join(kind[-1:])) if title in OF_ANYTHING else ""
    return Office(title, body, False, whose) if body or title not in OF_ANYTHING else None


def _leads_a_mission(body: str) -> bool:
    """Whether a head of this is the head of a mission; the head of nothing named is."""
    return not body or _A_MISSION.fullmatch(body) is not None


def _sends_a_mission(whose: str) -> bool:
    """Whether an envoy of these is the one who heads their mission: those of the United Nations, or of nobody named."""
    return not whose.strip() or re.search(r"\bUN\b|United Nations|Secretary-General", whose) is not None


def _names_another(text: str) -> bool:
    """Whether someone is sought who held an office before or after another one, who is named."""
    found = _BESIDE_ANOTHER.search(text)
    return found is not None and not any(word.casefold() in NOT_NAMES for word in found["name"].split())
