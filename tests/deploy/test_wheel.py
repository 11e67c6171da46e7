"""The wheel, installed into an empty environment, is all that a person needs."""

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests.places import open_directory
from tests.system.installation import Installation
from tests.topology import REPOSITORY

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("wheel")
    pip = (sys.executable, "-m", "pip", "--disable-pip-version-check", "wheel", "--quiet", "--no-deps", "--no-index")
    subprocess.run((*pip, "--no-build-isolation", "--wheel-dir", str(target), "."), check=True, cwd=REPOSITORY)
    [built] = target.glob("kilowatch-*.whl")
    return built


def test_the_wheel_has_the_web_app_and_nothing_of_the_tests(wheel: Path):
    names = zipfile.ZipFile(wheel).namelist()
    assert "kilowatch/web/index.html" in names
    assert any(name.startswith("kilowatch/web/assets/") and name.endswith(".js") for name in names)
    assert not [name for name in names if not name.startswith(("kilowatch/", "kilowatch-"))]


def test_installed_into_an_empty_environment_it_runs_the_demo(wheel: Path, tmp_path: Path):
    environment = tmp_path / "environment"
    subprocess.run((sys.executable, "-m", "venv", str(environment)), check=True)
    python = environment / "bin" / "python"
    pip = (str(python), "-m", "pip", "--disable-pip-version-check", "install", "--quiet")
    locked = ("--require-hashes", "--only-binary", ":all:", "--requirement", str(REPOSITORY / "requirements.lock"))
    subprocess.run((*pip, *locked), check=True)
    subprocess.run((*pip, "--no-deps", "--no-index", str(wheel)), check=True)
    with open_directory() as directory:
        installation = Installation(directory, "--demo", python=python)
        try:
            installation.start()
            with installation.client() as client:
                assert '<div id="root">' in client.get("/").text
                assert client.get("/api/about").json()["demo_accounts"]
            assert installation.stop() == 0
        finally:
            installation.clean_up()
