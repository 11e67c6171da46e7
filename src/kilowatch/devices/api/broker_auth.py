"""The questions of RabbitMQ's plugin `rabbitmq_auth_backend_http`, answered `allow` or `deny`.

RabbitMQ has no token of ours; a secret part of the address stands for one (docs/decisions/0012-broker-logins.md):

    auth_http.http_method   = post
    auth_http.user_path     = http://devices:8080/internal/broker-auth/SECRET/user
    auth_http.vhost_path    = http://devices:8080/internal/broker-auth/SECRET/vhost
    auth_http.resource_path = http://devices:8080/internal/broker-auth/SECRET/resource
    auth_http.topic_path    = http://devices:8080/internal/broker-auth/SECRET/topic
"""

from secrets import compare_digest
from typing import Annotated, TypeAlias

from fastapi import APIRouter, Depends, Form
from fastapi.responses import PlainTextResponse

from kilowatch.contracts.credentials import Holder, holder_of_login
from kilowatch.devices.api.context import Devices, working
from kilowatch.devices.domain.broker import Permission, ResourceKind, may_use_resource
from kilowatch.devices.handlers import broker
from kilowatch.kit.errors import NotFound


async def _check_key(devices: Devices, key: str) -> None:
    if not compare_digest(key.encode(), devices.broker_key.encode()):
        raise NotFound("Not Found")


async def _holder(username: Annotated[str, Form()] = "") -> Holder | None:
    return holder_of_login(username)


#: The meter or gateway that the login names; None: it is not one of ours.
Login: TypeAlias = Annotated[Holder | None, Depends(_holder)]
FormText: TypeAlias = Annotated[str, Form()]

router = APIRouter(
    prefix="/internal/broker-auth/{key}",
    dependencies=[Depends(_check_key)],
    include_in_schema=False,
    default_response_class=PlainTextResponse,
)


@router.post("/user")
async def check_user(devices: Devices, login: Login, password: FormText = "") -> str:
    if login is None:
        return _answer(allowed=False)
    async with working(devices) as work:
        return _answer(allowed=await broker.may_log_in(work, login, password))


@router.post("/vhost")
async def check_vhost(devices: Devices, login: Login, vhost: FormText) -> str:
    return _answer(allowed=login is not None and vhost == devices.broker_vhost)


@router.post("/resource")
async def check_resource(
    devices: Devices,
    login: Login,
    vhost: FormText,
    resource: Annotated[ResourceKind, Form()],
    name: FormText,
    permission: Annotated[Permission, Form()],
) -> str:
    if login is None or vhost != devices.broker_vhost or not may_use_resource(login, resource, name, permission):
        return _answer(allowed=False)
    async with working(devices) as work:
        return _answer(allowed=await broker.may_stay(work, login))


@router.post("/topic")
async def check_topic(
    devices: Devices,
    login: Login,
    vhost: FormText,
    name: FormText,
    permission: Annotated[Permission, Form()],
    routing_key: FormText = "",
) -> str:
    if login is None or vhost != devices.broker_vhost:
        return _answer(allowed=False)
    async with working(devices) as work:
        return _answer(allowed=await broker.may_publish(work, login, name, permission, routing_key))


def _answer(*, allowed: bool) -> str:
    return "allow" if allowed else "deny"
