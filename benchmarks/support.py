"""The answerer of the support chat: how fast, and how well on the messages that nothing was tuned on."""

import time
from importlib import import_module
from typing import Final

import numpy as np

from kilowatch.support.answering.answerer import Answerer
from kilowatch.support.answering.knowledge import Knowledge
from kilowatch.support.answering.knowledge_file import read_knowledge, shipped_knowledge
from tests.unit.support.quality import by_rules, by_substrings, labelled, measure, table

ROUNDS: Final = 10


def run() -> dict[str, float]:
    knowledge = read_knowledge(shipped_knowledge())
    load_s = _loaded()
    answerer, build_s = _built(knowledge)
    test = labelled("test")
    quality = measure(by_rules(answerer), test)
    print(table([("rules", quality), ("substrings", measure(by_substrings(knowledge), test))]))
    return {
        "rules_load_s": load_s,
        "rules_build_s": build_s,
        "rule_p99_ms": _p99_ms(answerer),
        "precision": quality.precision,
        "coverage": quality.coverage,
        "false_answers_oos": quality.false_answers_oos,
    }


def _loaded() -> float:
    """The libraries that it learns with: once a process, while each new edition of the knowledge base is built."""
    started = time.perf_counter()
    import_module("kilowatch.support.answering.learning")
    return time.perf_counter() - started


def _built(knowledge: Knowledge) -> tuple[Answerer, float]:
    started = time.perf_counter()
    answerer = Answerer.build(knowledge)
    return answerer, time.perf_counter() - started


def _p99_ms(answerer: Answerer) -> float:
    """Of one core: nothing in a decision runs beside it."""
    messages = [*labelled("validation"), *labelled("test")]
    taken = []
    for item in messages * ROUNDS:
        started = time.perf_counter()
        answerer.decide(item.message, item.language)
        taken.append(time.perf_counter() - started)
    return float(np.quantile(taken, 0.99)) * 1_000
