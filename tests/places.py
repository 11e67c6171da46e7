"""Where tests put the files of a PostgreSQL server, and what takes long to learn."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

#: What support's classifier learns of the same words, once for all tests and not ten seconds in each of their places.
LEARNT: Final = {"KILOWATCH_SUPPORT_LEARNT_DIR": str(Path(__file__).parents[1] / ".pytest_cache/learnt")}


@contextmanager
def open_directory() -> Iterator[Path]:
    """A directory that the server's own account can reach when root runs the tests.

    Every pytest that starts closes the directory above all `tmp_path`s to everybody but its user, again and again.
    """
    directory = Path(tempfile.mkdtemp(prefix="kw-test-"))
    try:
        yield directory
    finally:
        shutil.rmtree(directory, ignore_errors=True)
