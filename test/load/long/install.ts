import { copyFileSync } from "node:fs";
import * as path from "node:path";
import type { Sandbox } from "../../sandbox/sandbox.ts";

/** Adds exchanges that last to the catalog of a sandbox (`long.py`): its image is another one then. */
export function addLongExchanges(sandbox: Sandbox): void {
  const program = path.join(import.meta.dirname, "long.py");
  copyFileSync(program, path.join(sandbox.folder, "apps/catalog/catalog/long.py"));
  sandbox.replace(
    "apps/catalog/catalog/__main__.py",
    "from .api import catalog",
    "from .long import add\nfrom .api import catalog",
  );
  sandbox.replace("apps/catalog/catalog/__main__.py", "serve(catalog(", "add()\nserve(catalog(");
}
