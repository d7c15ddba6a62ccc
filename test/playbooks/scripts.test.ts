import { fileURLToPath } from "node:url";
import { unittest } from "../apps/python.ts";

describe("the roles' scripts", function () {
  this.timeout(60_000);

  it("pass their unit tests", () => unittest(fileURLToPath(new URL(".", import.meta.url))));
});
