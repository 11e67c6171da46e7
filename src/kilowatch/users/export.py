"""A person's data as one file."""

import zipfile
from collections.abc import Mapping
from datetime import datetime
from io import BytesIO
from typing import Final

import msgspec

from kilowatch.contracts.personal_data import HoldsFiles

README: Final = """Everything that this installation of Kilowatch holds about you, made {at:%Y-%m-%d %H:%M} UTC.

There is a JSON file for each of its parts, and beside it what you and others have attached to your conversations.
Times are UTC, in ISO 8601. Passwords and keys are not in here: only digests of them are kept, which are of use to
nobody.
"""


def zipped(held: Mapping[str, object], at: datetime) -> bytes:
    """A zip with a JSON file for each service, and the files that it holds."""
    file = BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("README.txt", README.format(at=at))
        for service, data in held.items():
            for held_file in msgspec.convert(data, HoldsFiles).files:
                archive.writestr(held_file.path, held_file.content)
            archive.writestr(
                f"{service}.json", msgspec.json.format(msgspec.json.encode(_without_files(data)), indent=2)
            )
    return file.getvalue()


def _without_files(data: object) -> object:
    return {name: value for name, value in data.items() if name != "files"} if isinstance(data, dict) else data
