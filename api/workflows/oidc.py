"""Signing in by OpenID Connect: the code flow with PKCE, state and nonce, by authlib; off until OIDC_ISSUER is set.

A person is known by issuer and subject. An e-mail counts once: a verified one links the account that waits for it.
"""

import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from api.errors import ProviderAway, SignInBroken, UnknownToRegister
from api.language import N_
from api.settings import Settings
from api.store import accounts, log
from api.store.accounts import Row
from api.store.connect import Session
from api.workflows.signing import Opened, open_session

PATIENCE_S = 5.0
KEPT_S = 3600.0  # how long the provider's description is good
CLOCKS_S = 60  # how far its clock may differ from ours
SIGNED_BY = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA")


@dataclass(frozen=True)
class Begun:
    """What the browser keeps between leaving for the provider and coming back: secrets of this one sign-in."""

    state: str
    nonce: str
    verifier: str


class Provider:
    """The provider of the settings. `name` is what people call it."""

    def __init__(self, issuer: str, client_id: str, secret: str, name: str) -> None:
        self.issuer, self.client_id, self.secret, self.name = issuer, client_id, secret, name
        self.described: tuple[float, dict[str, Any]] | None = None

    async def begin(self, back: str) -> tuple[str, Begun]:
        """Where the browser goes, to come back to the address `back`. Raises ProviderAway."""
        begun = Begun(*(secrets.token_urlsafe(32) for _ in range(3)))
        async with self.client(back) as client:
            description = await self.describe(client)
            address, _ = client.create_authorization_url(
                description["authorization_endpoint"],
                state=begun.state,
                code_verifier=begun.verifier,
                nonce=begun.nonce,
            )
        return str(address), begun

    async def finish(self, back: str, begun: Begun, answer: Mapping[str, str]) -> dict[str, Any]:
        """What the provider says of the person: `sub`, and perhaps `email`, `email_verified`, `name`.

        `answer` are the parameters that the browser came back with. Raises SignInBroken and ProviderAway.
        """
        if not secrets.compare_digest(answer.get("state", "").encode(), begun.state.encode()):
            raise SignInBroken(N_("it was not begun in this browser, or long ago"))
        if "code" not in answer:
            raise SignInBroken(N_("the provider did not let you in"))
        async with self.client(back) as client:
            description = await self.describe(client)
            token = await self.fetch_token(client, description, answer["code"], begun.verifier)
            claims = await self.read_id_token(client, description, token, begun.nonce)
            if "email" not in claims and "userinfo_endpoint" in description:
                client.token = token
                more = await self.fetch(client, description["userinfo_endpoint"])
                if more.get("sub") == claims["sub"]:
                    claims = {**more, **claims}
        return claims

    # Steps

    @cached_property
    def failures(self) -> tuple[type[Exception], ...]:
        """What the client raises where the provider does not answer, or not in the form agreed upon."""
        import httpx2
        from authlib.common.errors import AuthlibBaseError

        return (httpx2.HTTPError, httpx2.InvalidURL, AuthlibBaseError, ValueError)

    def client(self, back: str) -> Any:
        from authlib.integrations.httpx_client import AsyncOAuth2Client

        return AsyncOAuth2Client(
            self.client_id, self.secret or None, scope="openid email profile", redirect_uri=back,
            code_challenge_method="S256", timeout=PATIENCE_S,
        )  # fmt: skip

    async def fetch(self, client: Any, address: str, *, openly: bool = False) -> dict[str, Any]:
        """A document of the provider, `openly` without our token. Raises ProviderAway."""
        try:
            answer = await client.request("GET", address, **({"withhold_token": True, "auth": None} if openly else {}))
            answer.raise_for_status()
            document = answer.json()
        except self.failures as error:
            raise ProviderAway(self.name) from error
        if not isinstance(document, dict):
            raise ProviderAway(self.name)
        return document

    async def describe(self, client: Any) -> dict[str, Any]:
        """The provider's own description, asked for once an hour. Raises ProviderAway."""
        if self.described and time.monotonic() - self.described[0] < KEPT_S:
            return self.described[1]
        found = await self.fetch(client, f"{self.issuer}/.well-known/openid-configuration", openly=True)
        if str(found.get("issuer")).rstrip("/") != self.issuer or not {
            "authorization_endpoint", "token_endpoint", "jwks_uri"
        } <= set(found):  # fmt: skip
            raise ProviderAway(self.name)
        self.described = (time.monotonic(), found)
        return found

    async def fetch_token(self, client: Any, description: dict[str, Any], code: str, verifier: str) -> dict[str, Any]:
        """Trade the code in. Raises SignInBroken where the provider does not take it (again)."""
        from authlib.integrations.base_client import OAuthError

        methods = description.get("token_endpoint_auth_methods_supported", ["client_secret_basic"])
        if self.secret and "client_secret_basic" not in methods and "client_secret_post" in methods:
            client.token_endpoint_auth_method = "client_secret_post"  # noqa: S105
        try:
            token = await client.fetch_token(
                description["token_endpoint"], grant_type="authorization_code", code=code, code_verifier=verifier
            )
        except OAuthError as error:
            raise SignInBroken(N_("the provider does not take the code, or not a second time")) from error
        except self.failures as error:
            raise ProviderAway(self.name) from error
        if not isinstance(token.get("id_token"), str):
            raise ProviderAway(self.name)
        return dict(token)

    async def read_id_token(
        self, client: Any, description: dict[str, Any], token: dict[str, Any], nonce: str
    ) -> dict[str, Any]:
        """Who it is, from a token whose signature, issuer, audience, nonce and times are right. Raises SignInBroken."""
        from authlib.oidc.core import CodeIDToken
        from joserfc import jwt
        from joserfc.errors import JoseError
        from joserfc.jwk import KeySet

        offered = description.get("id_token_signing_alg_values_supported", ["RS256"])
        keys = await self.fetch(client, description["jwks_uri"], openly=True)
        try:
            read = jwt.decode(
                token["id_token"],
                KeySet.import_key_set(keys),  # type: ignore[arg-type]
                algorithms=[one for one in SIGNED_BY if one in offered],
            )
            claims = CodeIDToken(
                read.claims, read.header,
                {"iss": {"essential": True, "value": description["issuer"]},
                 "aud": {"essential": True, "value": self.client_id}},
                {"nonce": nonce, "client_id": self.client_id, "access_token": token.get("access_token")},
            )  # fmt: skip
            claims.validate(leeway=CLOCKS_S)
        except (JoseError, ValueError, KeyError, TypeError) as error:
            raise SignInBroken(N_("what the provider says of you does not hold")) from error
        if not isinstance(claims["sub"], str) or not 0 < len(claims["sub"]) <= 255:
            raise SignInBroken(N_("what the provider says of you does not hold"))
        return dict(claims)


def provider_of(settings: Settings) -> Provider | None:
    """None where no provider is set."""
    if not settings.oidc_issuer:
        return None
    secret = settings.oidc_client_secret.get_secret_value()
    if settings.oidc_client_secret_file is not None:
        secret = settings.oidc_client_secret_file.read_text(encoding="utf-8").strip()
    return Provider(settings.oidc_issuer, settings.oidc_client_id, secret, settings.oidc_name)


def let_in(session: Session, provider: Provider, claims: dict[str, Any], *, browser: str, old_token: str) -> Opened:
    """Open a session for the account of this person, linking it at the first time. Raises UnknownToRegister."""
    row = accounts.find_account_of_subject(session, provider.issuer, claims["sub"]) or link(session, provider, claims)
    if row is None or row["disabled_at"] is not None:
        known_as = claims.get("email") or claims.get("name") or claims["sub"]
        raise UnknownToRegister(provider=provider.name, known_as=known_as)
    return open_session(session, row["number"], "oidc", browser=browser, old_token=old_token)


def link(session: Session, provider: Provider, claims: dict[str, Any]) -> Row | None:
    """The account that waits for this verified e-mail; from now on it is this subject's."""
    email = claims.get("email")
    if claims.get("email_verified") is not True or not isinstance(email, str):
        return None
    row = accounts.find_unlinked_account(session, email)
    if row is None or row["disabled_at"] is not None:
        return None
    accounts.change_account(session, row["number"], oidc_issuer=provider.issuer, oidc_subject=claims["sub"])
    details = {"issuer": provider.issuer, "subject": claims["sub"], "email": email}
    log.record(session, "linked", who=row["name"], account=row["number"], details=details)
    return row
