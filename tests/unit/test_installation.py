"""Who may use a data directory."""

from pathlib import Path

import pytest

from kilowatch.installation import exclusive
from kilowatch.kit.errors import Unavailable


def test_a_directory_that_cannot_be_written_to_is_said_in_a_line():
    with (
        pytest.raises(Unavailable, match=r"^/dev/null/kilowatch cannot be written to: "),
        exclusive(Path("/dev/null/kilowatch")),
    ):
        pass
