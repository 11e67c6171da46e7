"""The body of a request, never larger than allowed: neither as it comes nor unpacked."""

import asyncio
import zlib
from http import HTTPStatus
from typing import Final

from fastapi import HTTPException, Request

from kilowatch.kit.errors import Invalid

_GZIP: Final = 16 + zlib.MAX_WBITS
#: Parts of a gzip file, each packed by itself. Block-wise packers make one for each 64 kB; 16 MB of empty ones would
#: keep us busy for minutes.
MAX_MEMBERS: Final = 1024
#: What is left behind the end of a member is copied, so a piece is small.
PIECE_BYTES: Final = 1 << 16
#: Larger bodies are unpacked in a thread: gzip makes up to a thousand times as much of them.
SMALL_PACKED_BYTES: Final = 1 << 12


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
            arguments = (bytes(packed), max_unpacked_bytes)
            small = len(packed) <= SMALL_PACKED_BYTES
            return _unpacked(*arguments) if small else await asyncio.to_thread(_unpacked, *arguments)
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
    member, members = zlib.decompressobj(_GZIP), 1
    for start in range(0, len(packed), PIECE_BYTES):
        piece = packed[start : start + PIECE_BYTES]
        while piece:
            if member.eof:
                member, members = zlib.decompressobj(_GZIP), members + 1
            unpacked += member.decompress(piece, max_bytes + 1 - len(unpacked))
            if len(unpacked) > max_bytes or members > MAX_MEMBERS:
                raise TooLarge
            piece = member.unused_data
    if packed and not member.eof:
        raise EOFError("it ends too early")
    return bytes(unpacked)
