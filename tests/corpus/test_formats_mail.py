"""E-mails as the standard library's email package writes them, and pages that browsers saved as one file."""

from __future__ import annotations

from email.message import EmailMessage
from email.policy import SMTP

import pytest

from corpus.types import Origin
from tests.corpus.office import FILLER, refused, sound
from tests.corpus.reading import show

SAVED_PAGE = f"""From: <Saved by Blink>
Snapshot-Content-Location: https://news.example/returns
Subject: =?utf-8?Q?Returns_rise_=E2=80=93_News?=
Date: Sun, 1 Nov 2026 10:00:00 +0100
MIME-Version: 1.0
Content-Type: multipart/related;
\ttype="text/html";
\tboundary="----Part--x"

------Part--x
Content-Type: text/css
Content-Location: cid:css@mhtml.blink

p {{}}
------Part--x
Content-Type: text/html
Content-ID: <frame@mhtml.blink>
Content-Transfer-Encoding: quoted-printable
Content-Location: https://news.example/returns

<!DOCTYPE html><html lang=3D"en"><head><meta http-equiv=3D"Content-Type" content=3D"text/html; charset=3Dutf-8">
<title>Returns rise</title><meta property=3D"article:published_time" content=3D"2003-10-05"></head><body><main>
<h1>Returns rise</h1><p>Caf=C3=A9 owners agree. {FILLER}</p></main></body></html>
------Part--x
Content-Type: text/html
Content-Location: https://ads.example/frame

<p>Buy now</p>
------Part--x--
"""


def message(body: str = FILLER) -> EmailMessage:
    mail = EmailMessage(policy=SMTP)
    mail["Subject"] = "Rückkehr nach Peja – figures"
    mail["From"] = "Ana Gashi <ana@mission.example>"
    mail["To"] = "Ben Hoxha <ben@mission.example>, desk@mission.example"
    mail["Date"] = "Sun, 05 Oct 2003 23:30:00 -0500"
    mail.set_content(body)
    return mail


def test_a_mail_is_its_headers_and_its_body() -> None:
    points = "- first point\n- second point\n\nOn Friday, Ben wrote:\n> Send me the figures.\n>> Which ones?"
    document = sound(bytes(message(f"Dear Ben,\n\n{FILLER}\n\n{points}\n\n-- \nAna\n")), "a.eml")
    assert show(document) == [
        ("heading", "Rückkehr nach Peja – figures"),
        ("boilerplate", "From: Ana Gashi <ana@mission.example>"),
        ("boilerplate", "To: Ben Hoxha <ben@mission.example>, desk@mission.example"),
        ("boilerplate", "Date: Sun, 05 Oct 2003 23:30:00 -0500"),
        ("paragraph", "Dear Ben,"),
        ("paragraph", FILLER),
        ("list-item", "first point"),
        ("list-item", "second point"),
        ("paragraph", "On Friday, Ben wrote:"),
        ("paragraph", "Send me the figures."),
        ("paragraph", "Which ones?"),
        ("boilerplate", "Ana"),
    ]


def test_metadata_is_that_of_the_headers() -> None:
    metadata = sound(bytes(message()), "a.eml").metadata
    assert (metadata.title.value, metadata.title.origin) == ("Rückkehr nach Peja – figures", Origin.META)
    assert metadata.published is not None
    assert (str(metadata.published.date), metadata.published.origin) == ("2003-10-05", Origin.META)
    assert metadata.author_names == ("Ana Gashi",)
    assert metadata.language is not None and metadata.language.value == "en"


def test_html_is_read_where_the_plain_text_says_little() -> None:
    mail = message("See the HTML part.")
    mail.add_alternative(
        f"<h2>Peja</h2><p>{FILLER}</p><table><tr><th>Town<th>Returns<tr><td>Peja<td>415</table>",
        subtype="html",
    )
    assert show(sound(bytes(mail), "a.eml"))[4:] == [
        ("heading", "Peja"),
        ("paragraph", FILLER),
        ("table-header", "Town | Returns"),
        ("table-row", "Peja | 415"),
    ]
    mail = message()
    mail.add_alternative(f"<p>{FILLER}</p>", subtype="html")
    assert show(sound(bytes(mail), "a.eml"))[4:] == [("paragraph", FILLER)]


def test_attachments_are_told() -> None:
    mail = message()
    mail.add_attachment(b"%PDF-1.4", maintype="application", subtype="pdf", filename="../../evil.pdf")
    mail.add_attachment("a,b", filename="täble.csv")
    assert sound(bytes(mail), "a.eml").notes == (
        "2 attachments are no part of this text: evil.pdf, täble.csv.",
    )


def test_headers_in_odd_encodings_are_read() -> None:
    raw = (
        b"From: =?iso-8859-1?Q?Andr=E9?= <a@b>\nSubject: R\xc3\xbcckkehr =?nonsense?B?!!?=\nDate: nonsense\n"
    )
    raw += b"\nText \xe9 here.\n"
    document = sound(raw, "a.eml")
    assert document.metadata.author_names == ("André",)
    assert document.metadata.title.value.startswith("Rückkehr")
    assert document.metadata.published is None
    assert "Text é here." in document.text


@pytest.mark.parametrize("label", ["iso-8859-1", "us-ascii", "windows-1252"])
def test_typographic_signs_under_a_narrow_name_are_read(label: str) -> None:
    words = "The ferry’s fare – “one way” – is 10 €."
    head = f"From: a@b\nSubject: =?{label}?Q?Ana=92s?=\nMIME-Version: 1.0\n"
    kind = f"Content-Type: text/html; charset={label}\n"
    plain = (head + kind.replace("html", "plain") + "\n").encode() + words.encode("cp1252")
    document = sound(plain, "a.eml")
    assert document.metadata.title.value == "Ana’s"
    assert ("paragraph", words) in show(document)
    page = f"{head}Content-Type: multipart/related; boundary=x\n\n--x\n{kind}\n".encode()
    page += f"<p>{words}</p>".encode("cp1252") + b"\n--x--\n"
    assert show(sound(page, "a.mht")) == [("paragraph", words)]


def test_what_is_no_mail_or_a_trap_is_refused() -> None:
    assert "is empty: it has 0 bytes" in refused(b"", "a.eml")
    assert "no headers" in refused(b"Just a text.", "a.eml")
    assert "holds no text" in refused(b"From:\n\n", "a.eml")
    nested = b"".join(b"Content-Type: multipart/mixed; boundary=%d\n\n--%d\n" % (n, n) for n in range(20_000))
    assert "parts in parts" in refused(b"From: a@b\n" + nested, "a.eml")
    assert sound(bytes(message())[:250], "a.eml").text


def test_a_saved_page_is_read_as_the_page_it_is() -> None:
    document = sound(SAVED_PAGE.encode(), "page.mhtml")
    assert show(document) == [("heading", "Returns rise"), ("paragraph", f"Café owners agree. {FILLER}")]
    metadata = document.metadata
    assert (metadata.title.value, metadata.address) == ("Returns rise", "https://news.example/returns")
    assert metadata.published is not None and str(metadata.published.date) == "2003-10-05"
    assert (document.reader, document.notes) == ("mhtml/4", ("1 frame is not read.",))


def test_broken_saved_pages_are_refused() -> None:
    assert "no HTML part" in refused(
        b"MIME-Version: 1.0\nContent-Type: multipart/related; boundary=x\n\n--x--\n", "a.mht"
    )
    assert "no headers" in refused(b"<p>no</p>", "a.mhtml")
    assert "Café" in sound(SAVED_PAGE.encode()[:-200], "a.mht").text
