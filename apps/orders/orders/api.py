"""The orders' HTTP interface."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, Protocol

from fleetbox import Application, HttpError, Request, Response, json_response

from .health import CachedHealth
from .pool import DatabaseAway
from .store import Order

LARGEST_ID = 2**63 - 1
LARGEST_QUANTITY = 1000
LONGEST_PRODUCT = 100
SHOWN_ORDERS = 50


class Store(Protocol):
    """What the interface needs of a store."""

    def check(self) -> None: ...
    def add(self, product: str, quantity: int) -> Order: ...
    def latest(self, count: int) -> list[Order]: ...
    def find(self, order_id: int) -> Order | None: ...


def orders(store: Store) -> Application:
    """The application on this store."""
    application = Application("orders", CachedHealth(store.check).reason)

    @application.route("GET", "/")
    def describe(_: Request) -> Response:
        paths = ["/orders", "/orders/{id}", "/healthz"]
        return json_response({"application": "orders", "paths": paths})

    @application.route("GET", "/orders")
    @unavailable_without_database
    def list_orders(_: Request) -> Response:
        return json_response({"orders": [as_json(order) for order in store.latest(SHOWN_ORDERS)]})

    @application.route("POST", "/orders")
    @unavailable_without_database
    def add_order(request: Request) -> Response:
        product, quantity = parse_order(request.json())
        order = store.add(product, quantity)
        return json_response(as_json(order), 201, {"Location": f"/orders/{order.id}"})

    @application.route("GET", "/orders/{id}")
    @unavailable_without_database
    def show_order(request: Request) -> Response:
        text = request.parameters["id"]
        known = text.isascii() and text.isdigit() and len(text) < 20 and int(text) <= LARGEST_ID
        order = store.find(int(text)) if known else None
        if order is None:
            raise HttpError(404, f"order {text!r}: there is none; GET /orders lists the latest")
        return json_response(as_json(order))

    return application


def unavailable_without_database(answer: Callable[[Request], Response]) -> Callable[[Request], Response]:
    """Turns an absent database into a 503 that says when to come back."""

    @wraps(answer)
    def guarded(request: Request) -> Response:
        try:
            return answer(request)
        except DatabaseAway as error:
            # The reason names hosts and users: it belongs into the health check and the log, not to every client.
            raise HttpError(503, "the database is away; try again", {"Retry-After": "1"}) from error

    return guarded


def parse_order(value: Any) -> tuple[str, int]:
    """Product and quantity of a new order; a 422 names everything that is wrong with it."""
    if not isinstance(value, dict):
        raise HttpError(422, 'body: expected {"product": …, "quantity": …}, got something else')
    mistakes = [f"{key}: expected product and quantity only; remove it" for key in value.keys() - {"product", "quantity"}]
    product, quantity = value.get("product"), value.get("quantity", 1)
    if not isinstance(product, str) or not 1 <= len(product) <= LONGEST_PRODUCT or not product.isprintable():
        mistakes.append(f"product: expected 1 to {LONGEST_PRODUCT} printable characters, got {product!r}")
    if type(quantity) is not int or not 1 <= quantity <= LARGEST_QUANTITY:
        mistakes.append(f"quantity: expected a whole number from 1 to {LARGEST_QUANTITY}, got {quantity!r}")
    if mistakes:
        raise HttpError(422, "\n".join(sorted(mistakes)))
    return product, quantity


def as_json(order: Order) -> dict[str, object]:
    """The order as clients see it."""
    return {
        "id": order.id,
        "product": order.product,
        "quantity": order.quantity,
        "created_at": order.created_at.isoformat(),
    }
