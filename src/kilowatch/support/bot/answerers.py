"""Answerers of knowledge bases as they are stored."""

from functools import lru_cache
from importlib import import_module
from typing import TYPE_CHECKING

from kilowatch.support.bot.shelf import WeightShelf

if TYPE_CHECKING:
    from kilowatch.support.answering.answerer import Answerer
    from kilowatch.support.answering.knowledge import Knowledge


@lru_cache(maxsize=3)  # what is in force, and a draft that is tried again and again, and then saved
def build_answerer(yaml: str | None, shelf: WeightShelf) -> "Answerer":
    """Of a knowledge base as YAML, or of the one that Kilowatch comes with. Raises `Invalid`."""
    # Imported when it is needed: other services do without, in the same process too.
    answerer = import_module("kilowatch.support.answering.answerer")
    built: Answerer = answerer.Answerer.build(_read(yaml), shelf)
    return built


def is_learnt(yaml: str | None, shelf: WeightShelf) -> bool:
    """Whether that takes a second and not ten. Raises `Invalid`."""
    answerer = import_module("kilowatch.support.answering.answerer")
    learnt: bool = answerer.Answerer.is_learnt(_read(yaml), shelf)
    return learnt


def _read(yaml: str | None) -> "Knowledge":
    files = import_module("kilowatch.support.answering.knowledge_file")
    knowledge: Knowledge = files.read_knowledge(yaml or files.shipped_knowledge())
    return knowledge
