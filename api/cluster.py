"""The private PostGIS of one checkout: made, started, shared by its users, stopped by the last of them.

It listens on a socket only, never runs as root, and is a layer of its own: standard library, no SQL library.
Its files lie in `local_dir/pg`; where the postgres user cannot enter that, below /var/lib.
"""

import fcntl
import hashlib
import json
import os
import pwd
import shutil
import signal
import stat
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import cached_property
from pathlib import Path
from typing import IO
from urllib.parse import quote

PROGRAMS = Path("/usr/lib/postgresql")
EXTENSIONS = Path("/usr/share/postgresql")
STATE = Path("/var/lib/industrial-zone-registry")
SOCKETS = Path("/run/industrial-zone-registry")

NAME = "registry"  # of the database and of the role that owns it
DEMO = "registry_demo"  # a second database beside it, for made-up data
ROLES = (NAME, "registry_read", "registry_write")
PATIENCE_S = 30.0  # how long the processes of a killed server may take to die
LOG_BYTES = 10_000_000

# Nothing of the caller's: PGPORT, PGOPTIONS, PROJ_LIB and their like would bend the server or its clients.
ENVIRONMENT = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL": "C.UTF-8"}

SETTINGS = """\
# Written at every start; what you want to keep goes below the include in postgresql.conf.
listen_addresses = ''
port = 5432
unix_socket_directories = '{sockets}'
cluster_name = '{label}'
timezone = 'UTC'
log_timezone = 'UTC'
max_wal_size = '512MB'
jit = off
log_line_prefix = '%m [%p] %u '
log_checkpoints = off
"""
NOT_DURABLE = "fsync = off\nfull_page_writes = off\n"  # a killed server still keeps what was committed

DATABASE = """\
SELECT 'CREATE DATABASE {name}'
 WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = '{name}') \\gexec
\\connect {name}
CREATE EXTENSION IF NOT EXISTS postgis;
"""


class ClusterError(Exception):
    """Why the private cluster cannot serve, and what to do about it, in words for the operator."""


class PostgisMissing(ClusterError):
    def __init__(self, needed: str) -> None:
        self.needed = needed
        package = f"postgresql-{needed}-postgis-3" if needed else "postgresql-postgis"
        which = f"PostgreSQL {needed}, which made the data here," if needed else "PostgreSQL"
        super().__init__(
            f"{which} with PostGIS is not installed. Install it (apt-get install {package}) "
            "or name another database: DATABASE_URL=postgresql://user:password@host/database"
        )


class NotOurs(ClusterError):
    """A file or directory belongs to somebody else, or is closed to the user that must enter it."""

    def __init__(self, path: Path, reason: str) -> None:
        self.path = path
        super().__init__(f"{path} {reason}. Run as the user of the first run, or set LOCAL_DIR elsewhere.")


class StepFailed(ClusterError):
    def __init__(self, step: str, log: Path, last_lines: str) -> None:
        self.step, self.log, self.last_lines = step, log, last_lines
        super().__init__(f"{step} failed ({log}):\n{last_lines}")


class AlreadyRuns(ClusterError):
    """`url` and `pid` are empty while the other one is at its very beginning."""

    def __init__(self, url: str, pid: int) -> None:
        self.url, self.pid = url, pid
        super().__init__(f"The registry already runs, at {url}, pid {pid}." if pid else "It is starting already.")


@contextmanager
def sole_run(local_dir: Path, url: str) -> Iterator[None]:
    """Holds the one place for `zones up` in `local_dir`; the kernel frees it however we end.

    Raises AlreadyRuns with the other's address and pid.
    """
    with _open_lock(local_dir / "up.lock") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            other = json.loads(lock.read() or '{"url": "", "pid": 0}')
            raise AlreadyRuns(other["url"], other["pid"]) from None
        lock.truncate(0)
        lock.write(json.dumps({"url": url, "pid": os.getpid()}))
        lock.flush()
        try:
            yield
        finally:
            lock.truncate(0)


@contextmanager
def temporary() -> Iterator[str]:
    """DSN of a throw-away cluster without durability, for tests; leaves nothing behind."""
    with tempfile.TemporaryDirectory(prefix="registry-") as name:
        Path(name).chmod(0o711)  # the postgres user must get through
        cluster = Cluster(Path(name), durable=False)
        try:
            with cluster.running() as dsn:
                yield dsn
        finally:
            cluster.remove()


class Cluster:
    """The cluster that belongs to `local_dir`, whether it was made yet or not."""

    def __init__(self, local_dir: Path, *, database: str = NAME, durable: bool = True) -> None:
        """`durable=False` trades safety in a power cut for speed: for data that can be thrown away.

        `database` is NAME or DEMO: both lie in the same cluster, and whoever uses either keeps it running.
        """
        self.database = database
        self.local_dir = local_dir.resolve()
        self.durable = durable
        digest = hashlib.sha256(str(self.local_dir).encode()).hexdigest()[:12]
        self.label = f"{NAME}-{digest}"  # stands in the title of every process of the server
        self.fallback = STATE / digest
        user = os.geteuid()
        # A socket's path may have about 100 bytes: too few for a directory inside the checkout.
        self.sockets = SOCKETS / digest if user == 0 else Path(f"/tmp/{self.label}-{user}")  # noqa: S108
        self.dsn = f"postgresql://{NAME}@/{database}?host={quote(str(self.sockets), safe='/')}&port=5432"

    @contextmanager
    def running(self) -> Iterator[str]:
        """The DSN of the running cluster, which is started if need be; the last user to leave stops it."""
        with _open_lock(self.local_dir / "cluster.users") as users:
            try:
                with self._turn():
                    fcntl.flock(users, fcntl.LOCK_SH)
                    self.start()
                yield self.dsn
            finally:
                with self._turn():
                    if _is_alone(users):
                        self.stop()

    def start(self) -> None:
        """Makes what is missing, starts the server or joins one that survived a crash."""
        self.find_programs()  # or says what is missing, before anything is touched
        if not self.data.exists():
            self._create()
        self._settle()
        if not self._is_answering():
            self._launch()
        made = self._program(
            "psql",
            "-XqAt",
            "-v",
            "ON_ERROR_STOP=1",
            self.dsn.replace(f"@/{self.database}?", "@/postgres?"),
            text=DATABASE.format(name=self.database),
        )
        if made.returncode:
            raise StepFailed("Making the database", self.data / "server.log", made.stdout)

    def stop(self) -> None:
        """Stops the server if one runs: open transactions are rolled back, what was committed is kept."""
        if not self.find_server():
            return
        if self._pg_ctl("stop", "--mode=fast", "--timeout=60").returncode and self.find_server():
            # Not even that loses data: the next start recovers from the write-ahead log.
            self._pg_ctl("stop", "--mode=immediate", "--timeout=30")
        shutil.rmtree(self.sockets, ignore_errors=True)

    def remove(self) -> None:
        """Stops the server and deletes all its data."""
        self.stop()
        for path in (self.data, self.fallback, self.sockets):
            shutil.rmtree(path, ignore_errors=True)

    def find_server(self) -> int:
        """Pid of the live server, 0 if none: the pid file alone may name a dead one, or by now a stranger."""
        try:
            pid = int((self.data / "postmaster.pid").read_text().split("\n", 1)[0])
        except (FileNotFoundError, ValueError):  # ValueError: just being written
            return 0
        words = _command_line(pid)
        is_ours = Path(words[0]).name in {"postgres", "postmaster"} and str(self.data) in words
        return pid if is_ours else 0

    # Where it lies and whose it is

    @cached_property
    def data(self) -> Path:
        """The data directory: in `local_dir`, or below /var/lib where the server's user cannot get there."""
        inside, outside = self.local_dir / "pg", self.fallback / "pg"
        if os.geteuid() != 0:
            if inside.exists() and inside.stat().st_uid != os.geteuid():
                raise NotOurs(inside, f"belongs to {inside.owner()}")
            return inside
        self.local_dir.mkdir(parents=True, exist_ok=True)
        can_enter = self._run("test", "-x", str(self.local_dir)).returncode == 0
        if inside.exists() and not can_enter:
            raise NotOurs(inside, f"holds data, but {self.owner.pw_name} may no longer enter the directories above")
        return inside if can_enter and not outside.exists() else outside

    def find_programs(self) -> Path:
        """The newest installed PostgreSQL that has PostGIS, or the very version that made the data."""
        needed = (self.data / "PG_VERSION").read_text().strip() if self.data.exists() else ""
        versions = sorted((p.name for p in PROGRAMS.glob("*") if p.name.isdecimal()), key=int, reverse=True)
        for version in [needed] if needed else versions:
            control = EXTENSIONS / version / "extension/postgis.control"
            if (PROGRAMS / version / "bin/initdb").exists() and control.exists():
                return PROGRAMS / version / "bin"
        raise PostgisMissing(needed)

    @cached_property
    def owner(self) -> pwd.struct_passwd:
        """Who runs the server: we, or for root the owner of the data, at first `postgres`. Never root."""
        if os.geteuid() != 0:
            return pwd.getpwuid(os.geteuid())
        inside = self.local_dir / "pg"
        if inside.exists() and inside.stat().st_uid != 0:
            return pwd.getpwuid(inside.stat().st_uid)
        try:
            return pwd.getpwnam("postgres")
        except KeyError:
            raise PostgisMissing("") from None  # its package makes the user

    # Making

    def _create(self) -> None:
        """Into a directory beside it first: one that bears the final name is complete."""
        new = self.data.with_name("pg.new")
        if new.exists():
            shutil.rmtree(new)
        new.mkdir(mode=0o700, parents=True)
        os.chown(new, self.owner.pw_uid, self.owner.pw_gid)
        if new.is_relative_to(self.fallback):
            (self.fallback / "belongs-to").write_text(f"{self.local_dir}\n")
        options = ["--encoding=UTF8", "--locale=C.UTF-8", "--data-checksums", f"--username={NAME}"]
        options += ["--auth-local=peer", "--auth-host=reject", *([] if self.durable else ["--no-sync"])]
        made = self._program("initdb", f"--pgdata={new}", *options)
        if made.returncode:
            raise StepFailed("Making the database cluster", new, made.stdout)
        self._write(new / "postgresql.conf", "\ninclude 'registry.conf'\n", "--append")
        new.rename(self.data)

    def _configure(self) -> None:
        us = pwd.getpwuid(os.geteuid()).pw_name
        users = sorted({us, self.owner.pw_name, "root"})
        settings = SETTINGS.format(sockets=self.sockets, label=self.label)
        files = {
            "registry.conf": settings + ("" if self.durable else NOT_DURABLE),
            "pg_hba.conf": f"local all all peer map={NAME}\n",
            "pg_ident.conf": "".join(f'{NAME} "{user}" {role}\n' for user in users for role in ROLES),
        }
        for name, text in files.items():
            self._write(self.data / name, text)

    def _write(self, path: Path, text: str, *options: str) -> None:
        """As the owner: root must not follow a link that the owner of the directory put there."""
        written = self._run("tee", *options, str(path), text=text)
        if written.returncode:
            raise StepFailed("Writing the settings", path, written.stdout)

    def _make_sockets(self) -> None:
        """Only the server's user and root can enter it; what somebody else put there is refused."""
        if self.sockets.is_relative_to(SOCKETS):
            SOCKETS.mkdir(mode=0o755, parents=True, exist_ok=True)
        try:
            self.sockets.mkdir(mode=0o700)
            os.chown(self.sockets, self.owner.pw_uid, self.owner.pw_gid)
        except FileExistsError:
            found = self.sockets.lstat()
            if not stat.S_ISDIR(found.st_mode) or found.st_uid != self.owner.pw_uid or found.st_mode & 0o077:
                raise NotOurs(self.sockets, "was made by somebody else, or is open to others") from None

    # Running

    def _settle(self) -> None:
        """Waits for a server on its way up or down, and ends what a killed one left, for it holds its memory."""
        deadline = time.monotonic() + PATIENCE_S
        while (server := self.find_server()) or self._find_children():
            if server and self._is_answering():
                return
            if time.monotonic() > deadline:
                self.stop()
                return
            for orphan in [] if server else self._find_children():
                with suppress(ProcessLookupError):
                    os.kill(orphan, signal.SIGQUIT)
            time.sleep(0.1)

    def _launch(self) -> None:
        self._make_sockets()
        self._forget_dead()
        self._configure()
        log = self.data / "server.log"
        if log.exists() and log.stat().st_size > LOG_BYTES:
            log.replace(log.with_suffix(".log.1"))
        deadline = time.monotonic() + PATIENCE_S
        while self._pg_ctl("start", "--wait", "--timeout=120", f"--log={log}").returncode:
            last = "\n".join(log.read_text(errors="replace").splitlines()[-8:]) if log.exists() else "no log"
            passes = "already exists" in last or "still in use" in last
            if not passes or time.monotonic() > deadline:
                raise StepFailed("Starting the private PostgreSQL", log, last)
            time.sleep(0.5)

    def _is_answering(self) -> bool:
        if not self.find_server():
            return False
        return self._program("pg_isready", "-q", "-h", str(self.sockets), "-p", "5432").returncode == 0

    def _find_children(self) -> list[int]:
        """The server's other processes; where there is no server, they are orphans of a killed one."""
        title = f"postgres: {self.label}: "
        pids = [int(p.name) for p in Path("/proc").iterdir() if p.name.isdecimal()]
        return [pid for pid in pids if _command_line(pid)[0].startswith(title)]

    def _forget_dead(self) -> None:
        """Removes lock files of a dead server whose pid a stranger has got since; PostgreSQL would not."""
        if not self.find_server() and not self._find_children():
            for lock in [self.data / "postmaster.pid", *self.sockets.glob(".s.PGSQL.*")]:
                lock.unlink(missing_ok=True)

    @contextmanager
    def _turn(self) -> Iterator[None]:
        """One at a time starts or stops."""
        with _open_lock(self.local_dir / "cluster.lock") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def _pg_ctl(self, action: str, *options: str) -> subprocess.CompletedProcess[str]:
        return self._program("pg_ctl", action, f"--pgdata={self.data}", "--silent", *options)

    def _program(self, name: str, *arguments: str, text: str = "") -> subprocess.CompletedProcess[str]:
        return self._run(str(self.find_programs() / name), *arguments, text=text)

    def _run(self, *command: str, text: str = "") -> subprocess.CompletedProcess[str]:
        """Runs a command as the server's user."""
        if os.geteuid() != 0:
            return _run(command, text)
        user = [f"--reuid={self.owner.pw_uid}", f"--regid={self.owner.pw_gid}", "--init-groups"]
        return _run(["setpriv", *user, "--", *command], text)


def _run(command: Sequence[str], text: str) -> subprocess.CompletedProcess[str]:
    """Runs to the end in a session of its own, out of reach of a terminal's Ctrl-C; ends when we must."""
    # From /, since our own directory may be closed to the server's user.
    with subprocess.Popen(  # noqa: S603
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, encoding="utf-8",
        errors="replace", cwd="/", env=ENVIRONMENT, start_new_session=True,
    ) as process:  # fmt: skip
        try:
            output, _ = process.communicate(text)
        except BaseException:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGTERM)
            raise
    return subprocess.CompletedProcess(command, process.returncode, output)


def _command_line(pid: int) -> list[str]:
    try:
        return Path(f"/proc/{pid}/cmdline").read_text(errors="replace").split("\0")
    except OSError:  # it has just ended
        return [""]


def _open_lock(path: Path) -> IO[str]:
    """A file to lock, made if missing; its content stays until its holder writes."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        return os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644), "r+")
    except PermissionError:
        raise NotOurs(path.parent, "is closed to this user") from None


def _is_alone(users: IO[str]) -> bool:
    try:
        fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
