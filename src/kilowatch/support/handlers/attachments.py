"""Files that people attach."""

from kilowatch.contracts.accounts import Role
from kilowatch.kit.errors import Forbidden, Invalid
from kilowatch.kit.security import UserPrincipal
from kilowatch.support.domain.attachments import MAX_CONVERSATION_BYTES
from kilowatch.support.domain.conversation import Side
from kilowatch.support.handlers.conversations import find_for_change, side_of
from kilowatch.support.handlers.work import Work
from kilowatch.support.store.attachments import File


async def keep_file(work: Work, who: UserPrincipal, file: File) -> None:
    """Raises `NotFound`, `Forbidden`, `Invalid`."""
    # Locked, so that many at once cannot pass the bound together.
    conversation = await find_for_change(work, who, file.conversation_id)
    if side_of(who, conversation) is Side.STAFF and who.role is not Role.ADMINISTRATOR:
        raise Forbidden("Your role does not allow this.")
    if await work.attachments.bytes_in(conversation.id) + len(file.content) > MAX_CONVERSATION_BYTES:
        raise Invalid(f"The files of a conversation may have {MAX_CONVERSATION_BYTES >> 20} MiB together.")
    await work.attachments.add(file)
