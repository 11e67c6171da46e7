"""The knowledge base: read it, try it, save a new version, go back to an old one."""

import asyncio
from dataclasses import dataclass
from http import HTTPStatus
from itertools import islice
from typing import Annotated, TypeAlias

from fastapi import APIRouter, Path
from pydantic import StringConstraints

from kilowatch.contracts.chat import MAX_TEXT
from kilowatch.kit.bodies import accepts_body
from kilowatch.kit.errors import Conflict
from kilowatch.kit.fields import Text
from kilowatch.kit.http import Administrator, SignedInOrigin, Staff
from kilowatch.support.answering.contradictions import contradictions
from kilowatch.support.answering.decision import Decision, Outcome
from kilowatch.support.answering.knowledge_file import (
    InvalidKnowledge,
    KnowledgeProblem,
    read_knowledge,
    shipped_knowledge,
)
from kilowatch.support.answering.text import Language
from kilowatch.support.api.context import Body, Limit, Support
from kilowatch.support.handlers.knowledge import save, text_of
from kilowatch.support.store.settings import KnowledgeVersion

router = APIRouter(tags=["support"])

#: A knowledge base may have a million characters, and some of them two bytes.
MAX_BODY = 4 << 20
MOST_WARNINGS = 100

Yaml: TypeAlias = Annotated[Text, StringConstraints(min_length=1, max_length=1_000_001)]
Number: TypeAlias = Annotated[int, Path(ge=0, le=2**31)]


class CheckBody(Body):
    yaml: Yaml


class SaveBody(CheckBody):
    note: Annotated[Text, StringConstraints(strip_whitespace=True, max_length=500)] = ""
    number: int | None = None  #: the version that was edited; a newer one is a conflict


class TryBody(Body):
    """With `yaml`: what that text would answer; else what is in force does."""

    text: Annotated[Text, StringConstraints(min_length=1, max_length=MAX_TEXT)]
    language: Language = Language.EN
    yaml: Yaml | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class KnowledgeAnswer:
    number: int  #: 0: the one that Kilowatch comes with
    yaml: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckAnswer:
    problems: list[KnowledgeProblem]  #: with any of these it cannot be saved
    warnings: list[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class TryAnswer:
    decision: Decision
    title: str | None
    answer: str | None  #: with the places for the person's own figures still empty
    suggestions: list[str]


@router.get("/api/support/knowledge")
async def show_knowledge(support: Support, _: Staff) -> KnowledgeAnswer:
    async with support.working() as work:
        number, yaml = await work.knowledge.newest() or (0, shipped_knowledge())
    return KnowledgeAnswer(number=number, yaml=yaml)


@router.post("/api/support/knowledge/check")
@accepts_body(up_to=MAX_BODY)
async def check_knowledge(_support: Support, _: Administrator, body: CheckBody) -> CheckAnswer:
    """What is wrong with a text, each with its line, and what is perhaps not as it was meant."""
    return await asyncio.to_thread(_check, body.yaml)


@router.put("/api/support/knowledge")
@accepts_body(up_to=MAX_BODY)
async def save_knowledge(
    support: Support, who: Administrator, origin: SignedInOrigin, body: SaveBody
) -> KnowledgeVersion:
    """A new version, in force within seconds everywhere. All older ones stay."""
    knowledge = await asyncio.to_thread(read_knowledge, body.yaml)
    async with support.working(origin) as work:
        if body.number not in {None, await work.knowledge.newest_number()}:
            raise Conflict("Somebody has saved another version meanwhile; look again.")
        version = await save(work, body.yaml, knowledge.version, body.note, who.actor)
    support.knowledge.look_now()
    return version


@router.get("/api/support/knowledge/versions")
async def list_versions(support: Support, _: Staff, limit: Limit = 50) -> list[KnowledgeVersion]:
    """The newest first. Number 0, which is not listed, is the one that Kilowatch comes with."""
    async with support.working() as work:
        return list(await work.knowledge.all(limit))


@router.get("/api/support/knowledge/versions/{number}")
async def show_version(support: Support, _: Staff, number: Number) -> KnowledgeAnswer:
    async with support.working() as work:
        return KnowledgeAnswer(number=number, yaml=await text_of(work, number))


@router.post("/api/support/knowledge/versions/{number}/restore", status_code=HTTPStatus.CREATED)
async def restore_version(
    support: Support, who: Administrator, origin: SignedInOrigin, number: Number
) -> KnowledgeVersion:
    """An old version as the newest one."""
    async with support.working() as work:
        yaml = await text_of(work, number)
    knowledge = await asyncio.to_thread(read_knowledge, yaml)
    async with support.working(origin) as work:
        version = await save(work, yaml, knowledge.version, f"as version {number}", who.actor)
    support.knowledge.look_now()
    return version


@router.post("/api/support/knowledge/try")
@accepts_body(up_to=MAX_BODY)
async def try_knowledge(support: Support, _: Administrator, body: TryBody) -> TryAnswer:
    """What would be answered, and why."""
    if body.yaml is None:
        answerer = await support.knowledge.answerer()
    else:
        answerer = await support.knowledge.draft(body.yaml)
    decision = answerer.decide(body.text, body.language)
    topics = answerer.knowledge.topics
    text = topics[decision.intent].texts[decision.language] if decision.intent else None
    return TryAnswer(
        decision=decision,
        title=text.title if text else None,
        answer=text.answer if text and decision.outcome is Outcome.ANSWER else None,
        suggestions=[topics[topic].texts[decision.language].title for topic in decision.suggestions],
    )


def _check(yaml: str) -> CheckAnswer:
    try:
        knowledge = read_knowledge(yaml)
    except InvalidKnowledge as error:
        return CheckAnswer(problems=list(error.problems), warnings=[])
    return CheckAnswer(problems=[], warnings=[str(each) for each in islice(contradictions(knowledge), MOST_WARNINGS)])
