"""Where tests put the files of servers, and what takes long to learn."""

import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

#: What support's classifier learns of the same words, once for all tests and not ten seconds in each of their places.
LEARNT: Final = {"KILOWATCH_SUPPORT_LEARNT_DIR": str(Path(__file__).parents[1] / ".pytest_cache/learnt")}
#: Where it is offered: a database is a thousand files, and a disk can take minutes to remove those of a session.
MEMORY: Final = Path("/dev/shm") if Path("/dev/shm").is_dir() else None

#: Waits for the end of its input, which is the end of the process that started it however that came, and cleans up:
#: process groups by their files, and PostgreSQL where a file still names it.
GUARD: Final = """
read _
for group in "$0"/*.group; do kill -KILL -"$(cat "$group")"; done 2>/dev/null
find "$0" -name postmaster.pid | while read -r file; do
    read -r pid < "$file"
    [ "$(cat "/proc/$pid/comm")" = postgres ] && kill -QUIT "$pid"
done 2>/dev/null
rm -rf "$0"
"""


@contextmanager
def open_directory(prefix: str = "kw-test-", within: Path | None = None) -> Iterator[Path]:
    """A directory that is gone afterwards, with the servers in it, also when this process is killed.

    The server's own account can reach it when root runs the tests: every pytest that starts closes the directory above
    all `tmp_path`s to everybody but its user, again and again.
    """
    directory = Path(tempfile.mkdtemp(prefix=prefix, dir=within))
    guard = subprocess.Popen(["/bin/sh", "-c", GUARD, str(directory)], stdin=subprocess.PIPE, start_new_session=True)
    try:
        yield directory
    finally:
        guard.communicate(timeout=300)
