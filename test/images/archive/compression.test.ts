import { deepEqual } from "node:assert/strict";
import { writeFileSync } from "node:fs";
import * as path from "node:path";
import { execa } from "execa";
import { useFolder } from "../../support/folder.ts";
import { uncompress } from "../../../images/archive/compression.ts";

describe("a compressed archive", () => {
  const folder = useFolder();

  for (const program of ["gzip", "xz", "zstd", "bzip2"])
    it(`is read by ${program}, by its content rather than its name`, async function () {
      const file = path.join(folder(), "archive.tar");
      const made = await execa(program, ["--stdout"], { input: "text", encoding: "buffer", reject: false });
      if (made.code === "ENOENT") {
        console.log(`      skipped: no ${program} on this machine`);
        this.skip();
      }
      writeFileSync(file, made.stdout);
      const [name, ...args] = uncompress(file);
      const { stdout } = await execa(name, args);
      deepEqual([name, stdout], [program, "text"]);
    });

  it("may be plain, even shorter than what archives begin with", () => {
    const file = path.join(folder(), "plain.tar");
    writeFileSync(file, "ab");
    deepEqual(uncompress(file), ["cat", file]);
  });
});
