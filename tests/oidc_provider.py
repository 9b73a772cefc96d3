"""An OpenID Connect provider as a process of its own: oidc-provider-mock, made to insist on PKCE and on its secret.

`python tests/oidc_provider.py SECRET` prints its port and serves until it is ended.
"""

import base64
import hashlib
import sys
from typing import Any

import flask
from oidc_provider_mock import app
from werkzeug.serving import make_server


def insist(provider: flask.Flask, secret: str) -> None:
    """Refuse a code whose verifier is not that of its challenge, and a client without its secret."""
    challenges: set[str] = set()

    @provider.before_request
    def look() -> Any:
        if flask.request.path == "/oauth2/authorize":
            if flask.request.args.get("code_challenge_method") != "S256":
                return {"error": "invalid_request"}, 400
            challenges.add(flask.request.args["code_challenge"])
        if flask.request.path == "/oauth2/token":
            verifier = flask.request.form.get("code_verifier", "")
            challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
            given = flask.request.authorization
            if given is None or given.password != secret:
                return {"error": "invalid_client"}, 401
            if challenge not in challenges:
                return {"error": "invalid_grant"}, 400
        return None


if __name__ == "__main__":
    made = app(require_nonce=True)
    insist(made, sys.argv[1])
    server = make_server("127.0.0.1", 0, made, threaded=True)
    print(server.server_port, flush=True)
    server.serve_forever()
