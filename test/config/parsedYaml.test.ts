import { deepEqual, throws } from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { readConfigurationFiles } from "../../config/read/readFiles.ts";
import { nameOfProject } from "../../config/read/stackKeys.ts";

describe("a project's file that is no YAML", () => {
  const root = mkdtempSync(path.join(tmpdir(), "fleet-yaml-"));
  after(() => {
    rmSync(root, { recursive: true });
  });
  const write = (name: string, text: string) => {
    writeFileSync(path.join(root, name), text);
  };

  it("is named, with the place of its fault; the name of a project is none until it is mended", () => {
    write("Pulumi.yaml", "name: [\n");
    write("Pulumi.dev.yaml", "config: {}\n");
    throws(
      () => readConfigurationFiles(root, "dev"),
      /^ConfigurationError: .*\nPulumi\.yaml: expected YAML, got .* at line 2, column 1; correct the file$/,
    );
    deepEqual(nameOfProject(root), "");
    write("Pulumi.yaml", "name: shop\n");
    deepEqual(nameOfProject(root), "shop");
    write("Pulumi.dev.yaml", "a: [\n");
    throws(() => readConfigurationFiles(root, "dev"), /\nPulumi\.dev\.yaml: expected YAML, got /);
  });
});
