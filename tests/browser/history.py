"""The past of the demo."""

import time
from typing import Final

from tests.browser.window import ADMIN
from tests.system.installation import Installation

#: Thirteen months of twelve meters; a minute where nothing else runs.
HISTORY_TIMEOUT_S: Final = 300.0


def wait_for_history(installation: Installation) -> None:
    deadline = time.monotonic() + HISTORY_TIMEOUT_S
    with installation.signed_in(ADMIN.email, ADMIN.password) as client:
        while client.get("/api/demo").json()["phase"] != "live":
            assert time.monotonic() < deadline, installation.log()[-4000:]
            time.sleep(0.5)
