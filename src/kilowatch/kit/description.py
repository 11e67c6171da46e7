"""What the API's description says of values that JSON Schema has no word for."""

from typing import Final

#: A time of day by somebody's own clock. JSON Schema's `time` has an offset, and clients would refuse ours.
_CLOCK_TIME: Final = {"type": "string", "pattern": r"^\d\d:\d\d(:\d\d(\.\d+)?)?$"}


def describe_clock_times(part: object) -> None:
    """Tell of every plain time of day within the description what it is."""
    match part:
        case dict() if part.get("format") == "time":
            del part["format"]
            part.update(_CLOCK_TIME)
        case dict():
            for value in part.values():
                describe_clock_times(value)
        case list():
            for value in part:
                describe_clock_times(value)
