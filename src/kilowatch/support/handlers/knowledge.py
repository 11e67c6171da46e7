"""Versions of the knowledge base."""

from dataclasses import replace

from kilowatch.support.answering.knowledge_file import shipped_knowledge
from kilowatch.support.handlers.work import Work
from kilowatch.support.store.settings import KnowledgeVersion


async def save(work: Work, yaml: str, fingerprint: str, note: str, actor: str) -> KnowledgeVersion:
    """`yaml` has been read without a problem."""
    version = KnowledgeVersion(number=0, fingerprint=fingerprint, note=note, made_at=work.now, made_by=actor)
    number = await work.knowledge.add(yaml, version)
    await work.audit.record("knowledge.saved", f"knowledge/{number}", fingerprint=fingerprint)
    return replace(version, number=number)


async def text_of(work: Work, number: int) -> str:
    """Raises `NotFound`."""
    return shipped_knowledge() if number == 0 else await work.knowledge.get(number)
