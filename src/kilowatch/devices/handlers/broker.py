"""RabbitMQ asks whether a meter or a gateway may log in, and what it may do then."""

from kilowatch.contracts.credentials import Holder, HolderKind, credential_digest, holder_of_routing_key
from kilowatch.devices.domain.broker import Permission, may_publish_to
from kilowatch.devices.handlers.work import Work


async def may_log_in(work: Work, holder: Holder, password: str) -> bool:
    """An inactive device may: its readings are refused by the balancer, where an administrator sees them."""
    found = await work.credentials.find(holder, credential_digest(password))
    return found is not None and found.is_good_at(work.now)


async def may_stay(work: Work, holder: Holder) -> bool:
    """Whether it has a credential that is good; of a deleted holder all are revoked."""
    return any(record.is_good_at(work.now) for record in await work.credentials.open_of_holder(holder))


async def may_publish(work: Work, holder: Holder, exchange: str, permission: Permission, routing_key: str) -> bool:
    if not may_publish_to(exchange, permission):
        return False
    sender = holder_of_routing_key(routing_key)
    if sender is None or not await may_stay(work, holder):
        return False
    return sender == holder or await _sends_for(work, holder, sender)


async def _sends_for(work: Work, holder: Holder, sender: Holder) -> bool:
    if (holder.kind, sender.kind) != (HolderKind.GATEWAY, HolderKind.DEVICE):
        return False
    return await work.gateways.lists(holder.id, sender.id)
