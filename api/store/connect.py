"""Ways to the database: an owner's engine for migrations, a writer's for work, and a pool of readers for the hot path.

Who connects may be any database user that is a member of the two roles; each session then takes the role it needs.
"""

import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from typing import Any, TypeAlias, TypeVar

import psycopg
from psycopg import AsyncConnection, sql
from psycopg_pool import AsyncConnectionPool, PoolTimeout
from sqlalchemy import Connection, Engine, NullPool, create_engine

from api.errors import CannotConnect, NotMigrated, StatementTooLong, StoreUnavailable

log = logging.getLogger(__name__)
# PostGIS lives in one of the two others; a user's own schema must not come first, it may be called registry too.
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


def writer_engine(database_url: str) -> Engine:
    """An engine whose sessions have the role registry_write: they add, and cannot change history."""

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

    return create_engine("postgresql+psycopg://", creator=connect, poolclass=NullPool)


@contextmanager
def writing(database_url: str) -> Iterator[Session]:
    """A writer's session in one transaction: it commits at the end, and an exception undoes all of it."""
    with writer_engine(database_url).begin() as session:
        yield session


def open_session(database_url: str) -> psycopg.Connection:
    """A new connection. Raises CannotConnect with libpq's reason, without the password."""
    try:
        return psycopg.connect(database_url, connect_timeout=10)
    except psycopg.Error as error:
        raise CannotConnect(reason=str(error).strip()) from error


class Reader:
    """Read-only sessions for requests: autocommit, prepared statements, the role registry_read.

    A lost database raises StoreUnavailable at once or after two seconds of waiting; the pool mends itself when it is
    back, so no restart is needed.

    `synthetic` tells whether the database is marked as holding made-up data. It is known with the first session, and so
    before anything was read; `has_looked` tells whether there was one.
    """

    def __init__(self, database_url: str, *, size: int, statement_timeout_ms: int, synthetic: bool = False) -> None:
        self.synthetic = synthetic
        self.has_looked = synthetic
        self.settings = sql.SQL(
            "SET ROLE registry_read; " + SEARCH_PATH + "; SET default_transaction_read_only = on; "
            f"SET statement_timeout = {int(statement_timeout_ms)}; SET TIME ZONE 'UTC'"
        )
        self.pool = AsyncConnectionPool(
            database_url, min_size=1, max_size=size, timeout=2, reconnect_timeout=2, open=False,
            kwargs={"autocommit": True, "connect_timeout": 2}, configure=self.configure, name="readers",
        )  # fmt: skip

    async def configure(self, connection: AsyncConnection[Any]) -> None:
        await connection.execute(self.settings)
        if not self.synthetic:
            self.synthetic = await is_marked(connection)
        self.has_looked = True

    @asynccontextmanager
    async def opened(self) -> AsyncIterator["Reader"]:
        """The pool while the service runs; a database that is away does not keep the service from starting."""
        await self.pool.open(wait=False)
        with suppress(StoreUnavailable):
            await self.rows("SELECT")  # to know `synthetic` before the first answer
        try:
            yield self
        finally:
            await self.pool.close()

    async def rows(self, query: str, parameters: dict[str, object] | None = None) -> Rows:
        """All rows of one statement with %(named)s parameters."""

        async def run(connection: AsyncConnection[Any]) -> Rows:
            cursor = await connection.execute(query.encode(), parameters)
            return await cursor.fetchall()

        return await self.with_connection(run)

    async def with_connection(self, work: Callable[[AsyncConnection[Any]], Awaitable[T]]) -> T:
        """Run `work` on a session; once more on a fresh one if the first turns out to be cut."""
        for attempt in (1, 2):
            try:
                async with self.pool.connection() as connection:
                    return await work(connection)
            except psycopg.errors.QueryCanceled as error:
                raise StatementTooLong from error
            except (psycopg.errors.UndefinedTable, psycopg.errors.UndefinedColumn) as error:
                raise NotMigrated from error
            except PoolTimeout as error:
                raise StoreUnavailable from error
            except psycopg.OperationalError as error:
                log.warning("database session lost: %s", error)
                await self.pool.check()
                if attempt == 2:
                    raise StoreUnavailable from error
        raise AssertionError("unreachable")


async def is_marked(connection: AsyncConnection[Any]) -> bool:
    """Whether the register holds made-up data; not so before its schema is there."""
    table = await (await connection.execute("SELECT to_regclass('registry.synthetic')")).fetchone()
    if table == (None,):
        return False
    return await (await connection.execute("SELECT FROM registry.synthetic")).fetchone() is not None
