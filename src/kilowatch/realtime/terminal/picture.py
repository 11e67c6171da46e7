"""What is known of an account, as a person at a terminal sees it."""

from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

ALERTS_SHOWN: Final = 12
_COLOURS: Final = {"raised": "red", "acknowledged": "yellow", "cleared": "green"}


@dataclass(slots=True)
class Picture:
    names: Mapping[int, str]
    connected: bool = False
    #: Alerts may have been missed: `load` what there is now.
    incomplete: bool = False
    live: dict[int, Mapping[str, Any]] = field(default_factory=dict)
    alerts: deque[Mapping[str, Any]] = field(default_factory=lambda: deque(maxlen=ALERTS_SHOWN))
    ingest: Mapping[str, float] | None = None
    _begun: bool = False

    def take(self, frame: Mapping[str, Any]) -> str | None:
        """Take in a frame; returns a line that tells of it, where it is worth one."""
        match frame:
            case {"type": "started", "recovered": recovered}:
                # The first start has nothing to resume.
                self.incomplete = self.incomplete or (self._begun and not recovered)
                self.connected = self._begun = True
            case {"type": "lost"}:
                self.connected = False
            case {"type": "live", "devices": devices}:
                self.live |= {each["device_id"]: each for each in devices}
                return "\n".join(self._usage_line(each) for each in devices)
            case {"type": "ingest"}:
                self.ingest = frame
            case {"type": str(type_), "data": alert, "time": at} if type_.startswith("alert."):
                shown = {**alert, "heard_at": at}
                self.alerts.appendleft(shown)
                return f"{_clock(at)}  {_alert_text(shown)}"
            case _:
                pass
        return None

    def load(self, latest: Sequence[Mapping[str, Any]]) -> str:
        """Show these alerts, the newest first, in the place of what was heard; returns lines that tell of the new."""
        heard = {(alert["id"], alert["version"]) for alert in self.alerts}
        shown = [{**alert, "heard_at": alert["raised_at"]} for alert in latest[:ALERTS_SHOWN]]
        self.alerts = deque(shown, maxlen=ALERTS_SHOWN)
        self.incomplete = False
        missed = [alert for alert in reversed(shown) if (alert["id"], alert["version"]) not in heard]
        lines = [f"{_clock(alert['heard_at'])}  {_alert_text(alert)}" for alert in missed]
        return "\n".join(["Some of what came meanwhile was missed. The latest alerts:", *lines])

    def rendered(self) -> RenderableType:
        parts: list[RenderableType] = [self._heading(), Text(), self._usage(), Text(), self._alerts()]
        return Group(*parts)

    def _heading(self) -> Text:
        if not self.connected:
            return Text("Not connected; trying again …", style="yellow")
        rate = f"   {self.ingest['accepted']:,.0f} readings/s" if self.ingest else ""
        return Text(f"Connected{rate}", style="green")

    def _usage(self) -> Table:
        table = Table(box=None, padding=(0, 2, 0, 0))
        table.add_column("Device")
        for name in ("Now", "Today", "Last reading"):
            table.add_column(name, justify="right")
        for device_id, each in sorted(self.live.items(), key=lambda item: self._name(item[0])):
            read_at = _clock(each["at"]) if each["at"] else "–"
            table.add_row(self._name(device_id), _power(each["power_w"]), f"{each['today_kwh']:,.2f} kWh", read_at)
        return table

    def _alerts(self) -> RenderableType:
        if not self.alerts:
            return Text("No alerts since you look.", style="dim")
        table = Table(box=None, padding=(0, 2, 0, 0))
        for name in ("When", "Alert"):
            table.add_column(name)
        for alert in self.alerts:
            table.add_row(_clock(alert["heard_at"]), Text(_alert_text(alert), style=_COLOURS.get(alert["state"], "")))
        return table

    def _usage_line(self, each: Mapping[str, Any]) -> str:
        read_at = _clock(each["at"]) if each["at"] else "–"
        usage = f"{_power(each['power_w'])}, {each['today_kwh']:,.2f} kWh today"
        return f"{read_at:8}  {self._name(each['device_id'])}: {usage}"

    def _name(self, device_id: int) -> str:
        return self.names.get(device_id, f"device {device_id}")


def _alert_text(alert: Mapping[str, Any]) -> str:
    name, kind = alert["device_name"], str(alert["kind"]).replace("_", " ")
    what = _in_words(alert, name)
    return f"{name}: {kind} {alert['state']}" + (f": {what}" if what else "")


def _in_words(alert: Mapping[str, Any], name: str) -> str:
    """What the alert says of itself, without the name that its line begins with; else its amounts, if it has any."""
    if said := alert.get("text"):
        return str(said).removeprefix(f"{name}: ").removesuffix(".")
    energy, limit = alert.get("energy_kwh"), alert.get("limit_kwh")
    return f"{energy:.2f} kWh of {limit:.2f} kWh" if energy is not None and limit is not None else ""


def _power(watts: float | None) -> str:
    return "–" if watts is None else f"{watts:,.0f} W"


def _clock(at: str) -> str:
    return datetime.fromisoformat(at).astimezone().strftime("%H:%M:%S")
