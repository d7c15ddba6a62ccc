"""The catalog's answers, without a server."""

from __future__ import annotations

import json
import unittest

from catalog.api import catalog
from catalog.products import load
from fleetbox import Request, Response


def get(path: str, **query: str) -> Response:
    """The catalog's answer to a GET."""
    return catalog(load()).answer(Request("GET", path, query, {}, b"", True))


class Catalog(unittest.TestCase):
    """Each path."""

    def test_describes_itself(self) -> None:
        self.assertEqual(json.loads(get("/").body)["application"], "catalog")

    def test_lists_products(self) -> None:
        products = json.loads(get("/products").body)["products"]
        self.assertEqual([product["id"] for product in products], sorted(load()))

    def test_shows_a_product(self) -> None:
        self.assertEqual(json.loads(get("/products/rope").body)["price_cents"], 3300)
        self.assertEqual(get("/products/kraken").status, 404)

    def test_every_product_is_complete(self) -> None:
        for product in load().values():
            self.assertEqual(set(product), {"id", "name", "description", "price_cents"})
            self.assertIs(type(product["price_cents"]), int)

    def test_answers_slowly_but_not_for_ever(self) -> None:
        self.assertEqual(json.loads(get("/slow", seconds="0.01").body), {"slept_seconds": 0.01})
        for text in ["11", "-1", "nan", "inf", "soon"]:
            with self.subTest(text):
                self.assertEqual(get("/slow", seconds=text).status, 400)


if __name__ == "__main__":
    unittest.main()
