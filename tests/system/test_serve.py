"""A process per service: they find each other, and outlive each other."""

import subprocess
import sys

import httpx2
import pytest

from tests.stack import Stack, open_stack

SERVICES = ("auth", "users", "devices", "balancer", "monitoring")
ADMINISTRATOR = {"email": "admin@kilowatch.local", "password": "nine-Lives-of-a-meter"}  # pragma: allowlist secret


@pytest.mark.timeout(400)
async def test_services_of_their_own_find_each_other_and_outlive_each_other():
    async with open_stack(KILOWATCH_ADMIN_PASSWORD=ADMINISTRATOR["password"]) as stack:
        processes = {service: stack.launch(service) for service in SERVICES}
        for process in processes.values():
            await process.ready()
        async with await _sign_in(stack) as administrator:
            assert (await administrator.get(f"{processes['users'].url}/api/users")).json()["total"] == 1
            processes["auth"].kill()
            answer = await administrator.get(f"{processes['devices'].url}/api/devices")
            assert answer.status_code == 200, "a token is verified without auth"
        processes["auth"] = await stack.start("auth")
        await (await _sign_in(stack)).aclose()
        assert {service: process.stop() for service, process in processes.items()} == dict.fromkeys(SERVICES, 0)


async def _sign_in(stack: Stack) -> httpx2.AsyncClient:
    async with httpx2.AsyncClient(timeout=30) as stranger:
        answer = await stranger.post(f"{stack.processes['auth'].url}/api/auth/sign-in", json=ADMINISTRATOR)
    answer.raise_for_status()
    return httpx2.AsyncClient(headers={"Authorization": f"Bearer {answer.json()['access_token']}"}, timeout=30)


@pytest.mark.parametrize(("service", "clear"), [("nothing", "There is no service"), ("devices", "KILOWATCH_AMQP_URL")])
def test_what_is_missing_is_one_clear_line(service: str, clear: str):
    command = (sys.executable, "-m", "kilowatch", "serve", service, "--port", "0")
    done = subprocess.run(command, check=False, capture_output=True, text=True, timeout=60, env={"PATH": "/usr/bin"})
    assert done.returncode == 1
    assert clear in done.stderr
    assert done.stderr.count("\n") == 1
