import { fileURLToPath } from "node:url";
import { unittest } from "./python.ts";

describe("the sample applications", function () {
  this.timeout(60_000);

  it("pass their unit tests", () => unittest(fileURLToPath(new URL(".", import.meta.url))));
});
