import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { mark, refuseForeign } from "../../../operations/compose/ownFiles.ts";
import { writeCompose } from "../../../operations/compose/write.ts";
import { projectRoot } from "../../../config/root.ts";

describe("the files of a Compose folder", () => {
  const folder = mkdtempSync(path.join(tmpdir(), "fleet-compose-"));
  const write = (name: string, text: string) => {
    writeFileSync(path.join(folder, name), text);
  };
  after(() => {
    rmSync(folder, { recursive: true });
  });

  it("are refused, all at once and before anything is built, where they are the user's own", async () => {
    write("docker-compose.yml", "services: {}\n");
    write(".env", "PASSWORD=mine\n");
    await assert.rejects(writeCompose({ stack: "dev", output: folder }, projectRoot), {
      message: [".env", "docker-compose.yml"]
        .map(
          (name) =>
            `${path.join(folder, name)}: expected what an earlier run wrote, got a file of yours; move it, or name another folder by --output`,
        )
        .join("\n"),
    });
  });

  it("are overwritten where an earlier run, or an earlier version, wrote them", () => {
    write("docker-compose.yml", `${mark}services: {}\n`);
    write(".env", "COMPOSE_PROJECT_NAME=immutable-fleets-dev-0a1b2c\nSECRET_A='x'\n");
    write("site.service.conf", "[Service]\nExecStart=\nExecStart=/bin/true\n");
    refuseForeign(folder, [".env", "docker-compose.yml", "site.service.conf", "none.service.conf"]);
    write("site.service.conf", "[Service]\nRestart=always\n");
    assert.throws(() => {
      refuseForeign(folder, ["site.service.conf"]);
    }, /site\.service\.conf: expected what an earlier run wrote/);
  });
});
