"""Asks all services at once: for what they hold about a person, and for their audit logs."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Final
from urllib.parse import urlencode

import msgspec

from kilowatch.kit.audit import AuditEntry
from kilowatch.kit.errors import NotFound, Unavailable
from kilowatch.kit.service import Peers
from kilowatch.users.domain import LoggedEntry, Position, position_of

TIMEOUT_S: Final = 10.0


async def personal_data(peers: Peers, services: Sequence[str], user_id: str) -> Mapping[str, object]:
    """What each service holds. One that does not answer fails the whole: half an export is a wrong one."""
    paths = {service: f"/internal/{service}/personal-data/{user_id}" for service in services}
    answers = await asyncio.gather(*(_held(peers, service, path) for service, path in paths.items()))
    return {service: answer for service, answer in zip(paths, answers, strict=True) if answer is not None}


async def audit_entries(
    peers: Peers, services: Sequence[str], query: Mapping[str, str], after: Position | None
) -> tuple[list[LoggedEntry], list[str]]:
    """The entries of all services, the newest first, and the services that do not answer now."""
    queries = {service: {**query, **_from(after, service)} for service in services}
    answers = await asyncio.gather(*(_logged(peers, service, asked) for service, asked in queries.items()))
    entries = [entry for answer in answers if answer is not None for entry in answer]
    silent = [service for service, answer in zip(services, answers, strict=True) if answer is None]
    return sorted(entries, key=position_of, reverse=True), silent


def _from(after: Position | None, service: str) -> dict[str, str]:
    if after is None:
        return {}
    return {"before": after.at.isoformat(), "before_id": str(after.id_bound(service))}


async def _held(peers: Peers, service: str, path: str) -> object | None:
    """None where there is no such service, or none that keeps anything about people."""
    try:
        return await peers.get_json(service, path, timeout_s=TIMEOUT_S)
    except NotFound:
        return None


async def _logged(peers: Peers, service: str, query: Mapping[str, str]) -> list[LoggedEntry] | None:
    try:
        answer = await peers.get_json(service, f"/internal/{service}/audit?{urlencode(query)}", timeout_s=TIMEOUT_S)
    except NotFound:
        return []
    except Unavailable:
        return None
    return [LoggedEntry(service=service, **asdict(entry)) for entry in msgspec.convert(answer, list[AuditEntry])]
