"""Where tests put the files of a PostgreSQL server."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


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
