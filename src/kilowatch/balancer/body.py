"""The body of a request, never larger than allowed: neither as it comes nor unpacked."""

import zlib
from http import HTTPStatus
from typing import Final

from fastapi import HTTPException, Request

from kilowatch.kit.errors import Invalid

_GZIP: Final = 16 + zlib.MAX_WBITS


class TooLarge(ValueError):
    """More than the bound."""


async def read_body(request: Request, max_bytes: int, max_unpacked_bytes: int) -> bytes:
    """The body, unpacked. Answers 413 above a bound and 415 to an encoding that is not gzip."""
    packed = bytearray()
    async for piece in request.stream():
        packed += piece
        if len(packed) > max_bytes:
            raise _too_large(max_bytes)
    match request.headers.get("content-encoding", "identity").strip().lower():
        case "identity" | "":
            return bytes(packed)
        case "gzip" | "x-gzip":
            return _unpacked(bytes(packed), max_unpacked_bytes)
        case encoding:
            raise HTTPException(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, f"Send gzip or nothing, not {encoding[:40]!r}.")


def _unpacked(packed: bytes, max_bytes: int) -> bytes:
    try:
        return gunzip(packed, max_bytes)
    except TooLarge:
        raise _too_large(max_bytes) from None
    except (zlib.error, EOFError) as error:
        raise Invalid(f"The body is not gzip, as its Content-Encoding says: {error}.") from error


def _too_large(max_bytes: int) -> HTTPException:
    return HTTPException(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, f"At most {max_bytes:,} bytes; send them in parts.")


def gunzip(packed: bytes, max_bytes: int) -> bytes:
    """Unpack all members. Raises `TooLarge` before more than `max_bytes` are in memory, `zlib.error`, `EOFError`."""
    unpacked = bytearray()
    while packed:
        member = zlib.decompressobj(_GZIP)
        unpacked += member.decompress(packed, max_bytes + 1 - len(unpacked))
        if len(unpacked) > max_bytes:
            raise TooLarge
        if not member.eof:
            raise EOFError("it ends too early")
        packed = member.unused_data
    return bytes(unpacked)
