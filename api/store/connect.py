"""Ways to the database: an owner's engine for migrations, a writer's for work, and sessions of readers for requests.

Who connects may be any database user that is a member of the two roles; each session then takes the role it needs.
"""

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Any, TypeAlias, TypeVar

import psycopg
from psycopg import AsyncConnection, sql
from sqlalchemy import Connection, Engine, NullPool, QueuePool, create_engine
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as NoneFree

from api.errors import (
    BreaksRule,
    CannotConnect,
    NotMigrated,
    NotWorkedOut,
    RegistryError,
    StatementTooLong,
    StoreUnavailable,
)

log = logging.getLogger(__name__)
# PostGIS lives in one of the two others; a user's own schema must not come first, it may be called registry too.
PATIENCE = 2  # seconds to wait for a session
SEARCH_PATH = "SET search_path = registry, public, postgis"
Rows = list[tuple[Any, ...]]
Session: TypeAlias = Connection  # a writer's, inside one transaction
T = TypeVar("T")


def owner_engine(database_url: str) -> Engine:
    """An engine with the rights of whoever connects. `database_url` is any libpq address."""

    def connect() -> psycopg.Connection:
        connection = open_session(database_url)
        connection.execute("SET search_path = public, postgis")
        connection.commit()
        return connection

    return create_engine("postgresql+psycopg://", creator=connect, poolclass=NullPool)


def writer_engine(database_url: str, size: int = 0) -> Engine:
    """An engine whose sessions have the role registry_write: they add, and cannot change history.

    size: how many of them are kept for the next piece of work; each is looked at before it is used again. Errors do not
    repeat the values of a statement: they may be of people.
    """

    def connect() -> psycopg.Connection:
        connection = open_session(database_url)
        try:
            if connection.execute("SELECT to_regclass('registry.data_files')").fetchone() == (None,):
                raise NotMigrated
            connection.execute("SET ROLE registry_write")
            connection.execute(SEARCH_PATH)
            connection.commit()
        except BaseException:
            connection.close()
            raise
        return connection

    if not size:
        return create_engine("postgresql+psycopg://", creator=connect, poolclass=NullPool, hide_parameters=True)
    return create_engine(
        "postgresql+psycopg://", creator=connect, pool_size=size, max_overflow=0, pool_timeout=PATIENCE,
        pool_pre_ping=True, hide_parameters=True,
    )  # fmt: skip


@contextmanager
def writing(database_url: str) -> Iterator[Session]:
    """A writer's session in one transaction: it commits at the end, and an exception undoes all of it."""
    with writer_engine(database_url).begin() as session:
        yield session


class Writer:
    """Writing for requests: each piece of work is one transaction on a kept session, in a thread beside the event loop.

    A piece of work takes the session first; it is committed before its result is given back, and an exception undoes
    all of it.
    """

    def __init__(self, database_url: str, *, size: int) -> None:
        self.engine = writer_engine(database_url, size)

    async def run(self, work: Callable[..., T], *args: Any, **options: Any) -> T:
        """The result of `work(session, ...)`. Raises what it raises; StoreUnavailable and its kinds where the database
        does not answer, and then nobody knows but the database whether it was stored.
        """
        return await asyncio.to_thread(self.do, work, *args, **options)

    def do(self, work: Callable[..., T], *args: Any, **options: Any) -> T:
        """`run`, here and now."""
        try:
            with self.engine.begin() as session:
                return work(session, *args, **options)
        except (CannotConnect, NoneFree) as error:
            raise StoreUnavailable from error
        except DBAPIError as error:
            if isinstance(error.orig, psycopg.IntegrityError | psycopg.DataError):
                raise BreaksRule(reason=error.orig.diag.message_primary or str(error.orig)) from error
            if isinstance(error.orig, psycopg.Error):
                told = in_our_words(error.orig)
                if told is None and isinstance(error.orig, psycopg.OperationalError):
                    told = StoreUnavailable()
                if told is not None:
                    raise told from error
            raise

    @property
    def sessions(self) -> tuple[int, int]:
        """How many sessions are used, and how many wait for work."""
        pool = self.engine.pool
        assert isinstance(pool, QueuePool)
        return pool.checkedout(), pool.checkedin()

    def close(self) -> None:
        """Close the sessions that nobody uses."""
        self.engine.dispose()


def open_session(database_url: str) -> psycopg.Connection:
    """A new connection. Raises CannotConnect with libpq's reason, without the password."""
    try:
        return psycopg.connect(database_url, connect_timeout=10)
    except psycopg.Error as error:
        raise CannotConnect(reason=str(error).strip()) from error


class Reader:
    """Read-only sessions for requests: autocommit, prepared statements, the role registry_read.

    A lost database raises StoreUnavailable at once or after two seconds of waiting; the next request tries anew, so no
    restart is needed. Sessions are kept here rather than by psycopg_pool, which costs as much as a small query.

    `synthetic` tells whether the database is marked as holding made-up data. It is known with the first session, and so
    before anything was read; `has_looked` tells whether there was one.
    """

    def __init__(self, database_url: str, *, size: int, statement_timeout_ms: int, synthetic: bool = False) -> None:
        self.synthetic = synthetic
        self.has_looked = synthetic
        self.database_url = database_url
        self.settings = sql.SQL(
            "SET ROLE registry_read; " + SEARCH_PATH + "; SET default_transaction_read_only = on; "
            f"SET statement_timeout = {int(statement_timeout_ms)}; SET TIME ZONE 'UTC'"
        )
        self.deadline = statement_timeout_ms / 1000 + PATIENCE  # a host that is gone does not end a statement itself
        self.permits = asyncio.Semaphore(size)
        self.free: list[AsyncConnection[Any]] = []
        self.running: dict[asyncio.Task[Any], float] = {}
        self.overdue: set[asyncio.Task[Any]] = set()

    @property
    def sessions(self) -> tuple[int, int]:
        """How many sessions are used, and how many wait for work."""
        return len(self.running), len(self.free)

    @asynccontextmanager
    async def opened(self) -> AsyncIterator["Reader"]:
        """Sessions while the service runs. The first request makes the first: the service starts without a database."""
        watching = asyncio.create_task(self.watch())
        try:
            yield self
        finally:
            watching.cancel()
            await self.forget()

    async def rows(self, query: str, parameters: dict[str, object] | None = None, *, binary: bool = False) -> Rows:
        """All rows of one statement with %(named)s parameters. `binary` is how they travel: half as long for bytes.

        Asked once more on a fresh session if the first turns out to be cut.
        """
        if self.permits.locked():
            try:
                async with asyncio.timeout(PATIENCE):
                    await self.permits.acquire()
            except TimeoutError as error:
                raise StoreUnavailable from error
        else:
            await self.permits.acquire()
        try:
            return await self.ask(query.encode(), parameters, binary, is_last=not self.free)
        finally:
            self.permits.release()

    async def ask(self, query: bytes, parameters: dict[str, object] | None, binary: bool, *, is_last: bool) -> Rows:
        connection = self.free.pop() if self.free else await self.connect()
        task = asyncio.current_task()
        assert task
        self.running[task] = time.monotonic() + self.deadline
        is_sound = False
        try:
            cursor = await connection.execute(query, parameters, binary=binary)
            found = await cursor.fetchall()
            is_sound = True
            return found
        except asyncio.CancelledError as error:
            if task not in self.overdue:
                raise
            task.uncancel()
            log.warning("the database has not ended a statement within %s s", self.deadline)
            raise StoreUnavailable from error
        except psycopg.Error as error:
            told = in_our_words(error)
            if told is not None:
                is_sound = True
                raise told from error
            if not isinstance(error, psycopg.OperationalError):
                raise
            log.warning("database session lost: %s", error)
            if is_last:
                raise StoreUnavailable from error
        finally:
            del self.running[task]
            self.overdue.discard(task)
            if is_sound:
                self.free.append(connection)
            else:
                await connection.close()
        await self.forget()  # the others were cut by the same cause
        return await self.ask(query, parameters, binary, is_last=True)

    async def watch(self) -> None:
        """End statements that the database does not end itself. A look each second costs less than a timer for each."""
        while True:
            await asyncio.sleep(1)
            now = time.monotonic()
            for task in [task for task, deadline in self.running.items() if deadline < now]:
                self.overdue.add(task)
                task.cancel()

    async def connect(self) -> AsyncConnection[Any]:
        """A new session. Raises StoreUnavailable."""
        connection = None
        try:
            async with asyncio.timeout(2 * PATIENCE):  # to connect, and to be made ready
                connection = await AsyncConnection.connect(self.database_url, autocommit=True, connect_timeout=PATIENCE)
                await connection.execute(self.settings)
                self.synthetic = self.synthetic or await is_marked(connection)
            self.has_looked = True
        except BaseException as error:
            if connection is not None:
                await connection.close()
            if isinstance(error, TimeoutError):
                log.warning("the database lets nobody in within %s s", 2 * PATIENCE)
                raise StoreUnavailable from error
            if not isinstance(error, psycopg.Error):
                raise
            if isinstance(error, psycopg.OperationalError):
                log.warning("no connection to the database: %s", error)
                raise StoreUnavailable from error
            raise NotMigrated from error  # without its role the schema is not there either
        return connection

    async def forget(self) -> None:
        """Close the sessions that nobody uses."""
        unused, self.free = self.free, []
        for connection in unused:
            await connection.close()


def in_our_words(error: psycopg.Error) -> RegistryError | None:
    """What a database that answers says of a statement; None where it is something else."""
    match error:
        case psycopg.errors.QueryCanceled():
            return StatementTooLong()
        case psycopg.errors.UndefinedTable() | psycopg.errors.UndefinedColumn():
            return NotMigrated()
        case psycopg.DataError() | psycopg.errors.InternalError_() | psycopg.errors.ProgramLimitExceeded():
            return NotWorkedOut(reason=error.diag.message_primary or str(error))
    return None


async def is_marked(connection: AsyncConnection[Any]) -> bool:
    """Whether the register holds made-up data; not so before its schema is there."""
    table = await (await connection.execute("SELECT to_regclass('registry.synthetic')")).fetchone()
    if table == (None,):
        return False
    return await (await connection.execute("SELECT FROM registry.synthetic")).fetchone() is not None
