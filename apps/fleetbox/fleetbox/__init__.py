"""A small HTTP/1.1 server for boxes: keep-alive, a health check, and a stop that loses no request."""

from .application import Application
from .message import HttpError, Request, Response, json_response
from .server import serve
from .settings import Settings, SettingsError, from_environment

__all__ = [
    "Application",
    "HttpError",
    "Request",
    "Response",
    "Settings",
    "SettingsError",
    "from_environment",
    "json_response",
    "serve",
]
