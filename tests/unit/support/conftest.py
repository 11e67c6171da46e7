import os
from pathlib import Path

import pytest

from kilowatch.support.answering.answerer import Answerer
from kilowatch.support.answering.knowledge import Knowledge
from kilowatch.support.answering.knowledge_file import read_knowledge, shipped_knowledge
from kilowatch.support.bot.shelf import WeightShelf


@pytest.fixture(scope="session")
def knowledge() -> Knowledge:
    return read_knowledge(shipped_knowledge())


@pytest.fixture(scope="session")
def answerer(knowledge: Knowledge) -> Answerer:
    return Answerer.build(knowledge, WeightShelf(Path(os.environ["KILOWATCH_SUPPORT_LEARNT_DIR"])))
