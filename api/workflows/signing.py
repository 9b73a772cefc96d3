"""Signing in by password: what a password must be, how it is checked, and how who guesses is slowed down.

A wrong login and a wrong password take the same way and the same time. docs/accounts.md tells the throttle's rules.
"""

import asyncio
import hashlib
import ipaddress
import re
import secrets
import unicodedata
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache
from math import ceil

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from api.errors import BadPassword, TooManyAttempts, WrongPassword
from api.language import N_
from api.people import Person
from api.store import log, sessions
from api.store.accounts import Row, change_account, find_account, find_person, lock_account
from api.store.attempts import empty_bucket, forget_old, hold_bucket, set_failures, take_back
from api.store.connect import Session, Writer

SHORTEST, LONGEST = 12, 1000
FEWEST_LETTERS = 5  # that differ
HASHER = PasswordHasher()
# Each check takes 64 MiB and both cores for a tenth of a second: two at a time, whoever else asks waits.
HASHING = ThreadPoolExecutor(2, "hashing")

# Failures before anybody has to wait, by what they are counted by.
FREE = {"address": 20, "pair": 5, "login": 50, "browser": 5}
LOGIN = re.compile(r"[a-z0-9][a-z0-9._@-]{1,63}")
LONGEST_WAIT_S = 60
FORGOTTEN_S = 1800  # after so long without a failure the count begins anew


@dataclass(frozen=True)
class Opened:
    """A session just made: the secrets for the browser's cookies, and whose it is."""

    token: str
    browser: str
    person: Person


# Passwords


def normal(password: str) -> str:
    """The same letters, however a keyboard composes them."""
    return unicodedata.normalize("NFKC", password)


def check_password(login: str, password: str) -> None:
    """Raises BadPassword for one that is too easily guessed."""
    password = normal(password)
    if len(password) < SHORTEST:
        raise BadPassword(reason=N_("it must have at least 12 characters"))
    if len(password) > LONGEST:
        raise BadPassword(reason=N_("it is longer than 1,000 characters"))
    if login in password.lower():
        raise BadPassword(reason=N_("it contains the login"))
    if len(set(password.lower())) < FEWEST_LETTERS:
        raise BadPassword(reason=N_("it has fewer than five different characters"))


def hash_password(login: str, password: str) -> str:
    """What is stored of it. Raises BadPassword."""
    check_password(login, password)
    return HASHER.hash(normal(password))


@cache
def nobodys_hash() -> str:
    return HASHER.hash(secrets.token_urlsafe())


def is_right(stored: str | None, password: str) -> bool:
    """Whether the password is the stored one's; takes as long where nothing is stored."""
    nobodys = nobodys_hash()
    try:
        return HASHER.verify(stored or nobodys, normal(password)) and stored is not None
    except (VerificationError, InvalidHashError):
        return False


def renewed(stored: str, password: str) -> str | None:
    """A hash by today's parameters where the stored one is by older ones."""
    return HASHER.hash(normal(password)) if HASHER.check_needs_rehash(stored) else None


# Signing in


async def sign_in(
    writer: Writer, login: str, password: str, *, address: str, browser: str = "", old_token: str = ""
) -> Opened:
    """A new session. `browser` is the mark of a browser that signed in before, `old_token` the session it leaves.

    Raises TooManyAttempts, before the password is looked at, and WrongPassword, which says the same whatever was wrong.
    """
    login = login.strip().lower()
    login = login if LOGIN.fullmatch(login) else ""  # nobody's
    buckets, row = await writer.run(begin_attempt, login, address, browser)
    loop = asyncio.get_running_loop()
    stored: str | None = row["password"] if row is not None and row["disabled_at"] is None else None
    is_good = len(password) <= LONGEST and await loop.run_in_executor(HASHING, is_right, stored, password)
    if stored is None or not is_good:
        await writer.run(note_refusal, row, buckets, address)
        raise WrongPassword
    new_hash = await loop.run_in_executor(HASHING, renewed, stored, password)
    opened: Opened = await writer.run(
        end_attempt, login, stored, new_hash, buckets, browser=browser, old_token=old_token
    )
    return opened


def begin_attempt(session: Session, login: str, address: str, browser: str) -> tuple[list[str], Row | None]:
    """Count an attempt as failed, before anybody knows, so that many at once are counted too; and find the account.

    Raises TooManyAttempts; then nothing is counted: whoever goes on trying does not lengthen the wait.
    """
    buckets = buckets_of(session, login, address, browser)
    for bucket in buckets:
        held = hold_bucket(session, bucket)
        count = 0 if held.age_s > FORGOTTEN_S else held.count
        wait = wait_s(bucket, count)
        if wait and held.age_s < wait:
            raise TooManyAttempts(ceil(wait - held.age_s))
        set_failures(session, bucket, count + 1)
    forget_old(session)  # last: what it takes nobody of us waits for
    return buckets, find_account(session, login)


def buckets_of(session: Session, login: str, address: str, browser: str) -> list[str]:
    """Where an attempt counts: by address, by login at this address, and by login from anywhere; but in a browser that
    this login was used in before only there, so that no stranger slows its owner down.

    Logins are hashed: somebody may have typed a password instead. Always in this order: they are held.
    """
    name, network = hashlib.sha256(login.encode()).hexdigest(), network_of(address)
    if browser and sessions.knows_browser(session, login, digest(browser)):
        return [f"browser:{digest(browser).hex()}:{name}"]
    return [f"address:{network}", f"pair:{network}:{name}", f"login:{name}"]


def network_of(address: str) -> str:
    """An address, of IPv6 the /64 that one household has."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return "unknown"
    return str(found) if found.version == 4 else str(ipaddress.ip_network((found, 64), strict=False))


def wait_s(bucket: str, failures: int) -> int:
    """How long after the last of so many failures the next attempt is taken: 1, 2, 4 ... and never over 60 seconds."""
    beyond = failures - FREE[kind_of(bucket)]
    return 0 if beyond < 0 else min(2 ** min(beyond, 10), LONGEST_WAIT_S)


def kind_of(bucket: str) -> str:
    return bucket.partition(":")[0]


def note_refusal(session: Session, row: Row | None, buckets: Iterable[str], address: str) -> None:
    """Write down when a count reaches 1, 2, 4, 8 ... times what is free; never what was typed."""
    for bucket in buckets:
        kind, count = kind_of(bucket), hold_bucket(session, bucket).count
        times, rest = divmod(count, FREE[kind])
        if rest == 0 and times.bit_count() == 1:
            number = None if row is None or kind == "address" else row["number"]
            details = {"count": count, "by": kind, "address": network_of(address)}
            log.record(session, "sign-in-refused", who="somebody", account=number, details=details)


def end_attempt(
    session: Session, login: str, stored: str, new_hash: str | None, buckets: list[str], *, browser: str, old_token: str
) -> Opened:
    """Open the session. Raises WrongPassword where the account was disabled or its password changed meanwhile."""
    row = lock_account(session, login)
    if row["disabled_at"] is not None or row["password"] != stored:
        raise WrongPassword
    refused = excuse(session, buckets)
    if new_hash is not None:
        change_account(session, row["number"], password=new_hash)
    return open_session(session, row["number"], "password", browser=browser, old_token=old_token, refused=refused)


def excuse(session: Session, buckets: Iterable[str]) -> int:
    """The attempt was none; how many had failed before it in this browser, or for this login at this address."""
    refused = 0
    for bucket in buckets:
        if kind_of(bucket) in ("pair", "browser"):
            refused = hold_bucket(session, bucket).count - 1
            empty_bucket(session, bucket)
        else:
            take_back(session, bucket)  # a success must not excuse who guesses at others, or from elsewhere
    return refused


def open_session(session: Session, account: int, how: str, *, browser: str, old_token: str, refused: int = 0) -> Opened:
    """A session with a token that nobody has seen yet; the one that the browser had ends."""
    old = sessions.find_session(session, digest(old_token)) if old_token else None
    if old is not None and old.session is not None:
        sessions.revoke_sessions(session, old.person.account, old.session)
    token, browser = secrets.token_urlsafe(32), browser or secrets.token_urlsafe(32)
    sessions.insert_session(session, account, digest(token), digest(browser), how)
    person = find_person(session, account)
    log.record_act(session, person, "signed-in", details={"how": how, "refused_before": max(refused, 0)})
    return Opened(token, browser, person)


def sign_out(session: Session, person: Person, number: int | None) -> int:
    """End one session, or all of a person's; how many there were."""
    ended = sessions.revoke_sessions(session, person.account, number)
    log.record_act(session, person, "signed-out" if number else "signed-out-everywhere", details={"sessions": ended})
    return ended


async def change_password(
    writer: Writer, signed: sessions.Signed, current: str, new: str, *, address: str, browser: str
) -> None:
    """One's own password, by somebody who knows the one until now; the other sessions end.

    Raises TooManyAttempts and WrongPassword as `sign_in`, and BadPassword.
    """
    person = signed.person
    check_password(person.login, new)
    buckets, row = await writer.run(begin_attempt, person.login, address, browser)
    loop = asyncio.get_running_loop()
    stored: str | None = row["password"] if row is not None else None
    is_good = len(current) <= LONGEST and await loop.run_in_executor(HASHING, is_right, stored, current)
    if stored is None or not is_good:
        await writer.run(note_refusal, row, buckets, address)
        raise WrongPassword
    new_hash = await loop.run_in_executor(HASHING, hash_password, person.login, new)
    await writer.run(replace_password, signed, stored, new_hash, buckets)


def replace_password(session: Session, signed: sessions.Signed, stored: str, new_hash: str, buckets: list[str]) -> None:
    """Raises WrongPassword where the password was set anew meanwhile."""
    row = lock_account(session, signed.person.login)
    if row["password"] != stored:
        raise WrongPassword
    excuse(session, buckets)
    change_account(session, row["number"], password=new_hash)
    ended = sessions.revoke_sessions(session, row["number"], but=signed.session)
    log.record_act(session, signed.person, "password-changed", details={"sessions_ended": ended})


# API keys


def make_key(session: Session, person: Person, name: str, days: int | None) -> str:
    """A new API key, which is shown once; `days` until it expires, None for never."""
    key = "izr_" + secrets.token_urlsafe(32)
    number = sessions.insert_key(session, person.account, digest(key), name, key[:8], days)
    log.record_act(session, person, "key-made", details={"key": number, "name": name, "days": days})
    return key


def revoke_key(session: Session, person: Person, number: int) -> str | None:
    """The key's name; None where the person has no such key in force."""
    name = sessions.revoke_key(session, person.account, number)
    if name is not None:
        log.record_act(session, person, "key-revoked", details={"key": number, "name": name})
    return name


def digest(secret: str) -> bytes:
    """What is stored of a token or key: they are random, 256 bits, so a plain hash is enough."""
    return hashlib.sha256(secret.encode()).digest()
