"""Answerers of knowledge bases as they are stored."""

from collections.abc import Sequence
from functools import lru_cache
from importlib import import_module
from typing import TYPE_CHECKING

from kilowatch.support.bot.shelf import WeightShelf

if TYPE_CHECKING:
    from kilowatch.support.answering.answerer import Answerer
    from kilowatch.support.answering.knowledge import Knowledge, Lesson


@lru_cache(maxsize=3)  # what is in force, and a draft that is tried again and again, and then saved
def build_answerer(yaml: str | None, shelf: WeightShelf) -> "Answerer":
    """Of a knowledge base as YAML, or of the one that Kilowatch comes with. Raises `Invalid`."""
    # Imported when it is needed: other services do without, in the same process too.
    answerer = import_module("kilowatch.support.answering.answerer")
    built: Answerer = answerer.Answerer.build(_read(yaml), shelf)
    return built


def is_learnt(yaml: str | None, shelf: WeightShelf) -> bool:
    """Whether that takes a second and not ten. Raises `Invalid`."""
    return shelf.has(_digest(yaml))


def learn(yaml: str | None, shelf: WeightShelf) -> None:
    """So that it takes a second. Raises `Invalid`."""
    classifier = import_module("kilowatch.support.answering.classifier")
    classifier.Classifier(_lessons(yaml), shelf)


@lru_cache(maxsize=3)
def _digest(yaml: str | None) -> str:
    weights = import_module("kilowatch.support.answering.weights")
    digest: str = weights.digest_of(_lessons(yaml))
    return digest


def _lessons(yaml: str | None) -> "Sequence[Lesson]":
    answerer = import_module("kilowatch.support.answering.answerer")
    ours, others = answerer.lessons_in(_read(yaml))
    return [*ours, *others]


@lru_cache(maxsize=3)
def _read(yaml: str | None) -> "Knowledge":
    files = import_module("kilowatch.support.answering.knowledge_file")
    knowledge: Knowledge = files.read_knowledge(yaml or files.shipped_knowledge())
    return knowledge
