"""`python3 -m catalog` runs the catalog."""

import os
import sys

from fleetbox import SettingsError, from_environment, serve

from .api import catalog
from .products import load

try:
    settings = from_environment("catalog", 8081, os.environ)
except SettingsError as error:
    print(error, file=sys.stderr)
    sys.exit(os.EX_CONFIG)
serve(catalog(load()), settings)
