"""A meter that speaks MQTT, with a real client."""

import json
import threading
from typing import Any

import paho.mqtt.client as mqtt

MQTT_TIMEOUT_S = 30


class MqttMeter:
    """Logs in with a device's credential and publishes with quality of service 1."""

    def __init__(self, port: int, login: str, password: str) -> None:
        self._client = mqtt.Client(mqtt.CallbackAPIVersion.VERSION2, client_id=login, protocol=mqtt.MQTTv311)
        self._client.username_pw_set(login, password)
        self._client.on_connect = self._connected
        self._client.on_disconnect = lambda *_: self.gone.set()
        self._answered, self.gone = threading.Event(), threading.Event()
        self.refused = False
        self._client.connect("127.0.0.1", port)
        self._client.loop_start()
        assert self._answered.wait(MQTT_TIMEOUT_S)

    def _connected(self, _client: object, _data: object, _flags: object, reason: Any, _properties: object) -> None:
        self.refused = reason.is_failure
        self._answered.set()

    def publish(self, topic: str, reading: dict[str, object]) -> bool:
        """Whether the broker has taken it."""
        sent = self._client.publish(topic, json.dumps(reading), qos=1)
        while not sent.is_published() and not self.gone.wait(0.05):
            pass
        return sent.is_published()

    def close(self) -> None:
        self._client.loop_stop()
        self._client.disconnect()
