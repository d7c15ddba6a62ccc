"""The catalog's HTTP interface."""

from __future__ import annotations

import time
from collections.abc import Mapping

from fleetbox import Application, HttpError, Request, Response, json_response

from .products import Product

SLOWEST_SECONDS = 10.0


def catalog(products: Mapping[str, Product]) -> Application:
    """The application that serves these products."""
    application = Application("catalog")

    @application.route("GET", "/")
    def describe(_: Request) -> Response:
        paths = ["/products", "/products/{id}", "/slow?seconds=2", "/healthz"]
        return json_response({"application": "catalog", "products": len(products), "paths": paths})

    @application.route("GET", "/products")
    def list_products(_: Request) -> Response:
        return json_response({"products": list(products.values())})

    @application.route("GET", "/products/{id}")
    def show_product(request: Request) -> Response:
        product = products.get(request.parameters["id"])
        if product is None:
            raise HttpError(404, f"product {request.parameters['id']!r}: there is none; GET /products lists them")
        return json_response(product)

    @application.route("GET", "/slow")
    def answer_slowly(request: Request) -> Response:
        """What a report or an upload does to a swap: keeps a request in flight."""
        seconds = parse_seconds(request.query.get("seconds", "2"))
        time.sleep(seconds)
        return json_response({"slept_seconds": seconds})

    return application


def parse_seconds(text: str) -> float:
    """Seconds to sleep, from 0 to SLOWEST_SECONDS."""
    try:
        seconds = float(text)
    except ValueError:
        seconds = -1.0
    if not 0 <= seconds <= SLOWEST_SECONDS:
        raise HttpError(400, f"seconds: expected a number from 0 to {SLOWEST_SECONDS:g}, got {text!r}")
    return seconds
