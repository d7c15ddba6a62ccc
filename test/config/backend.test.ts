import { equal } from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import * as path from "node:path";
import { pathToFileURL } from "node:url";
import fc from "fast-check";
import { folderOf, statesFolder } from "../../config/backend.ts";

describe("the place of states", () => {
  it("is the folder that an address names, whatever its options", () => {
    equal(folderOf("file:///srv/states?metadata=skip"), "/srv/states");
    equal(folderOf("file://~/states"), `${homedir()}/states`);
    equal(folderOf("file://~"), homedir());
    fc.assert(
      fc.property(fc.array(fc.string({ minLength: 1 }), { minLength: 1 }), (names) => {
        const folder = `/${names.map((name) => name.replace(/[/\0~.]/g, "_")).join("/")}`;
        equal(folderOf(`${pathToFileURL(folder).href}?no_tmp_dir=true`), folder);
      }),
    );
  });

  it("is not told by a project's file that is none, which is no failure here: it is told where it is read", () => {
    const root = mkdtempSync(path.join(tmpdir(), "fleet-backend-"));
    try {
      writeFileSync(path.join(root, "Pulumi.yaml"), "name: [\n");
      equal(statesFolder(root, {}), undefined);
      equal(statesFolder(root, { PULUMI_BACKEND_URL: "file:///srv/states" }), "/srv/states");
    } finally {
      rmSync(root, { recursive: true });
    }
  });

  it("is no folder elsewhere", () => {
    for (const url of ["", "s3://states", "https://api.pulumi.com", "gs://states/file:///x"])
      equal(folderOf(url), undefined);
  });
});
