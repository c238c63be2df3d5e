"""RTF files: one pass over the control words; what a reader of the page sees, without deletions and hidden text."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass, field, replace

from corpus.errors import UnreadableDocument
from corpus.formats.compose import compose, filled_in, flat, unread
from corpus.formats.html_table import Piece
from corpus.formats.rtf_flow import Flow
from corpus.types import Document

READER = ("application/rtf", "rtf/4")

_TOKEN = re.compile(
    rb"\\(?:(?P<word>[a-zA-Z]{1,32})(?P<number>-?\d{1,9})?\ ?|'(?P<hex>[0-9a-fA-F]{2})|(?P<sign>[^a-zA-Z]))"
    rb"|(?P<brace>[{}])|(?P<text>[^\\{}\r\n]+)|[\r\n]+|\\",
    re.DOTALL,
)
_CHARSETS = {
    0: "cp1252", 2: "cp1252",
    77: "mac_roman", 128: "cp932", 129: "cp949", 130: "johab", 134: "gbk", 136: "big5", 161: "cp1253", 162: "cp1254",
    163: "cp1258", 177: "cp1255", 178: "cp1256", 186: "cp1257", 204: "cp1251", 222: "cp874", 238: "cp1250",
}  # fmt: skip
_CODE_PAGES = {"mac": "mac_roman", "pc": "cp437", "pca": "cp850"}
_PLAIN = {
    "tab": "\t", "line": "\n", "emdash": "—", "endash": "–", "emspace": " ", "enspace": " ", "qmspace": " ",
    "bullet": "•", "lquote": "‘", "rquote": "’", "ldblquote": "“", "rdblquote": "”",
}  # fmt: skip
_SIGNS = {0x7E: "\u00a0", 0x5F: "\u2011", 0x7B: "{", 0x7D: "}", 0x5C: "\\"}
_BREAKS = ("par", "sect", "page", "column")
_SKIPPED_WORDS = """
    colortbl info pict object objdata header headerl headerr headerf footer footerl footerr footerf annotation atnid
    atnauthor atndate atnref fldinst xe tc bkmkstart bkmkend datafield themedata colorschememapping generator
    listtable listoverridetable revtbl rsidtbl latentstyles xmlnstbl ftnsep ftnsepc aftnsep aftnsepc template
    filetbl private docvar pgptbl mmathPr nonshppict do shpinst sp fontemb falt panose background pntxta pntxtb
"""
_SKIPPED = frozenset(_SKIPPED_WORDS.split())
_SHOWN = frozenset(("text", "footnote", "shptxt", "listtext"))
_COUNTED = {"pict": "picture", "object": "embedded object", "annotation": "comment"}
_NAMED_STYLE = re.compile(r"(?:heading|überschrift|titre|titolo|título)\s*(\d)", re.IGNORECASE)
_MOST_GROUPS = 1_000


@dataclass(slots=True)
class _Group:
    """What holds until the next closing brace; `place` says what its text is."""

    place: str = "text"
    skip: int = 1  # how many characters stand in for one that is given by its number
    font: int = -1
    hidden: bool = False
    starred: bool = False
    opens: bool = False  # a flow of its own: a note or a box


@dataclass(slots=True)
class _Said:
    """What the head of the file says: code page, fonts, styles, properties."""

    codec: str = "cp1252"
    fonts: dict[int, str] = field(default_factory=dict)
    default: int = -1
    styles: dict[int, str] = field(default_factory=dict)
    properties: dict[str, str] = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=dict)


def read_rtf(data: bytes, name: str) -> Document:
    """The document in an RTF file. Raises UnreadableDocument for what is none, or holds no text."""
    if not data.lstrip().startswith(b"{\\rtf"):
        raise UnreadableDocument(f"{name} is not an RTF file, whatever its name says")
    reading = _Reading(name)
    pieces = reading.read(data)
    said = reading.said
    claims = filled_in(said.properties.get("title", ""), said.properties.get("author", ""), "")
    counts = [(said.counts.get(word, 0), one) for word, one in _COUNTED.items()]
    notes = unread(counts)
    if said.counts.get("margin"):
        notes.append("Headers and footers of its pages are not read.")
    return compose(data, name, pieces, claims, READER, notes)


class _Reading:
    def __init__(self, name: str) -> None:
        self.said = _Said()
        self._name = name
        self._group = _Group()
        self._groups: list[_Group] = []
        self._flows = [Flow()]
        self._notes: list[Piece] = []
        self._noted = 0
        self._bytes = bytearray()
        self._left = 0  # characters still to be passed over
        self._high = 0
        self._property = ""
        self._style = 0

    def read(self, data: bytes) -> list[Piece]:
        """All pieces of the text; notes stand at the end."""
        at = data.index(b"{")
        while match := _TOKEN.match(data, at):
            at = match.end()
            if brace := match["brace"]:
                self._brace(brace == b"{")
                if not self._groups:
                    break  # what follows the outermost group is none of the text
            elif word := match["word"]:
                number = int(match["number"]) if match["number"] else None
                if word == b"bin":
                    at += max(0, number or 0)
                else:
                    self._word(word.decode("ascii"), number)
            elif match["hex"]:
                self._raw(bytes.fromhex(match["hex"].decode("ascii")))
            elif match["sign"]:
                self._sign(match["sign"][0])
            elif match["text"]:
                self._raw(match["text"])
        self._decode()
        while len(self._flows) > 1:
            self._close_flow()
        return self._flows[0].finish() + self._notes

    def _brace(self, opens: bool) -> None:
        self._decode()
        self._left = 0
        if opens:
            if len(self._groups) >= _MOST_GROUPS:
                raise UnreadableDocument(f"{self._name} has groups nested more than {_MOST_GROUPS:,} deep")
            self._groups.append(self._group)
            self._group = replace(self._group, opens=False, starred=False)
            return
        if self._group.opens:
            self._close_flow()
        if self._groups:
            self._group = self._groups.pop()

    def _open_flow(self) -> None:
        self._decode()
        self._group.opens = True
        self._flows.append(Flow())

    def _close_flow(self) -> None:
        self._decode()
        pieces = self._flows.pop().finish()
        if self._group.place == "footnote":
            if pieces:
                self._noted += 1
                pieces[0].text = f"[{self._noted}] {pieces[0].text}"
                self._notes += pieces
                self._flows[-1].write(f"[{self._noted}]")
        else:
            self._flows[-1].boxes += pieces

    # words and signs

    def _word(self, word: str, number: int | None) -> None:
        self._decode()
        self._left = 0
        group = self._group
        if word == "u" and number is not None:
            self._code_unit(number % 65536)
            self._left = group.skip
        elif word in ("uc", "f", "v", "deleted", "plain"):
            self._character(word, number)
        elif len(self._groups) == 1 and word in ("ansicpg", "deff", *_CODE_PAGES):
            self._set_default(word, number)
        elif not self._destination(word) and group.place in _SHOWN:
            if word in _PLAIN:
                self._write(_PLAIN[word])
            elif word in _BREAKS:
                self._flows[-1].end_paragraph()
            else:
                self._flows[-1].control(word, number, self.said.styles)
        elif word == "fcharset" and group.place == "fonttbl" and number in _CHARSETS:
            self.said.fonts[group.font] = _CHARSETS[number]
        elif word == "s" and group.place == "stylesheet":
            self._style = number or 0

    def _character(self, word: str, number: int | None) -> None:
        group = self._group
        if word == "uc":
            group.skip = min(max(number or 0, 0), 10)
        elif word == "f":
            group.font = number if number is not None else -1
        elif word == "plain":
            group.hidden, group.font = False, self.said.default
        else:
            group.hidden = number != 0

    def _destination(self, word: str) -> bool:
        """Whether the word says what this group is for; then its text goes there, or nowhere."""
        group = self._group
        if word in _COUNTED and group.place in _SHOWN:
            self.said.counts[word] = self.said.counts.get(word, 0) + 1
        if group.place == "info" and word in ("title", "author"):
            group.place = self._property = word
        elif (
            word in ("footnote", "shptxt") and not group.hidden and group.place in ("text", "shpinst", "skip")
        ):
            group.place = word
            self._open_flow()
        elif word in ("listtext", "pntext") and group.place in _SHOWN:
            group.place = "listtext"
        elif word in ("fonttbl", "stylesheet", "info", "shpinst") and group.place == "text":
            group.place = word
        elif word == "result" and group.place == "object":
            group.place = "text"
        elif word in _SKIPPED or (group.starred and group.place in _SHOWN and word not in ("ud", "shptxt")):
            group.place = word if word in ("object", "header", "footer") else "skip"
        else:
            return False
        group.starred = False
        return True

    def _set_default(self, word: str, number: int | None) -> None:
        """What holds where no font says otherwise: the file's code page, and the font of text that names none."""
        said = self.said
        if word == "ansicpg":
            said.codec = _codec(f"cp{number}") or said.codec
        elif word == "deff":
            said.default = self._group.font = number or 0
        else:
            said.codec = _CODE_PAGES[word]

    def _sign(self, sign: int) -> None:
        self._decode()
        if self._left and sign != 0x2A:
            self._left -= 1
        elif sign == 0x2A:
            self._group.starred = True
        elif sign in (0x0A, 0x0D):
            self._flows[-1].end_paragraph()
        elif sign in _SIGNS:
            self._write(_SIGNS[sign])

    # characters

    def _raw(self, text: bytes) -> None:
        passed = min(self._left, len(text))
        self._left -= passed
        self._bytes += text[passed:]

    def _decode(self) -> None:
        if self._bytes:
            group, codec = self._group, self.said.codec
            if group.place in _SHOWN:
                codec = self.said.fonts.get(group.font, codec)
            data, self._bytes = bytes(self._bytes), bytearray()
            self._write(data.decode(codec, "replace"))

    def _code_unit(self, unit: int) -> None:
        """A character by its number; those beyond 65,535 come as two surrogates."""
        if 0xD800 <= unit < 0xDC00:
            self._high = unit
        elif 0xDC00 <= unit < 0xE000:
            pair = 0x10000 + ((self._high - 0xD800) << 10) + (unit - 0xDC00)
            self._write(chr(pair) if self._high else "\ufffd")
            self._high = 0
        else:
            self._write(chr(unit))

    def _write(self, text: str) -> None:
        group = self._group
        if group.hidden:
            return
        if group.place in _SHOWN:
            self._flows[-1].write(text, label=group.place == "listtext")
        elif group.place in ("title", "author"):
            before = self.said.properties.get(self._property, "")
            self.said.properties[self._property] = flat((before + text)[:1_000])
        elif group.place == "stylesheet":
            self._name_style(text)
        elif group.place in ("header", "footer") and any(map(str.isalpha, text)):
            self.said.counts["margin"] = 1

    def _name_style(self, text: str) -> None:
        name = text.partition(";")[0].strip()
        if match := _NAMED_STYLE.match(name):
            self.said.styles[self._style] = f"heading {match[1]}"
        elif name.lower() in ("title", "titel", "caption", "beschriftung"):
            self.said.styles[self._style] = "title" if name.lower()[:3] == "tit" else "caption"


def _codec(name: str) -> str | None:
    try:
        return codecs.lookup(name).name
    except LookupError:
        return None
