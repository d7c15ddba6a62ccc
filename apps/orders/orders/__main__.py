"""`python3 -m orders` runs the orders."""

import os
import sys

import psycopg2
from fleetbox import SettingsError, from_environment, serve

from .api import orders
from .pool import ConnectionPool
from .store import OrderStore

try:
    settings = from_environment("orders", 8082, os.environ)
except SettingsError as error:
    print(error, file=sys.stderr)
    sys.exit(os.EX_CONFIG)
# Without an address the box starts, and its health check says what is missing.
database = os.environ.get("DATABASE_URL", "")
pool = ConnectionPool(lambda: psycopg2.connect(database, connect_timeout=3, application_name="orders"), bool(database))
serve(orders(OrderStore(pool)), settings)
