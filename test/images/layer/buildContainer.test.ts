import { unittest } from "../../apps/python.ts";

describe("the programs of a build container", function () {
  this.timeout(60_000);

  it("pass their unit tests", () => unittest(import.meta.dirname));
});
