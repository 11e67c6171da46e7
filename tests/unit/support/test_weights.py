"""What has been learnt once is not learnt again, and nothing depends on it being there."""

import asyncio
import errno
import os
import subprocess
import sys
from pathlib import Path
from typing import IO

import numpy as np
import pytest

from kilowatch.support.answering import learning
from kilowatch.support.answering.answerer import Answerer
from kilowatch.support.answering.knowledge_file import read_knowledge
from kilowatch.support.answering.text import Language
from kilowatch.support.bot.answerers import build_answerer, is_learnt
from kilowatch.support.bot.learning import learn_apart
from kilowatch.support.bot.shelf import WeightShelf
from tests.unit.support.test_knowledge_file import SMALL

MESSAGES = ("where does all my power go", "unde se duce energia mea", "how high is the moon")


def test_the_same_lessons_teach_the_same() -> None:
    first, second = (Answerer.build(read_knowledge(SMALL)) for _ in range(2))
    for message in MESSAGES:
        assert first.decide(message, Language.EN) == second.decide(message, Language.EN)


def test_what_was_learnt_is_taken_from_the_shelf(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    knowledge = read_knowledge(SMALL)
    learnt = Answerer.build(knowledge, WeightShelf(tmp_path))
    monkeypatch.setattr(learning, "learn", lambda *_: pytest.fail("It has been learnt already."))
    again = Answerer.build(knowledge, WeightShelf(tmp_path))
    for message in MESSAGES:
        assert again.decide(message, Language.EN) == learnt.decide(message, Language.EN)


def test_every_process_gives_an_n_gram_the_same_place() -> None:
    program = (
        "from kilowatch.support.answering.features import Vocabulary\n"
        "print(Vocabulary([('where', 'does', 'my', 'power', 'go'), ('unde', 'se', 'duce')]).grams)"
    )
    told = {
        subprocess.check_output((sys.executable, "-c", program), env=os.environ | {"PYTHONHASHSEED": seed})
        for seed in ("1", "2")
    }
    assert len(told) == 1


@pytest.mark.parametrize("broken", [b"", b"PK\x03\x04 cut off", b"not weights at all"])
def test_a_broken_shelf_is_mended(tmp_path: Path, broken: bytes) -> None:
    knowledge = read_knowledge(SMALL)
    Answerer.build(knowledge, WeightShelf(tmp_path))
    (kept,) = tmp_path.iterdir()
    whole = kept.stat().st_size
    kept.write_bytes(broken)
    Answerer.build(knowledge, WeightShelf(tmp_path))
    assert [kept.stat().st_size for kept in tmp_path.iterdir()] == [whole]


def test_a_shelf_that_cannot_be_written_is_done_without(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    Answerer.build(read_knowledge(SMALL), WeightShelf(tmp_path / "file"))


def test_a_disk_that_is_full_leaves_nothing_half_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fill(file: IO[bytes], **_: object) -> None:
        file.write(b"as much as fits")
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(np, "savez", fill)
    Answerer.build(read_knowledge(SMALL), WeightShelf(tmp_path))
    assert list(tmp_path.iterdir()) == []


async def test_what_a_process_of_its_own_has_learnt_is_there_for_all(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shelf = WeightShelf(tmp_path)
    assert not is_learnt(SMALL, shelf)
    await learn_apart(SMALL, shelf)
    assert is_learnt(SMALL, shelf)
    monkeypatch.setattr(learning, "learn", lambda *_: pytest.fail("It has been learnt already."))
    build_answerer(SMALL, shelf)


async def test_who_is_told_to_stop_does_not_wait_until_it_has_learnt(tmp_path: Path) -> None:
    under_way = asyncio.create_task(learn_apart(None, WeightShelf(tmp_path)))
    await asyncio.sleep(0.5)
    under_way.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asyncio.wait_for(under_way, 5)
    assert not is_learnt(None, WeightShelf(tmp_path))
