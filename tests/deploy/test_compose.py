"""`deploy/compose.yaml`: what every container is, and what it is given."""

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from kilowatch.contracts.services import SERVICES
from kilowatch.deployment import Addresses, create_secrets
from tests.deploy.files import COMPOSE, CONTAINERS, DOCKERFILE, OPERATIONS
from tests.topology import DEPLOY, EDGE, REPOSITORY, read_processes

#: Their images start as root to own their volumes, and go on as an account of their own.
ENGINES = {"postgres", "rabbitmq", "grafana"}
#: May use every processor.
UNBOUND = {"postgres", "rabbitmq"}
ONE_SHOT = {"secrets", "databases"}
#: Where the image has `KILOWATCH_DATA_DIR`.
DATA = "/var/lib/kilowatch"
SOURCES = REPOSITORY / "src" / "kilowatch"


def test_processes_and_containers_are_the_same_topology():
    processes = {line.service: line.replicas for line in read_processes().values()}
    containers = {name: CONTAINERS[name]["deploy"].get("replicas", 1) for name in (*SERVICES, EDGE)}
    assert processes == containers


@pytest.mark.parametrize("name", CONTAINERS)
def test_a_container_can_do_little_and_use_little(name: str):
    container = CONTAINERS[name]
    assert container["security_opt"] == ["no-new-privileges:true"]
    limits = container["deploy"]["resources"]["limits"]
    assert limits["memory"]
    # More than the machine has is refused, and the smallest has one.
    assert "cpus" not in limits if name in UNBOUND else float(limits["cpus"]) <= 1
    assert container["logging"]["options"]["max-size"]
    if name not in ENGINES:
        assert container["read_only"] is True
        assert container["cap_drop"] == ["ALL"]
    assert container["restart"] == ("no" if name in ONE_SHOT else "unless-stopped")


def test_services_run_as_an_account_that_is_not_root():
    ours = DOCKERFILE.partition(" AS kilowatch\n")[2].partition("\nFROM ")[0]
    [account] = re.findall(r"^USER (\d+):\d+$", ours, re.MULTILINE)
    assert account != "0"
    as_another = {name for name, container in CONTAINERS.items() if "user" in container}
    assert as_another == {"secrets"}, "which is gone before anything listens"


def test_what_is_installed_is_locked_by_its_hash_and_not_built_on_the_way():
    makefile = (REPOSITORY / "Makefile").read_text()
    installed = re.findall(r"pip install (.+)", DOCKERFILE) + re.findall(r"\$\(PIP\) install (.+)", makefile)
    assert len(installed) == 4
    for options in installed:
        # Either from a lock file, or what lies here itself, without asking anybody for anything.
        assert {"--require-hashes", "--only-binary"} <= {*options.split()} or "--no-index" in options, options
    for lock in REPOSITORY.glob("requirements*.lock"):
        packages = re.split(r"^(?=[\w.\[\]-]+==)", lock.read_text(), flags=re.MULTILINE)[1:]
        assert packages
        assert all("--hash=sha256:" in package for package in packages), lock.name
    locked = json.loads((REPOSITORY / "frontend" / "package-lock.json").read_text())["packages"]
    # What is in the bundle of another comes under its hash.
    assert [name for name, each in locked.items() if name and not each.keys() & {"integrity", "inBundle"}] == []
    assert "RUN npm ci " in DOCKERFILE
    assert "npm ci " in makefile


@pytest.mark.parametrize("name", CONTAINERS)
def test_images_are_ours_or_of_a_known_version(name: str):
    assert re.fullmatch(
        r"kilowatch(-[a-z]+)?:\$\{KILOWATCH_VERSION:-local\}|[\w./-]+:v?\d[\w.-]*", CONTAINERS[name]["image"]
    )


def test_all_that_a_container_reads_is_in_its_image_whatever_modes_a_clone_has():
    """`umask 077` before `git clone`: what is mounted from there, or keeps its mode, only its owner may read."""
    assert "configs" not in COMPOSE
    mounted = {volume.split(":")[0] for container in CONTAINERS.values() for volume in container.get("volumes", ())}
    assert mounted <= COMPOSE["volumes"].keys()
    stages = dict(re.findall(r"^FROM \S+ AS (\w+)\n((?:(?!FROM ).*\n)*)", DOCKERFILE, re.MULTILINE))
    assert stages.keys() - {"web", "built"} == {container["build"]["target"] for container in built_containers()}
    for name in stages.keys() - {"web", "built"}:
        from_here = re.findall(r"^COPY (?!--from)(.+)", stages[name], re.MULTILINE)
        assert all(each.startswith("--chmod=644 ") for each in from_here), name
    assert "chmod -R go+rX /web" in stages["web"]


def built_containers() -> list[dict[str, Any]]:
    return [container for container in CONTAINERS.values() if "build" in container]


def test_an_image_of_ours_is_built_by_one_container_and_looked_for_at_no_registry():
    """Those that build the same name beside each other fail at the first start: "already exists"."""
    ours = {name: each for name, each in CONTAINERS.items() if each["image"].startswith("kilowatch")}
    built = [each["image"] for each in ours.values() if "build" in each]
    assert sorted(built) == sorted({each["image"] for each in ours.values()})
    assert {each["pull_policy"] for each in ours.values()} == {"never"}
    assert not [name for name, each in CONTAINERS.items() if "build" in each and name not in ours]


def test_a_look_at_the_health_is_cheap():
    """Each container is looked at every second while it starts: no Python of its own, no metrics written for nobody."""
    looks = re.findall(r"^HEALTHCHECK .*\\\n +CMD (.+)$", DOCKERFILE, re.MULTILINE)
    assert [json.loads(each)[0] for each in looks] == ["bash", "wget"]
    assert not [each for each in looks if "/metrics" in each]


@pytest.mark.parametrize("name", CONTAINERS)
def test_compose_can_wait_for_everything(name: str):
    """`up --wait` fails for a container whose image has a look at its health and which has turned it off."""
    assert "disable" not in CONTAINERS[name].get("healthcheck", {})


@pytest.mark.parametrize("name", CONTAINERS)
def test_who_is_given_secrets_waits_until_they_are_made(name: str):
    given = [volume for volume in CONTAINERS[name].get("volumes", ()) if volume.startswith("secrets-")]
    assert not given or name == "secrets" or "secrets" in waited_for(name)


def waited_for(name: str) -> set[str]:
    """Those that must have ended well, or be well, before; and those that these wait for."""
    needed = {
        each
        for each, how in CONTAINERS[name].get("depends_on", {}).items()
        if how["condition"] in ("service_completed_successfully", "service_healthy")
    }
    return needed.union(*map(waited_for, needed))


def test_the_broker_s_health_is_not_asked_before_its_cookie_is_its_own():
    command = CONTAINERS["rabbitmq"]["healthcheck"]["test"]
    assert command[0] == "CMD-SHELL"
    assert command[1].startswith("test -s /var/lib/rabbitmq/.erlang.cookie && ")


@pytest.mark.parametrize("name", SERVICES)
def test_a_service_starts_when_its_engines_are_well_and_gets_nothing_but_its_own_secrets(name: str):
    container = CONTAINERS[name]
    assert container["depends_on"] == {
        "databases": {"condition": "service_completed_successfully"},
        "rabbitmq": {"condition": "service_healthy"},
    }
    assert [volume for volume in container["volumes"] if "secrets" in volume] == [
        f"secrets-{name}:/run/secrets/kilowatch:ro"
    ]
    assert f"secrets-{name}:/secrets/{name}" in CONTAINERS["secrets"]["volumes"]


@pytest.mark.parametrize("name", SERVICES)
def test_what_a_service_writes_lies_on_a_volume_that_is_its_account_s(name: str):
    text = "".join(path.read_text() for path in (SOURCES / name).rglob("*.py"))
    # Secrets are given; without a place to write them, one that is missing is not made up.
    written = {f"{DATA}/{directory}" for directory in re.findall(r'data_dir / "(\w+)"', text)} - {f"{DATA}/secrets"}
    mounted = {volume.split(":")[1] for volume in CONTAINERS[name]["volumes"]} - {"/run/secrets/kilowatch"}
    assert mounted == written
    [owned] = re.findall(r"install --directory --owner kilowatch (.+)", DOCKERFILE)
    assert written <= set(owned.split())


def test_the_commands_of_the_documentation_name_volumes_that_there_are():
    commands = "".join(re.findall(r"^    .*\n", OPERATIONS, re.MULTILINE))
    named = set(re.findall(r"(?<!/)\bkilowatch_[\w-]+", commands))
    assert named
    assert named <= {f"{COMPOSE['name']}_{volume}" for volume in COMPOSE["volumes"]}


def test_an_update_without_a_pause_leaves_every_service_with_its_replicas():
    [told] = re.findall(r"^    for each in (.+); do$", OPERATIONS, re.MULTILINE)
    replicas = {name: CONTAINERS[name]["deploy"].get("replicas", 1) for name in SERVICES}
    assert {service: int(count) for service, count in (each.split("=") for each in told.split())} == replicas


@pytest.mark.slow
def test_containers_and_volumes_have_the_same_names_wherever_they_are_started_from():
    root, deploy = composed_in(REPOSITORY), composed_in(DEPLOY)
    assert root["name"] == deploy["name"] == COMPOSE["name"]
    assert root["volumes"] == deploy["volumes"]


def composed_in(directory: Path) -> dict[str, Any]:
    """What Docker Compose makes of the file in `directory`; it is there for `make check-deploy`."""
    program = Path(sys.executable).with_name("docker-compose")
    printed = subprocess.run((program, "config", "--format", "json"), cwd=directory, capture_output=True, check=True)
    composed: dict[str, Any] = json.loads(printed.stdout)
    return composed


def test_only_the_edge_and_the_broker_are_reached_from_outside_without_a_profile():
    published = {name for name, container in CONTAINERS.items() if "ports" in container and "profiles" not in container}
    assert published == {EDGE, "rabbitmq"}
    assert COMPOSE["networks"]["back"]["internal"] is True
    assert CONTAINERS["postgres"]["networks"] == ["back"]


def test_the_edge_opens_when_every_service_is_well():
    assert CONTAINERS[EDGE]["depends_on"] == {name: {"condition": "service_healthy"} for name in SERVICES}


def test_no_secret_is_written_where_its_part_has_no_mount(tmp_path: Path):
    parts = create_secrets(tmp_path, Addresses(), DEPLOY / "rabbitmq" / "definitions.json")
    mounted = {volume.split(":")[0].removeprefix("secrets-") for volume in CONTAINERS["secrets"]["volumes"]}
    assert {*parts, "kept"} == mounted


def test_secrets_are_made_once_and_never_shared_but_with_those_that_must_know(tmp_path: Path):
    definitions = DEPLOY / "rabbitmq" / "definitions.json"
    parts = create_secrets(tmp_path, Addresses(), definitions)
    before = {path: path.read_text() for path in tmp_path.rglob("*") if path.is_file()}
    create_secrets(tmp_path, Addresses(), definitions)
    assert before == {path: path.read_text() for path in tmp_path.rglob("*") if path.is_file()}

    def knows(part: str, secret: str) -> bool:
        text = (tmp_path / "kept" / secret).read_text()
        return any(text in path.read_text() for path in (tmp_path / part).iterdir())

    must_know = {
        "admin_password": {"auth", "simulator"},
        "auth_secret": {"auth"},
        "broker_auth_key": {"devices", "rabbitmq"},
        "broker_password": set(SERVICES),  # the broker has a hash of it
        "database_superuser": {"databases", "postgres"},
        "grafana_admin_password": {"grafana"},
        "realtime_secret": {"realtime"},
    }
    for service in SERVICES:
        must_know[f"database_{service}"] = {service, "databases"}
        must_know[f"service_secret_{service}"] = {service, "auth"}
    secrets = [path.name for path in (tmp_path / "kept").iterdir()]
    assert {name: {part for part in parts if knows(part, name)} for name in secrets} == must_know
    assert (tmp_path / "kept" / "broker_password").stat().st_mode & 0o077 == 0
