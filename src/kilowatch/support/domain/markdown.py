"""Text that comes from a language model or a file, made harmless: plain text with a little Markdown.

Emphasis, lists, headings and code stay. Raw HTML, images and links that lead out of the application go: an image or a
link could carry what was said to somebody else's server, and HTML could run. The web app renders no HTML either; this
is the first of two locks, and the one that counts for other clients, e-mails and transcripts.
"""

import re
import unicodedata
from typing import Final

_DROPPED_WITH_CONTENT: Final = re.compile(
    r"<\s*(script|style|iframe|object|svg|math|template)\b.*?(?:<\s*/\s*\1[^>]*>|\Z)", re.IGNORECASE | re.DOTALL
)
_TAG: Final = re.compile(r"<[^<>]*>")
#: What CommonMark takes for the begin of HTML or of an autolink. `<5 kWh` is neither.
_TAG_START: Final = re.compile(r"<(?=[A-Za-z/!?])")
_IMAGE: Final = re.compile(r"!+\[")
_LINK_END: Final = re.compile(r"\](?=[(:\[])")
#: A page of ours: `/devices`, `/devices/7`. Neither `//elsewhere` nor the API.
_OWN_PAGE: Final = re.compile(r"\[([^\[\]()]*)\]\((/(?!api/|api\)|internal)[a-z][a-z0-9/-]*|/)\)")
_LONGEST_RUN_OF_LINES: Final = re.compile(r"\n{3,}")


def limited_markdown(text: str, *, longest: int = 8000) -> str:
    """`text` without raw HTML, images, links to other places and characters that hide or turn what follows.

    Applying it again changes nothing.
    """
    visible = _without_invisible(text.replace("\r\n", "\n").replace("\r", "\n"))[:longest]
    return _LONGEST_RUN_OF_LINES.sub("\n\n", _without_links(_without_html(visible))).strip()


def _without_invisible(text: str) -> str:
    """Control characters, and format characters such as those that turn the direction of writing."""
    return "".join(c for c in text if c in "\n\t" or unicodedata.category(c) not in {"Cc", "Cf", "Cs", "Co"})


def _without_html(text: str) -> str:
    before = None
    while before != text:  # what is left of nested tags may be a tag again
        before = text
        text = _TAG_START.sub("", _TAG.sub("", _DROPPED_WITH_CONTENT.sub("", text))) if "<" in text else text
    return text


def _without_links(text: str) -> str:
    """Links to pages of ours stay whole; of all others, the brackets are parted from their targets."""
    parts: list[str] = []
    position = 0
    without_images = _IMAGE.sub("[", text)
    for own in _OWN_PAGE.finditer(without_images):
        parts += [_LINK_END.sub("] ", without_images[position : own.start()]), own.group()]
        position = own.end()
    return "".join([*parts, _LINK_END.sub("] ", without_images[position:])])
