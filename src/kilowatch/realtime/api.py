"""Tickets, and the door."""

import asyncio
from datetime import timedelta
from http import HTTPStatus
from typing import Final

from fastapi import APIRouter
from pydantic import BaseModel
from starlette.websockets import WebSocket, WebSocketDisconnect

from kilowatch.kit.errors import Forbidden, KilowatchError, Unauthenticated
from kilowatch.kit.http import SignedIn, address_of
from kilowatch.kit.problems import error_response
from kilowatch.kit.security import UserPrincipal
from kilowatch.realtime import metrics
from kilowatch.realtime.context import Realtime, RealtimeContext
from kilowatch.realtime.conversation import Conversation, code_of
from kilowatch.realtime.domain.frames import MAX_FRAME_BYTES, Welcome
from kilowatch.realtime.domain.origins import may_open
from kilowatch.realtime.domain.pace import Pace
from kilowatch.realtime.outlet import TooSlow
from kilowatch.realtime.socket import CloseCode, Closing, Socket
from kilowatch.realtime.store.tickets import Issued, new_ticket
from kilowatch.realtime.upkeep import HEARTBEAT_S

router = APIRouter(tags=["realtime"])

TICKET_LIFETIME: Final = timedelta(seconds=30)
#: A client that does not read is told why as far as it lets us, and no longer.
CLOSE_TIMEOUT_S: Final = 2.0


class Ticket(BaseModel):
    ticket: str
    expires_in: float
    """Seconds. It opens one socket: `/api/realtime?ticket=…`."""


@router.post("/api/realtime/tickets", status_code=HTTPStatus.CREATED)
async def make_ticket(realtime: Realtime, asking: SignedIn) -> Ticket:
    """A ticket for one socket: a browser cannot send an access token with the request that opens one."""
    ticket = new_ticket()
    await realtime.openings.issue.ask(Issued(ticket, asking, realtime.clock() + TICKET_LIFETIME))
    return Ticket(ticket=ticket, expires_in=TICKET_LIFETIME.total_seconds())


async def open_socket(websocket: WebSocket) -> None:
    """The life of one socket. What is wrong before it is open is answered as plain HTTP."""
    realtime: RealtimeContext = websocket.app.state.contexts[RealtimeContext]
    address = address_of(websocket)
    try:
        socket = Socket(await _admitted(realtime, websocket, address), address)
    except KilowatchError as error:
        metrics.REFUSED.labels(code_of(error)).inc()
        await websocket.send_denial_response(error_response(error))
        return
    realtime.hub.add(socket)
    try:
        await websocket.accept()
        await _converse(realtime, socket, websocket)
    except (WebSocketDisconnect, OSError):
        pass  # gone without a word, in the middle of being sent something
    finally:
        realtime.hub.remove(socket)


SOCKETS: Final = {"/api/realtime": open_socket}


async def _admitted(realtime: RealtimeContext, websocket: WebSocket, address: str) -> UserPrincipal:
    """Who it is. Raises `Forbidden`, `Unauthenticated`, `SlowDown`, `Unavailable`."""
    if not may_open(websocket.headers.get("origin"), websocket.headers.get("host", ""), realtime.origins):
        raise Forbidden("Pages of this origin may not open sockets here.")
    holder = await realtime.openings.redeem.ask(websocket.query_params.get("ticket", ""))
    if holder is None or realtime.upkeep.has_ended(holder.session_id):
        raise Unauthenticated("The ticket is unknown, used or too old; get another.")
    realtime.hub.require_room(holder.user_id, address)
    return holder


async def _converse(realtime: RealtimeContext, socket: Socket, websocket: WebSocket) -> None:
    async def send(text: str) -> None:
        await websocket.send({"type": "websocket.send", "text": text})

    pace = Pace(asyncio.get_running_loop().time())
    conversation = Conversation(realtime, socket, send, pace)
    user = socket.principal
    socket.send(
        Welcome(user_id=user.user_id, role=user.role, token_ends_at=socket.token_ends_at, heartbeat_s=HEARTBEAT_S)
    )
    reading = asyncio.create_task(_read(conversation, websocket))
    reading.add_done_callback(lambda _: socket.outlet.end())
    try:
        await socket.outlet.run(send)
    except TooSlow:
        socket.close(CloseCode.RESUME, "The frames were read too slowly.")
    finally:
        reading.cancel()
        await asyncio.gather(reading, return_exceptions=True)
    if socket.closing:
        await _close(websocket, socket.closing)


async def _read(conversation: Conversation, websocket: WebSocket) -> None:
    while True:
        message = await websocket.receive()
        if message["type"] == "websocket.disconnect":
            return
        text = message.get("text")
        if text is None or len(text) > MAX_FRAME_BYTES:
            conversation.socket.close(CloseCode.MISBEHAVED, "Frames are text, and short.")
            return
        try:
            await conversation.hear(text)
        except TooSlow:
            conversation.socket.close(CloseCode.RESUME, "The frames were read too slowly.")
            return


async def _close(websocket: WebSocket, closing: Closing) -> None:
    metrics.CLOSED.labels(closing.code.name.lower()).inc()
    try:
        async with asyncio.timeout(CLOSE_TIMEOUT_S):
            await websocket.close(closing.code, closing.reason)
    except TimeoutError:
        return  # the server breaks the connection off
