import subprocess
import sys

#: Each costs a tenth of a second or more: the command line must come up without them.
HEAVY = ("sqlalchemy", "fastapi", "numpy", "asyncpg", "alembic", "uvicorn", "cryptography")


def test_help_comes_at_once_because_nothing_heavy_is_imported():
    script = f"import kilowatch.cli, sys; print([name for name in {HEAVY} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", script], check=True, capture_output=True, text=True)
    assert done.stdout.strip() == "[]"
