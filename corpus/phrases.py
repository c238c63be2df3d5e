"""The words by which saved pages give away what is not their content, in five languages; patterns only, no decisions."""

from __future__ import annotations

import re

_NETWORKS = (
    r"(?:facebook|twitter|linkedin|whatsapp|telegram|instagram|youtube|reddit|pinterest|bluesky|flickr|e-?mail|print"
    r"|rss|copy\s+link|pdf)"
)
_LETTER = r"(?:mailing\s+list|newsletters?|updates|e-?mail\s+alerts|alerts)"

# Each line is a whole label; white space stands for any white space, and a label may end in a mark such as ":" or "»".
_LABEL_LINES = rf"""
(?:skip|jump|go|back|return) (?:to|up)(?: (?:the|our|main|site|page))*(?: (?:content|navigation|menu|search|results|top))?
(?:back|return|go) to (?:the |our |main |previous )*(?:website|site|home(?: ?page)?|page|article|list)
(?:accessibility|useful|quick|external|related|footer|share|social)(?: media)? links?
(?:main |site )?(?:navigation|menu|sitemap|site map|site index)
home(?: ?page)?
search(?: (?:this|our|the) (?:site|website))?
(?:log|sign)[ -]?(?:in|out|up)(?: now)?
register
(?:my )?account
breaking news
latest news
top stories
most (?:read|popular|viewed|shared|recent)(?: (?:stories|articles|news))?
trending(?: now)?
editors?['’]?s? picks?
recommended(?: (?:for you|stories|reading))?
you (?:may|might) (?:also )?(?:like|be interested in)
more (?:from|on|in|about) .{{1,40}}
more (?:news|stories|articles)
(?:see|check|read|view|watch) (?:also|next)
read (?:more|next|the full (?:story|article|report))
(?:show|load|view|see|learn) (?:more|all|less)
related(?: (?:articles?|posts?|stories|content|news|topics|items|coverage|reading))?
(?:next|previous|prev|older|newer)(?: (?:article|post|story|page|entries))?
\d{{1,3}}(?: ?- ?| ?)min(?:ute)?s? (?:read|listen|watch)
reading time:? \d+ min\w*
share(?: (?:this|on|via|with|it|article|story|post)\b.{{0,60}})?
tweet(?: this)?
follow (?:us|me)\b.{{0,60}}
(?:like|find) us on\b.{{0,40}}
{_NETWORKS}(?:(?: ?[|,·•/] ?| ){_NETWORKS})*
(?:print|e-?mail|save|bookmark|download) (?:this )?(?:page|article|story|version|as pdf|pdf)?
printer[- ]friendly(?: version)?
(?:join|subscribe to|sign up (?:for|to)|get) (?:(?:the|our|my|a|free|daily|weekly|e-?mail) )*{_LETTER}(?: .{{0,40}})?
subscribe(?: now| today)?
newsletters?
(?:leave|post|add|write|send) a (?:comment|reply|response)
(?:\d+ )?comments?(?: ?\(\d+\))?
no comments(?: yet)?
join the (?:conversation|discussion)
advertis(?:e?ment|ing)s?
sponsored(?: (?:content|links?|by\b.{{0,30}}))?
story continues below(?: advertisement)?
promoted(?: content)?
all rights reserved
(?:privacy|cookies?)(?: (?:policy|notice|settings|statement|preferences))?
terms(?: (?:of|and) (?:use|service|conditions))?
legal notice
disclaimer
imprint
impressum
(?:accept|reject|manage) (?:all )?cookies?
(?:about|contact) us
(?:close|open|toggle)(?: (?:menu|navigation|search|modal|window|sidebar))?
loading
please wait
(?:real|windows) (?:audio|video|media)(?: (?:player|real audio|windows media|audio|video))*
click here(?: .{{0,50}})?
tags?
topics
categories
filed under
text size
zoom
(?:retour|aller) (?:à|au) .{{1,30}}
lire (?:aussi|la suite)
à lire aussi
partager(?: .{{0,30}})?
abonnez-vous.{{0,40}}
s['’]abonner
connexion
accueil
mentions légales
publicité
leggi anche
condividi(?: .{{0,30}})?
iscriviti.{{0,50}}
accedi
pubblicità
torna (?:alla|a) .{{1,20}}
zum inhalt(?: springen)?
lesen sie auch
mehr zum thema
teilen
anmelden
startseite
datenschutz(?:erklärung)?
anzeige
zurück(?: zu[rm]? .{{1,20}})?
lea también
compartir(?: .{{0,30}})?
suscr[ií]bete.{{0,40}}
iniciar sesión
aviso legal
política de (?:privacidad|cookies)
publicidad
te puede interesar
publicidade
leia (?:também|mais)
advertentie
lees (?:ook|meer)
das könnte (?:sie|dich) auch interessieren
[-–] ?(?:advertisement|anzeige|publicité|pubblicità|publicidad|reklam[aeë]|oglas) ?[-–]
reklam[aeë]
oglas(?:i|ite)?
povezane vesti
lexo (?:edhe|më shumë)
advertisement ?[·|-] ?scroll to continue
\[ ?(?:edit|bearbeiten|modifier|modifica|editar|uredi|redakto)(?: ?(?:source|quelltext|le code|wikitesto))? ?\]
page \d{{1,4}} of \d{{1,4}}(?: (?:back )?to top)?
"""


def _any_of(lines: str) -> str:
    return "|".join(map(_spaced, lines.strip().splitlines()))


def _spaced(pattern: str) -> str:
    """The pattern with any white space where it has a space, and perhaps none where it has " ?"."""
    return pattern.replace(" ?", r"\s*").replace(" ", r"\s+")


LABEL = re.compile(rf"(?:{_any_of(_LABEL_LINES)})[\s.:…!»›>→|]*", re.IGNORECASE)

# A prompt is looked for only where one of its words occurs: most sentences hold none, and searching is slow.
_PROMPT_LINES: tuple[tuple[tuple[str, ...], str], ...] = (
    (
        ("now", "today", "here"),
        r"\b(?:join|sign up|subscribe|register|apply|donate|buy|order|enrol|download) (?:now|today|here)\b\s*[!.»›>]*$",
    ),
    (("click",), r"\bclick (?:here|below|on the link)\b"),
    (
        ("comment",),
        r"\b(?:in|leave|add|post|share|write)\b.{0,80}\b(?:the )?comments? (?:section )?below\b"
        r"|\bcomments? (?:section )?below[.!]?$",
    ),
    (
        ("sign up", "subscribe"),
        r"\b(?:sign up|subscribe)\b.{0,60}\b(?:newsletter|mailing list|updates|inbox|e-?mail)\b",
    ),
    (("inbox",), r"\bdelivered (?:straight )?to your inbox\b"),
    (
        ("us on",),
        r"\b(?:follow|like|find) us on (?:facebook|twitter|x|instagram|linkedin|youtube|telegram|bluesky)\b",
    ),
    (("share this",), r"\bshare this (?:article|story|page|post)\b"),
    (
        ("our ",),
        r"\b(?:saving|sharing|liking|commenting|reposting)\b.{0,60}\b(?:on )?our (?:content|articles|posts|stories)\b",
    ),
    (
        ("cookie",),
        r"\bthis (?:web ?site|site|page) uses cookies\b|\b(?:we|our partners) use cookies\b"
        r"|\bby continuing to (?:browse|use)\b.{0,60}\bcookies?\b|\bnous utilisons des cookies\b"
        r"|\bquesto sito (?:utilizza|usa) (?:i )?cookie\b|\bdiese (?:website|seite) verwendet cookies\b"
        r"|\besta? (?:sitio|página|web) (?:web )?(?:utiliza|usa) cookies\b|\bverwenden wir\b.{0,40}\bcookies\b"
        r"|\baccept(?:ez|er)? (?:all |les )?cookies\b|\bmaakt gebruik van cookies\b",
    ),
    (
        ("javascript",),
        r"\b(?:enable|turn on) javascript\b|\bjavascript (?:is )?(?:disabled|required|must be enabled)\b",
    ),
    (("browser",), r"\byour browser does not support\b"),
    (("listen to",), r"^listen to (?:the|this)\b.{0,80}:$"),
    (("email address",), r"\byour email address will not be published\b"),
    (("required fields",), r"\brequired fields are marked\b"),
)
_PROMPTS = tuple((words, re.compile(_spaced(pattern), re.IGNORECASE)) for words, pattern in _PROMPT_LINES)

_PROMPT_WORD = re.compile("|".join(re.escape(word) for words, _ in _PROMPT_LINES for word in words))


def prompts(text: str) -> bool:
    """Whether the text asks its reader to click, join, share, allow or comment."""
    lowered = text.lower()
    if not _PROMPT_WORD.search(lowered):
        return False
    return any(any(word in lowered for word in words) and pattern.search(text) for words, pattern in _PROMPTS)


# "(c)" also numbers the third of several items, and "Copyright" begins sentences and the names of laws: they make a notice
# only with a year, or with a name and a year, directly after them.
_NAME_WORD = r"(?-i:[^\Wa-zß-öø-ÿ_][\w'’.&/-]*|[\w-]+\.[a-z]{2,6})"
_NAME = rf"{_NAME_WORD}(?:,?\s+(?:{_NAME_WORD}|&|of|the|and|for|de|la|du|des|der|die|und|di|et|y)){{0,9}}"
_NOTICE_YEAR = r"(?:19|20)\d\d(?:\s*[-–,]\s*(?:19|20)?\d\d)*\b"
_NOTICE_END = r"\s*(?:[.|·•]|[,;–-]?\s*all rights\b|$)"
COPYRIGHT = re.compile(
    r"(?:(?:\(c\)|copyright\b)[\s:]*)?©[\s©]*(?:\(c\)\s*)?(?:\d{4}|.{1,60}\b\d{4}\b)"
    r"|(?:copyright\b[\s:]*\(c\)|\(c\)\s*copyright\b)\s*(?:\d{4}|.{1,60}\b\d{4}\b)"
    rf"|copyright\b[\s:]*(?:by\s+)?(?:{_NOTICE_YEAR}"
    r"|(?!(?:laws?|act|bill|code|reform|infringements?|protection|directive|treaty|convention|regulations?|cases?)\b)"
    rf"{_NAME},?\s+{_NOTICE_YEAR}{_NOTICE_END})"
    rf"|\(c\)\s*(?:{_NOTICE_YEAR}(?:[\s,–-]+(?:by\s+)?{_NAME})?{_NOTICE_END}|{_NAME},?\s+{_NOTICE_YEAR}{_NOTICE_END})"
    r"|(?:©|\(c\)|copyright\b).{0,80}all rights reserved"
    r"|.{0,120}\ball rights reserved\b\.?$",
    re.IGNORECASE,
)


TEASERS_FOLLOW = re.compile(
    r"(?:check also|see also|read (?:also|next)|related(?: (?:articles?|posts?|stories|news|content|coverage))?"
    r"|you (?:may|might) also (?:like|be interested in)|recommended(?: (?:for you|stories|reading))?"
    r"|more (?:stories|articles|news)|most (?:read|popular|viewed)|more from .{1,40}"
    r"|lire aussi|à lire aussi|leggi anche|lesen sie auch|mehr zum thema|lea también)\s*[:.]?",
    re.IGNORECASE,
)
BREADCRUMB = re.compile(
    r"(?:home(?:\s?page)?|start|accueil|startseite|inicio)\s*[>›»/|→]\s*\S"
    r"|(?:you are here|sie sind hier|u bent hier|vous êtes ici|ti trovi (?:in|qui)|estás en|nalazite se)\s*:",
    re.IGNORECASE,
)
READ_ALSO = re.compile(
    r"(?:read (?:also|more|next)|see also|related|more on this|à lire aussi|lire aussi|leggi anche|lesen sie auch"
    r"|mehr zum thema|lea también|te puede interesar|leia também|lees ook|pročitajte|lexo edhe)\b",
    re.IGNORECASE,
)
"""Begins a line that leads to another page, if most of the rest is a link."""
MENU = re.compile(r"(?:[^|•·\d.:]{2,25}\s[|•·]\s){2,}[^|•·\d.:]{2,25}")
BREADCRUMB_WORDS = re.compile(r"home(?:\s?page)?\s+\S", re.IGNORECASE)
CONTACT = re.compile(
    r"(?:\b(?:tel|telephone|phone|fax|mobile|mob|e-?mail|tél|telefon|téléphone|teléfono|telefono|cell)"
    r"\s*(?:\.|no\.?|number)?\s*[:：]|\btel\.\s*\+?\d)\s*\S",
    re.IGNORECASE,
)
WHERE_AND_WHEN = re.compile(
    r"(?:(?:(?:postal|street|mailing|office|visiting|opening|business|press|news|media|web) )*"
    r"(?:address|room|floor|building|p\.?\s?o\.?\s?box|hours|zip(?: code)?|postcode|website|site|url|https?|www"
    r"|contacts?|skype|whatsapp|viber|signal|ext(?:ension)?|hotline|switchboard|desk|iban|vat(?: (?:no|number))?\.?"
    r"|adresse|anschrift|öffnungszeiten|indirizzo|orari|dirección|horario|adresa|adresă))"
    r"|for (?:further|more|additional) .{1,40}|date|time|updated|published|issued",
    re.IGNORECASE,
)
"""The label of a line that tells where, when or how somebody is reached, or when something was issued."""
CREDIT = re.compile(
    r"(?:^|[\s(/|])(?:photo(?:graph)?s?|image|picture|foto|crédit photo|credit)"
    r"\s*(?:[:/©]|\bby\b|\bcourtesy\b|credit:)\s*\S.{0,80}$"
    r"|\b(?:UN|NATO|EU|OSCE|KFOR|UNMIK|AP|AFP|EPA|Reuters|Getty)\s+(?:photo|images?)\b[^.]{0,40}\)?\.?$"
    r"|\((?:epa|ap|afp|reuters|dpa|ansa|tass|itar-tass|getty images?|file(?: photo)?|official site"
    r"|courtesy(?: photo| image)?|archive|undated)\)$",
    re.IGNORECASE,
)
