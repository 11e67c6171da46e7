"""What the classifier has learnt, as files."""

from dataclasses import dataclass, field
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Final
from zipfile import BadZipFile

import numpy as np

from kilowatch.kit.telemetry import logger
from kilowatch.support.answering.weights import Weights

log = logger(__name__)

#: What is in force, what was before, and a draft.
_KEPT: Final = 3


@dataclass(frozen=True, slots=True)
class WeightShelf:
    """What lies on one under a digest lies on every other, so they are all the same."""

    directory: Path = field(compare=False)

    def has(self, digest: str) -> bool:
        return self._place(digest).exists()

    def take(self, digest: str) -> Weights | None:
        place = self._place(digest)
        try:
            with np.load(place, allow_pickle=False) as kept:
                weights = Weights(kept["of_grams"], kept["of_topics"])
            place.touch()  # the oldest is the one that nobody has wanted for the longest time
        except FileNotFoundError:
            return None
        except (OSError, EOFError, ValueError, KeyError, BadZipFile) as error:
            log.warning("weights_not_readable", path=str(place), reason=str(error))
            return None
        return weights

    def put(self, digest: str, weights: Weights) -> None:
        """As a whole or not at all."""
        try:
            self.directory.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._write(digest, weights)
            newest = sorted(self.directory.glob("*.npz"), key=lambda kept: kept.stat().st_mtime, reverse=True)
            for old in newest[_KEPT:]:
                old.unlink(missing_ok=True)
        except OSError as error:
            log.warning("weights_not_kept", path=str(self.directory), reason=str(error))

    def _write(self, digest: str, weights: Weights) -> None:
        with NamedTemporaryFile(dir=self.directory, suffix=".new", delete=False) as file:
            draft = Path(file.name)
            try:
                np.savez(file, of_grams=weights.of_grams, of_topics=weights.of_topics)
                file.flush()
                draft.replace(self._place(digest))
            except BaseException:
                draft.unlink(missing_ok=True)
                raise

    def _place(self, digest: str) -> Path:
        return self.directory / f"{digest}.npz"
