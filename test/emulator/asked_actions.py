"""Notes what is asked of the emulator, as IAM calls it (`ec2:RunInstances`), once each: what a role must be allowed."""

import io
import re
from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import parse_qs

# Where the name of the service in signatures is not the prefix of its actions (Service Authorization Reference).
PREFIXES = {"monitoring": "cloudwatch"}
# Of services whose requests have no name of the action: method and path.
RESTFUL = {
    "ebs": (
        ("POST", r"/snapshots", "StartSnapshot"),
        ("PUT", r"/snapshots/[^/]+/blocks/\d+", "PutSnapshotBlock"),
        ("POST", r"/snapshots/completion/[^/]+", "CompleteSnapshot"),
        ("GET", r"/snapshots/[^/]+/blocks", "ListSnapshotBlocks"),
        ("GET", r"/snapshots/[^/]+/blocks/\d+", "GetSnapshotBlock"),
        ("GET", r"/snapshots/[^/]+/changedblocks", "ListChangedBlocks"),
    ),
    "dlm": (
        ("POST", r"/policies", "CreateLifecyclePolicy"),
        ("GET", r"/policies/?", "GetLifecyclePolicies"),
        ("GET", r"/policies/[^/]+/?", "GetLifecyclePolicy"),
        ("PATCH", r"/policies/[^/]+", "UpdateLifecyclePolicy"),
        ("DELETE", r"/policies/[^/]+/?", "DeleteLifecyclePolicy"),
        ("GET", r"/tags/.+", "ListTagsForResource"),
        ("POST", r"/tags/.+", "TagResource"),
        ("DELETE", r"/tags/.+", "UntagResource"),
    ),
}
Application = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


def noting(application: Application, path: str) -> Application:
    """The same application, whose requests are noted in a file, a line each."""
    known: set[str] = set()

    def noted(environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        environ["wsgi.input"] = io.BytesIO(body)
        action = action_of(environ, body)
        if action is not None and action not in known:
            known.add(action)
            with open(path, "a") as file:
                file.write(f"{action}\n")
        return application(environ, start)

    return noted


def action_of(environ: dict[str, Any], body: bytes) -> str | None:
    """None of requests that nobody signed, those of the emulator's own interface, and of those of the tests themselves."""
    if "exec-env/test" in environ.get("HTTP_USER_AGENT", ""):
        return None
    scope = re.search(r"Credential=[^/]+/\d+/[^/]+/([^/]+)/aws4_request", environ.get("HTTP_AUTHORIZATION", ""))
    if scope is None:
        return None
    service = PREFIXES.get(scope[1], scope[1])
    target = environ.get("HTTP_X_AMZ_TARGET")
    if target:
        return f"{service}:{target.rpartition('.')[2]}"
    form = parse_qs(body.decode(errors="replace")) if body.startswith((b"Action=", b"Version=")) or b"&Action=" in body else {}
    if "Action" in form:
        return f"{service}:{form['Action'][0]}"
    method, path = environ["REQUEST_METHOD"], environ["PATH_INFO"]
    for wanted, pattern, name in RESTFUL.get(service, ()):
        if method == wanted and re.fullmatch(pattern, path):
            return f"{service}:{name}"
    return f"{service}:{method} {path}"
