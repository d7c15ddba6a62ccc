import { equal } from "node:assert/strict";
import * as path from "node:path";
import { execa } from "execa";
import { projectRoot } from "../config/root.ts";

describe("the sources", function () {
  this.timeout("10m");

  for (const step of ["prettier", "types"]) {
    it(`pass the check: ${step}`, async () => {
      const { exitCode, all } = await execa(path.join(projectRoot, "test/check"), [step], {
        all: true,
        reject: false,
      });
      equal(exitCode, 0, all);
      equal(all.includes(" ok ("), true, all);
    });
  }
});
