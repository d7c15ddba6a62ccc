"""The products and where they come from."""

from __future__ import annotations

import json
from collections.abc import Mapping
from importlib.resources import files
from typing import TypedDict


class Product(TypedDict):
    """One thing to buy. Prices are whole cents: no rounding."""

    id: str
    name: str
    description: str
    price_cents: int


def load() -> Mapping[str, Product]:
    """The products shipped with this version of the catalog, by id."""
    products: list[Product] = json.loads(files(__package__).joinpath("products.json").read_text("utf-8"))
    return {product["id"]: product for product in products}
