import assert from "node:assert/strict";
import { chmodSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { DockerClient } from "../../engine/DockerClient.ts";
import { inspectImages } from "../../engine/images.ts";
import { useFolder } from "../support/folder.ts";

describe("images that are asked for together", () => {
  const folder = useFolder();

  /** An engine that says this of images, as Docker's client does of some that are there and others that are not. */
  function engine(stdout: string, stderr: string, exitCode: number): DockerClient {
    const docker = path.join(folder(), "docker");
    writeFileSync(docker, `#!/bin/sh\necho '${stdout}'\necho '${stderr}' >&2\nexit ${exitCode}\n`);
    chmodSync(docker, 0o755);
    return new DockerClient({ PATH: `${folder()}:${process.env["PATH"] ?? ""}` });
  }

  it("are those that the engine has, by id", async () => {
    const some = engine('[{"Id":"sha256:a"},{"Id":"sha256:c"}]', "Error: No such image: sha256:b", 1);
    const found = await inspectImages(["sha256:a", "sha256:b", "sha256:c"], some);
    assert.deepEqual([...found.keys()], ["sha256:a", "sha256:c"]);
    assert.equal((await inspectImages([], engine("", "must not be asked", 1))).size, 0);
  });

  it("are not taken for gone where the engine does not answer", async () => {
    await assert.rejects(inspectImages(["sha256:a"], engine("[]", "cannot connect", 1)), /cannot connect/);
  });
});
