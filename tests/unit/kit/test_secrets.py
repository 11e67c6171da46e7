import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from kilowatch.kit.errors import Invalid
from kilowatch.kit.secrets import secret, service_secret, store_secret, stored_secret
from kilowatch.kit.settings import Settings


class Mail(Settings):
    mail_password: str = "none"


def test_a_secret_is_made_once_and_readable_by_nobody_else(tmp_path: Path):
    first = service_secret(tmp_path, "devices")
    assert service_secret(tmp_path, "devices") == first
    assert len(first) >= 43
    assert stat.S_IMODE((tmp_path / "secrets").stat().st_mode) == 0o700
    assert stat.S_IMODE((tmp_path / "secrets" / "service_secret_devices").stat().st_mode) == 0o600


def test_two_that_make_the_same_secret_at_the_same_time_get_the_same(tmp_path: Path):
    with ThreadPoolExecutor(16) as threads:
        made = list(threads.map(lambda _: stored_secret(tmp_path, "one"), range(64)))
    assert len(set(made)) == 1
    assert [path.name for path in tmp_path.iterdir()] == ["one"]


def test_services_do_not_share_a_secret(tmp_path: Path):
    assert service_secret(tmp_path, "devices") != service_secret(tmp_path, "users")


def test_the_environment_goes_before_a_file_and_a_file_before_a_generated_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    generated = secret(tmp_path, "mail_password")
    mounted = tmp_path / "mounted"
    mounted.mkdir()
    (mounted / "kilowatch_mail_password").write_text("from a file\n")
    monkeypatch.setenv("KILOWATCH_SECRETS_DIR", str(mounted))
    assert secret(tmp_path, "mail_password") == "from a file" != generated
    monkeypatch.setenv("KILOWATCH_MAIL_PASSWORD", "from the environment")
    assert secret(tmp_path, "mail_password") == "from the environment"


def test_settings_read_the_same_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    (tmp_path / "kilowatch_mail_password").write_text("from a file\n")
    monkeypatch.setenv("KILOWATCH_SECRETS_DIR", str(tmp_path))
    assert Mail().mail_password == "from a file"
    monkeypatch.setenv("KILOWATCH_MAIL_PASSWORD", "from the environment")
    assert Mail().mail_password == "from the environment"


def test_a_secret_can_be_replaced(tmp_path: Path):
    stored_secret(tmp_path, "one")
    store_secret(tmp_path, "one", "another")
    assert stored_secret(tmp_path, "one") == "another"
    assert stat.S_IMODE((tmp_path / "one").stat().st_mode) == 0o600


def test_where_none_can_be_kept_it_is_said_which_is_missing():
    with pytest.raises(Invalid, match="KILOWATCH_VAULT"):
        stored_secret(Path("/dev/null/secrets"), "vault")
