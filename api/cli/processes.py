"""Several processes on one address, which are stopped and replaced without dropping a request."""

import logging
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.supervisors import Multiprocess

LINGER_S = 0.5  # how long a connection without a request stays open when its process is to end

log = logging.getLogger(__name__)


class Lingering(HttpToolsProtocol):
    """HTTP of a process that ends: a connection that is quiet may have a request on its way, so it is not cut at once.
    What comes meanwhile is answered, and told that it was the last on this connection.
    """

    leaving = False

    def shutdown(self) -> None:
        self.leaving = True
        if self.cycle is None or self.cycle.response_complete:
            self.loop.call_later(LINGER_S, super().shutdown)
        else:
            super().shutdown()

    def on_headers_complete(self) -> None:
        super().on_headers_complete()
        if self.leaving and self.cycle is not None:
            self.cycle.keep_alive = False


class Processes(Multiprocess):
    """The processes and the one that watches over them: SIGHUP replaces them one after the other, SIGTERM ends them.

    The listening socket is theirs: when they have closed it, nobody is let in any more to wait in vain.
    """

    def terminate_all(self) -> None:
        for one in self.sockets:
            one.close()
        super().terminate_all()


def serve_in_processes(config: uvicorn.Config) -> None:
    """Serve until a signal comes, in as many processes as `config` says."""
    if config.workers == 1:
        uvicorn.Server(config).run()
        return
    with shared_figures():
        Processes(config, [config.bind_socket()]).run()


@contextmanager
def shared_figures() -> Iterator[None]:
    """A folder in which several processes count together; each of them answers /metrics for all."""
    with tempfile.TemporaryDirectory(prefix="registry-figures-") as folder:
        os.environ["PROMETHEUS_MULTIPROC_DIR"] = folder
        yield
