"""Which pieces of a saved page are not its content: navigation, prompts, contacts; it marks and never deletes.

It prefers precision: a piece is boilerplate only where its own words, its neighbours or the page's markup say so.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from corpus.types import BlockKind


class Place(Enum):
    """What the markup around a piece says about it."""

    UNKNOWN = "unknown"
    CONTENT = "content"
    CHROME = "chrome"


@dataclass(frozen=True, slots=True)
class Piece:
    """One block as the classifier sees it; `links` is the share (0..1) of its characters that are link text."""

    text: str
    kind: BlockKind
    gap: bool = True  # an empty line, or the edge of a block element, before it
    links: float = 0.0
    place: Place = Place.UNKNOWN


_PROSE_LENGTH = 140
_SHORT_WORDS = 12

_LABELS = re.compile(
    r"""(?:
      (?:skip|jump|go|back|return)\s+(?:to|up)(?:\s+(?:the|our|main|site|page))*\s*(?:content|navigation|website|site|home(?:\s?page)?|top|search|menu|main|article|previous\ page|results)?
    | (?:accessibility|useful|quick|external|related|footer|share|social)\s+(?:media\s+)?links?
    | (?:main\s+|site\s+)?(?:navigation|menu|sitemap|site\s+map|site\s+index)
    | home(?:\s?page)? | search(?:\s+(?:this|our|the)\s+(?:site|website))? | (?:log|sign)\s*[- ]?(?:in|out|up)(?:\s+now)? | register | (?:my\s+)?account
    | breaking\s+news | latest\s+news | top\s+stories | most\s+(?:read|popular|viewed|shared|recent)(?:\s+(?:stories|articles|news))?
    | trending(?:\s+now)? | editors?['’]?s?\s+picks? | recommended(?:\s+(?:for\s+you|stories|reading))?
    | you\s+(?:may|might)\s+(?:also\s+)?(?:like|be\s+interested\s+in) | more\s+(?:from|on|in|about)\s+.{1,40} | more\s+(?:news|stories|articles)
    | (?:see|check|read|view|watch)\s+(?:also|next) | read\s+(?:more|next|the\s+full\s+(?:story|article|report)) | (?:show|load|view|see|learn)\s+(?:more|all|less)
    | related(?:\s+(?:articles?|posts?|stories|content|news|topics|items|coverage|reading))? | (?:next|previous|prev|older|newer)(?:\s+(?:article|post|story|page|entries))?
    | \d{1,3}\s*(?:-\s*)?min(?:ute)?s?\s+(?:read|listen|watch) | reading\s+time:?\s*\d+\s*min\w*
    | share(?:\s+(?:this|on|via|with|it|article|story|post)\b.{0,60})? | tweet(?:\s+this)? | follow\s+(?:us|me)\b.{0,60} | (?:like|find)\s+us\s+on\b.{0,40}
    | (?:facebook|twitter|x|linkedin|whatsapp|telegram|instagram|youtube|reddit|pinterest|e-?mail|print|rss|copy\s+link|pdf|flickr|bluesky)(?:(?:\s*[|,·•/]\s*|\s+)(?:facebook|twitter|x|linkedin|whatsapp|telegram|instagram|youtube|reddit|pinterest|e-?mail|print|rss|copy\s+link|pdf|flickr|bluesky))*
    | (?:print|e-?mail|save|bookmark|download)\s+(?:this\s+)?(?:page|article|story|version|as\s+pdf|pdf)? | printer[- ]friendly(?:\s+version)?
    | (?:join|subscribe\s+to|sign\s+up\s+(?:for|to)|get)\s+(?:the|our|my|a|free)?\s*(?:free\s+|daily\s+|weekly\s+|email\s+|e-mail\s+)*(?:mailing\s+list|newsletters?|updates|email\s+alerts|alerts)(?:\s.{0,40})? | subscribe(?:\s+now|\s+today)? | newsletters?
    | (?:leave|post|add|write)\s+a\s+(?:comment|reply|response) | (?:\d+\s+)?comments?(?:\s*\(\d+\))? | no\s+comments(?:\s+yet)? | join\s+the\s+(?:conversation|discussion)
    | advertis(?:e?ment|ing)s? | sponsored(?:\s+(?:content|links?|by\b.{0,30}))? | story\s+continues\s+below(?:\s+advertisement)? | promoted(?:\s+content)?
    | all\s+rights\s+reserved | (?:privacy|cookies?)(?:\s+(?:policy|notice|settings|statement|preferences))? | terms(?:\s+(?:of|and)\s+(?:use|service|conditions))? | legal\s+notice | disclaimer | imprint | impressum
    | (?:accept|reject|manage)\s+(?:all\s+)?cookies? | (?:about|contact)\s+us | (?:close|open|toggle)(?:\s+(?:menu|navigation|search|modal|window|sidebar))? | loading | please\s+wait
    | (?:real|windows)\s+(?:audio|video|media)(?:\s+(?:player|real\s+audio|windows\s+media|audio|video))* | click\s+here(?:\s.{0,50})? | tags? | topics | categories | filed\s+under | text\s+size | zoom
    | (?:retour|aller)\s+(?:à|au)\s+.{1,30} | lire\s+(?:aussi|la\s+suite) | partager(?:\s+.{0,30})? | abonnez-vous.{0,40} | s['’]abonner | connexion | accueil | mentions\s+légales | publicité | à\s+lire\s+aussi
    | leggi\s+anche | condividi(?:\s+.{0,30})? | iscriviti.{0,50} | accedi | pubblicità | torna\s+(?:alla|a)\s+.{1,20}
    | zum\s+inhalt(?:\s+springen)? | lesen\s+sie\s+auch | mehr\s+zum\s+thema | teilen | anmelden | startseite | datenschutz(?:erklärung)? | anzeige | zurück(?:\s+zu[rm]?\s+.{1,20})?
    | lea\s+también | compartir(?:\s+.{0,30})? | suscr[ií]bete.{0,40} | iniciar\s+sesión | aviso\s+legal | política\s+de\s+(?:privacidad|cookies)
    )[\s.:…!»›>→|]*""",
    re.IGNORECASE | re.VERBOSE,
)
_PROMPTS = re.compile(
    r"""
      \b(?:join|sign\s+up|subscribe|register|apply|donate|buy|order|enrol|download)\s+(?:now|today|here)\b\s*[!.»›>]*$
    | \bclick\s+(?:here|below|on\s+the\s+link)\b
    | \b(?:in|leave|add|post|share|write)\b.{0,80}\b(?:the\s+)?comments?\s+(?:section\s+)?below\b | \bcomments?\s+(?:section\s+)?below[.!]?$
    | \b(?:sign\s+up|subscribe)\b.{0,60}\b(?:newsletter|mailing\s+list|updates|inbox|email)\b | \bdelivered\s+(?:straight\s+)?to\s+your\s+inbox\b
    | \b(?:follow|like|find)\s+us\s+on\s+(?:facebook|twitter|x|instagram|linkedin|youtube|telegram)\b | \bshare\s+this\s+(?:article|story|page|post)\b
    | \b(?:saving|sharing|liking|commenting|reposting)\b.{0,60}\b(?:on\s+)?our\s+(?:content|articles|posts|stories)\b
    | \bthis\s+(?:web\s?site|site|page)\s+uses\s+cookies\b | \b(?:we|our\s+partners)\s+use\s+cookies\b | \bby\s+continuing\s+to\s+(?:browse|use)\b.{0,60}\bcookies?\b
    | \b(?:enable|turn\s+on)\s+javascript\b | \bjavascript\s+(?:is\s+)?(?:disabled|required|must\s+be\s+enabled)\b | \byour\s+browser\s+does\s+not\s+support\b
    | ^listen\s+to\s+(?:the|this)\b.{0,80}:$ | \byour\s+email\s+address\s+will\s+not\s+be\s+published\b | \brequired\s+fields\s+are\s+marked\b
    | \bnous\s+utilisons\s+des\s+cookies\b | \bquesto\s+sito\s+(?:utilizza|usa)\s+(?:i\s+)?cookie\b | \bdiese\s+(?:website|seite)\s+verwendet\s+cookies\b
    """,
    re.IGNORECASE | re.VERBOSE,
)
_PROMPT_LENGTH = 320
_COPYRIGHT = re.compile(
    r"(?:©|\(c\)|copyright\b)[\s©]*(?:\(c\)\s*)?(?:\d{4}|.{1,60}\b\d{4}\b|.{0,80}all rights reserved)|.{0,120}\ball rights reserved\b\.?$",
    re.IGNORECASE,
)
_TEASERS_FOLLOW = re.compile(
    r"(?:check also|see also|read (?:also|next)|related(?: (?:articles?|posts?|stories|news|content|coverage))?"
    r"|you (?:may|might) also (?:like|be interested in)|recommended(?: (?:for you|stories|reading))?|more (?:stories|articles|news)"
    r"|most (?:read|popular|viewed)|more from .{1,40}|lire aussi|à lire aussi|leggi anche|lesen sie auch|mehr zum thema|lea también)\s*[:.]?",
    re.IGNORECASE,
)
_BREADCRUMB = re.compile(
    r"(?:home(?:\s?page)?|start|accueil|startseite|inicio)\s*[>›»/|→]\s*\S", re.IGNORECASE
)
_BREADCRUMB_WORDS = re.compile(r"home(?:\s?page)?\s+\S", re.IGNORECASE)
_CONTACT = re.compile(
    r"(?:\b(?:tel|telephone|phone|fax|mobile|mob|e-?mail|tél|telefon|téléphone|teléfono|telefono|cell)\s*(?:\.|no\.?|number)?\s*[:：]"
    r"|\btel\.\s*\+?\d)\s*\S",
    re.IGNORECASE,
)
_CONTACT_LINE_LENGTH = 110
_CREDIT = re.compile(
    r"(?:^|[\s(/|])(?:photo(?:graph)?s?|image|picture|foto|crédit photo|credit)\s*(?:[:/©]|\bby\b|\bcourtesy\b|credit:)\s*\S.{0,80}$"
    r"|\b(?:UN|NATO|EU|OSCE|KFOR|UNMIK|AP|AFP|EPA|Reuters|Getty)\s+(?:photo|images?)\b[^.]{0,40}\)?\.?$"
    r"|\((?:epa|ap|afp|reuters|dpa|ansa|tass|itar-tass|getty images?|file(?: photo)?|official site|courtesy(?: photo| image)?|archive|undated)\)$",
    re.IGNORECASE,
)
_CREDIT_LENGTH = 450
_TERMINATOR = re.compile(r"[.!?…][\"'”’»)\]]*$")
_ELLIPSIS = re.compile(r"(?:…|\.\.\.|\[…\]|\[\.\.\.\])$")
_SPACE = re.compile(r"\s+")


def ends_sentence(text: str) -> bool:
    """Whether the text ends as a sentence does."""
    return _TERMINATOR.search(text[-12:].rstrip()) is not None


def is_caption(text: str) -> bool:
    """Whether the text ends with the credit of a photograph."""
    return len(text) <= _CREDIT_LENGTH and _CREDIT.search(_plain(text)) is not None


def is_chrome(text: str) -> bool:
    """Whether the words alone say that this is a label, a prompt or a notice of the page and not of its content."""
    if len(text) > _PROMPT_LENGTH:
        return False
    text = _plain(text)
    if len(text.split()) <= _SHORT_WORDS and _LABELS.fullmatch(text):
        return True
    return bool(_PROMPTS.search(text) or _COPYRIGHT.match(text) or _BREADCRUMB.match(text))


def boilerplate(pieces: Sequence[Piece]) -> list[bool]:
    """For each piece, whether it is boilerplate. When nothing would be left, only what its own words give away is."""
    words = [
        piece.kind not in (BlockKind.TABLE_HEADER, BlockKind.TABLE_ROW) and is_chrome(piece.text)
        for piece in pieces
    ]
    marked = list(words)
    for rule in (_place, _breadcrumbs, _contacts, _teasers, _tail):
        rule(pieces, marked)
    return marked if any(_content(piece, mark) for piece, mark in zip(pieces, marked, strict=True)) else words


def _content(piece: Piece, mark: bool) -> bool:
    return not mark and piece.kind is not BlockKind.HEADING


def _plain(text: str) -> str:
    return _SPACE.sub(" ", text).strip()


def _prose(piece: Piece) -> bool:
    return len(piece.text) >= _PROSE_LENGTH and ends_sentence(piece.text) and not _ELLIPSIS.search(piece.text)


def _label(piece: Piece) -> bool:
    """Short and not a sentence: a link, a name, a heading."""
    return len(piece.text.split()) <= _SHORT_WORDS and not ends_sentence(piece.text)


def _place(pieces: Sequence[Piece], marked: list[bool]) -> None:
    for number, piece in enumerate(pieces):
        marked[number] |= piece.place is Place.CHROME


def _breadcrumbs(pieces: Sequence[Piece], marked: list[bool]) -> None:
    """ "Home Peacekeeping The title of the page" just above "The title of the page"."""
    for number, piece in enumerate(pieces[:12]):
        if len(piece.text) > 250 or not _BREADCRUMB_WORDS.match(piece.text):
            continue
        text = _plain(piece.text).casefold()
        following = (_plain(other.text).casefold() for other in pieces[number + 1 : number + 4])
        marked[number] |= any(len(other) >= 8 and text.endswith(other) for other in following)


def _contacts(pieces: Sequence[Piece], marked: list[bool]) -> None:
    """Lines of names and offices that stand together with a telephone number."""
    for run in _runs(pieces):
        short = all(len(pieces[number].text) <= _CONTACT_LINE_LENGTH for number in run)
        if short and len(run) <= 12 and any(_CONTACT.search(pieces[number].text) for number in run):
            if any(ends_sentence(pieces[number].text) and len(pieces[number].text) > 60 for number in run):
                run = [number for number in run if _CONTACT.search(pieces[number].text)]
            for number in run:
                if pieces[number].kind not in (BlockKind.TABLE_HEADER, BlockKind.TABLE_ROW):
                    marked[number] = True


def _runs(pieces: Sequence[Piece]) -> list[list[int]]:
    """Neighbours without an empty line between them."""
    runs: list[list[int]] = []
    for number, piece in enumerate(pieces):
        if piece.gap or not runs:
            runs.append([])
        runs[-1].append(number)
    return runs


def _teasers(pieces: Sequence[Piece], marked: list[bool]) -> None:
    """What follows "Check Also" at the end of a page: titles and cut-off sentences of other pages."""
    for number, piece in enumerate(pieces):
        if len(piece.text) > 60 or not _TEASERS_FOLLOW.fullmatch(_plain(piece.text)):
            continue
        rest = pieces[number + 1 :]
        if 2 * number < len(pieces) or len(rest) > 20:
            continue
        if all(_label(other) or _ELLIPSIS.search(other.text) or _teaser_title(other) for other in rest):
            marked[number:] = [True] * len(pieces[number:])
            return


def _teaser_title(piece: Piece) -> bool:
    return len(piece.text) <= _PROSE_LENGTH and not ends_sentence(piece.text)


def _tail(pieces: Sequence[Piece], marked: list[bool]) -> None:
    """Short labels after the last prompt or contact at the end of a page, with no prose after them."""
    last = len(pieces)
    while (
        last and not marked[last - 1] and _label(pieces[last - 1]) and pieces[last - 1].kind in _LABEL_KINDS
    ):
        last -= 1
    if last and marked[last - 1] and any(map(_prose, pieces[:last])):
        marked[last:] = [True] * len(pieces[last:])


_LABEL_KINDS = (BlockKind.PARAGRAPH, BlockKind.HEADING, BlockKind.LIST_ITEM)
