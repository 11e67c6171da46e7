"""A person's data as one file."""

import zipfile
from collections.abc import Mapping
from datetime import datetime
from io import BytesIO
from typing import Final

import msgspec

README: Final = """Everything that this installation of Kilowatch holds about you, made {at:%Y-%m-%d %H:%M} UTC.

There is a JSON file for each of its parts. Times are UTC, in ISO 8601. Passwords and keys are not in here: only
digests of them are kept, which are of use to nobody.
"""


def zipped(held: Mapping[str, object], at: datetime) -> bytes:
    """A zip with a JSON file for each service."""
    file = BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("README.txt", README.format(at=at))
        for service, data in held.items():
            archive.writestr(f"{service}.json", msgspec.json.format(msgspec.json.encode(data), indent=2))
    return file.getvalue()
