"""Which files may be attached: images and PDF, told by what is in them and not by what they are called."""

import re
from typing import Final

from kilowatch.kit.errors import Invalid

MAX_BYTES: Final = 5 << 20
#: Of all files of a conversation together.
MAX_CONVERSATION_BYTES: Final = 50 << 20
MAX_NAME: Final = 100

_PNG: Final = b"\x89PNG\r\n\x1a\n"
_NOT_IN_A_NAME: Final = re.compile(r"[^\w .()-]+")


def media_type_of(content: bytes) -> str:
    """`image/png` and so on. Raises `Invalid` for everything that is not on the list."""
    if not content:
        raise Invalid("The file is empty.")
    if len(content) > MAX_BYTES:
        raise Invalid(f"A file may have {MAX_BYTES >> 20} MiB.")
    for media_type, matches in _KINDS.items():
        if matches(content):
            return media_type
    raise Invalid("Only PNG, JPEG, GIF and WebP images and PDF documents may be attached.")


def safe_name(name: str, media_type: str) -> str:
    """A name without path, quotes and control characters, whose ending tells the truth."""
    last = name.replace("\\", "/").rpartition("/")[2]
    stem = _NOT_IN_A_NAME.sub("_", last).rpartition(".")[0] or _NOT_IN_A_NAME.sub("_", last)
    ending = media_type.rpartition("/")[2]
    return f"{stem.strip(' .')[: MAX_NAME - len(ending) - 1] or 'file'}.{ending}"


def _is_png(content: bytes) -> bool:
    return content.startswith(_PNG) and content[12:16] == b"IHDR"


def _is_jpeg(content: bytes) -> bool:
    return content.startswith(b"\xff\xd8\xff") and content.rstrip(b"\x00")[-2:] == b"\xff\xd9"


def _is_gif(content: bytes) -> bool:
    return content.startswith((b"GIF87a", b"GIF89a")) and len(content) > 13


def _is_webp(content: bytes) -> bool:
    return content.startswith(b"RIFF") and content[8:12] == b"WEBP"


def _is_pdf(content: bytes) -> bool:
    return content.startswith(b"%PDF-") and b"%%EOF" in content[-1024:]


_KINDS: Final = {
    "image/png": _is_png,
    "image/jpeg": _is_jpeg,
    "image/gif": _is_gif,
    "image/webp": _is_webp,
    "application/pdf": _is_pdf,
}
MEDIA_TYPES: Final = tuple(_KINDS)
