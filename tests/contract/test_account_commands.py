"""`zones account ...`: what an operator types, and what becomes of it. Passwords are never arguments."""

import os
import pty
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest
from click.testing import Result
from typer.main import get_command
from typer.testing import CliRunner

from api.cli import app
from api.cli.accounts import accounts
from api.cluster import Cluster
from api.settings import ROOT
from api.store import migrations
from api.workflows.signing import is_right
from tests.conftest import TEMPLATE, drop_database, make_database, unique
from tests.signing import PASSWORD

Zones = Callable[..., Result]


@pytest.fixture(scope="module")
def untouched_url(cluster_dsn: str) -> Iterator[str]:
    """A register without accounts, for commands that are refused."""
    dsn = make_database(cluster_dsn, unique("untouched"), TEMPLATE)
    yield dsn
    drop_database(dsn)


def command_line(monkeypatch: pytest.MonkeyPatch, database_url: str) -> Zones:
    """Runs `zones account` with words, and the password on standard input."""
    monkeypatch.setenv("DATABASE_URL", database_url)
    monkeypatch.setenv("COLUMNS", "200")

    def run(*words: str, password: str = PASSWORD) -> Result:
        return CliRunner().invoke(app, ["account", *words], input=f"{password}\n")

    return run


@pytest.fixture
def zones(own_url: str, monkeypatch: pytest.MonkeyPatch) -> Zones:
    return command_line(monkeypatch, own_url)


def stored(url: str, login: str) -> str | None:
    with psycopg.connect(url) as connection:
        row = connection.execute("SELECT password FROM accounts.accounts WHERE login = %s", [login]).fetchone()
    return row[0] if row else None


def test_an_account_from_its_beginning_to_its_end(own_url: str, zones: Zones) -> None:
    added = zones("add", "Lan", "--name", "Nguyễn Thị Lan", "--role", "editor", "--province", "soc-trang",
                  "--password-file", "-")  # fmt: skip
    assert (added.exit_code, added.output) == (0, "Added lan, editor in soc-trang\n")
    assert is_right(stored(own_url, "lan"), PASSWORD)
    assert (
        "lan is reviewer in Tỉnh An Giang"
        in zones("grant", "lan", "--role", "reviewer", "--province", "an-giang").output
    )
    allowed = zones("allow-own-approval", "lan", "--province", "an-giang", "--reason", "office of one person")
    assert allowed.exit_code == 0
    listed = zones("list").output
    for words in ("Nguyễn Thị Lan", "editor Thành phố Cần Thơ", "reviewer Tỉnh An Giang",
                  "approves own changes in Tỉnh An Giang", "password", "never"):  # fmt: skip
        assert words in listed
    assert zones("password", "lan", "--password-file", "-", password="một mật khẩu khác").exit_code == 0
    assert is_right(stored(own_url, "lan"), "một mật khẩu khác")
    assert zones("revoke", "lan", "--role", "editor", "--province", "can-tho").exit_code == 0
    assert zones("allow-own-approval", "lan", "--province", "an-giang", "--end").exit_code == 0
    assert zones("disable", "lan", "--reason", "left").output == "lan is disabled\n"
    listed = zones("list").output
    assert "disabled" in listed
    assert "editor" not in listed
    assert zones("enable", "lan").output == "lan may sign in again\n"
    with psycopg.connect(own_url) as connection:
        who = connection.execute("SELECT DISTINCT who FROM registry.log").fetchall()
    assert len(who) == 1
    assert who[0][0].endswith("(zones account)")


def test_an_account_of_a_provider_needs_no_password(
    own_url: str, zones: Zones, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert zones("add", "lan", "--name", "Lan", "--oidc-email", "lan@province.example").exit_code == 0
    refused = zones("add", "minh", "--name", "Minh", "--oidc-subject", "s-1")
    assert (refused.exit_code, "OIDC_ISSUER" in refused.output) == (1, True)
    monkeypatch.setenv("OIDC_CLIENT_ID", "register")
    monkeypatch.setenv("OIDC_ISSUER", "https://province.example")
    assert zones("add", "minh", "--name", "Minh", "--oidc-subject", "s-1").exit_code == 0
    assert stored(own_url, "lan") is None
    assert "OpenID Connect, not linked yet" in zones("list").output


@pytest.mark.parametrize(
    ("words", "password", "said"),
    [
        (["add", "lan", "--name", "Lan", "--password-file", "-"], "short", "at least 12 characters"),
        (["add", "lan", "--name", "Lan", "--password-file", "-"], "lan-lan-lan-123", "contains the login"),
        (["add", "lan", "--name", " ", "--password-file", "-"], PASSWORD, "--name"),
        (["add", "Lân", "--name", "Lan", "--password-file", "-"], PASSWORD, "cannot be a login"),
        (["add", "lan", "--name", "Lan", "--role", "editor", "--password-file", "-"], PASSWORD, "go together"),
        (["add", "lan", "--name", "Lan", "--province", "all", "--password-file", "-"], PASSWORD, "go together"),
        (["add", "lan", "--name", "Lan", "--role", "king", "--province", "all"], PASSWORD, "editor, reviewer, admin"),
        (["add", "lan", "--name", "Lan", "--password-file", "-", "--role", "editor", "--province", "atlantis"],
         PASSWORD, "not a province"),
        (["add", "lan", "--name", "Lan", "--password-file", "/nowhere"], "", "cannot be read"),
        (["add", "lan", "--name", "Lan"], PASSWORD, "no terminal"),
        (["password", "nobody", "--password-file", "-"], PASSWORD, "no account “nobody”"),
        (["grant", "nobody", "--role", "editor", "--province", "all"], "", "no account “nobody”"),
        (["disable", "nobody"], "", "no account “nobody”"),
    ],
)  # fmt: skip
def test_what_cannot_be_done_is_said_and_changes_nothing(
    untouched_url: str, monkeypatch: pytest.MonkeyPatch, words: list[str], password: str, said: str
) -> None:
    done = command_line(monkeypatch, untouched_url)(*words, password=password)
    assert done.exit_code == 1
    assert done.output.startswith("zones: ")
    assert said in done.output
    assert stored(untouched_url, "lan") is None
    with psycopg.connect(untouched_url) as connection:
        assert connection.execute("SELECT count(*) FROM registry.log").fetchone() == (0,)


@pytest.mark.parametrize(("second", "code"), [(PASSWORD, 0), ("something else 123", 1)])
def test_a_terminal_is_asked_twice_and_shows_nothing(own_url: str, second: str, code: int) -> None:
    ours, theirs = pty.openpty()
    with subprocess.Popen(
        [sys.executable, "-m", "api.cli", "account", "add", "lan", "--name", "Lan"], cwd=ROOT, stdin=theirs,
        stdout=theirs, stderr=theirs, start_new_session=True, env={**os.environ, "DATABASE_URL": own_url},
    ) as process:  # fmt: skip
        os.close(theirs)
        shown = ""
        for question, answer in (("characters): ", PASSWORD), ("again: ", second)):
            while not shown.endswith(question):
                shown += os.read(ours, 1000).decode()
            os.write(ours, f"{answer}\n".encode())
        while process.poll() is None:
            try:
                shown += os.read(ours, 1000).decode()
            except OSError:
                break
        assert process.wait() == code, shown
    os.close(ours)
    assert PASSWORD not in shown
    assert (stored(own_url, "lan") is not None) == (code == 0)


def test_a_database_of_an_earlier_version_is_said_to_be_so(own_url: str, zones: Zones) -> None:
    migrations.move(own_url, "0005")
    done = zones("list")
    assert (done.exit_code, "zones migrate" in done.output) == (1, True)


@pytest.mark.slow
def test_it_works_beside_a_service_on_the_private_cluster() -> None:
    """`zones up` holds the cluster open; a second command joins it, and leaves it running."""
    with tempfile.TemporaryDirectory(prefix="registry-account-") as name:
        Path(name).chmod(0o711)
        cluster = Cluster(Path(name), durable=False)
        try:
            with cluster.running() as dsn:
                migrations.move(dsn)
                done = subprocess.run(
                    [sys.executable, "-m", "api.cli", "account", "add", "lan", "--name", "Lan", "--password-file", "-"],
                    cwd=ROOT, input=PASSWORD, text=True, capture_output=True, timeout=120, check=False,
                    env={**os.environ, "LOCAL_DIR": name, "DATABASE_URL": ""},
                )  # fmt: skip
                assert done.returncode == 0, done.stderr
                assert stored(dsn, "lan")
        finally:
            cluster.remove()


@pytest.mark.parametrize("command", sorted(get_command(accounts).commands))  # type: ignore[attr-defined]
def test_every_command_is_told_and_has_help(command: str) -> None:
    assert f"zones account {command}" in (ROOT / "docs" / "accounts.md").read_text(encoding="utf-8")
    assert get_command(accounts).commands[command].help  # type: ignore[attr-defined]


def test_no_command_takes_a_password_as_an_argument() -> None:
    for command in get_command(accounts).commands.values():  # type: ignore[attr-defined]
        names = {name for one in command.params for name in one.opts}
        assert not {"--password", "-p", "password"} & names
