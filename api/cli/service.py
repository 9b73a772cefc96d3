"""Starting the service, alone or with everything it needs."""

import errno
import signal
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import TYPE_CHECKING, Annotated

import typer

from api.cli.register import prepare
from api.cli.running import CommandFailed, database, read_settings, say, stoppable, told_failures
from api.cluster import sole_run
from api.logs import write_logs
from api.settings import Settings

if TYPE_CHECKING:
    from api.routes.front import Front

STARTS_WITHIN_S = 60  # a process, on a busy machine
GRACE_S = 10  # for requests under way when the service is stopped


def up() -> None:
    """Start everything: database, migrations, data, service. Ctrl-C stops it all, and the data stays.

    Without DATABASE_URL a private PostGIS is started; it listens on a socket only.
    """
    with told_failures(), stoppable() as stop_if_asked:
        settings = read_settings()
        with (
            sole_run(settings.local_dir, url_of(settings)),
            reserved_port(settings) as listener,
            database(settings) as database_url,
        ):
            stop_if_asked()
            prepare(settings, database_url)
            stop_if_asked()
            serve_here(settings.model_copy(update={"database_url": database_url}), listener)


def serve(
    workers: Annotated[int, typer.Option(min=1, help="Processes that answer requests.")] = 1,
) -> None:
    """Only serve, from the migrated and loaded database at DATABASE_URL.

    SIGTERM ends it when the requests under way are answered. With several workers SIGHUP replaces them one after the
    other, by new ones that read the code anew, and no request is dropped.
    """
    with told_failures():
        settings = read_settings()
        if not settings.database_url:
            raise CommandFailed("`zones serve` needs DATABASE_URL; `zones up` brings a database of its own.")
        import uvicorn

        from api.cli.processes import Lingering, serve_in_processes

        write_logs(settings.log_format, requests=settings.log_requests)
        serve_in_processes(uvicorn.Config(
            "api.cli.service:make_app", factory=True, host=settings.host, port=settings.port, workers=workers,
            timeout_graceful_shutdown=GRACE_S, timeout_worker_healthcheck=STARTS_WITHIN_S, log_config=None,
            access_log=False, http=Lingering,
        ))  # fmt: skip


def make_app() -> "Front":
    """The application as the environment describes it: what each worker of `serve` calls."""
    from api.main import create_app

    settings = read_settings()
    write_logs(settings.log_format, requests=settings.log_requests)
    return create_app(settings)


def serve_here(settings: Settings, listener: socket.socket) -> None:
    """Serve in this process until a signal comes; tells the address once connections are accepted."""
    import uvicorn

    from api.main import create_app

    class AnnouncingServer(uvicorn.Server):
        async def startup(self, sockets: list[socket.socket] | None = None) -> None:
            await super().startup(sockets=sockets)
            say(f"Ready: {url_of(settings)} (Ctrl-C stops it)")

        def handle_exit(self, sig: int, frame: FrameType | None) -> None:  # noqa: ARG002
            """Always gracefully: an impatient second Ctrl-C must not cut the application's own closing."""
            self.should_exit = True

    config = uvicorn.Config(
        create_app(settings), log_level="warning", access_log=False, timeout_graceful_shutdown=GRACE_S
    )
    try:
        AnnouncingServer(config).run(sockets=[listener])
    except OSError as error:
        if error.errno == errno.EADDRINUSE:  # two were reserved at the same moment; the other one listens
            raise port_taken(settings) from None
        raise
    signal.raise_signal(signal.SIGTERM)  # now, outside of the event loop, the rest is unwound


@contextmanager
def reserved_port(settings: Settings) -> Iterator[socket.socket]:
    """The address to listen on, bound before the long steps but not yet listening: nobody waits in vain."""
    try:
        found = socket.getaddrinfo(settings.host, settings.port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    except socket.gaierror:
        raise CommandFailed(f"HOST={settings.host} is not an address of this machine.") from None
    family, kind, protocol, _, address = found[0]
    with socket.socket(family, kind, protocol) as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind(address)
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                raise port_taken(settings) from None
            raise CommandFailed(f"Cannot listen on {url_of(settings)}: {error.strerror}.") from None
        yield listener


def port_taken(settings: Settings) -> CommandFailed:
    return CommandFailed(
        f"Port {settings.port} on {settings.host} is taken by another program. "
        f"Choose another one: PORT={settings.port % 65535 + 1} make run"
    )


def url_of(settings: Settings) -> str:
    """The address for people: one that a browser on this machine can open."""
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(settings.host, settings.host)  # noqa: S104
    return f"http://[{host}]:{settings.port}" if ":" in host else f"http://{host}:{settings.port}"
