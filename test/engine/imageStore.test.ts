import { rejects } from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { DockerClient } from "../../engine/DockerClient.ts";
import { refuseImageStore } from "../../engine/imageStore.ts";

describe("an engine's store of images", () => {
  const folder = mkdtempSync(path.join(tmpdir(), "image-store-"));
  after(() => {
    rmSync(folder, { recursive: true });
  });

  /** A `docker` that answers what is asked of the store, and fails for any other question. */
  const engine = (answer: string, exitCode = 0) => {
    const script = `#!/bin/sh\n[ "$*" = "info --format {{json .DriverStatus}}" ] || exit 64\necho '${answer}'\nexit ${exitCode}\n`;
    writeFileSync(path.join(folder, "docker"), script, { mode: 0o755 });
    return new DockerClient({ PATH: `${folder}:${process.env["PATH"] ?? ""}` });
  };

  it("is refused by name where containerd keeps it, with the way out", async () => {
    const refused = engine('[["driver-type","io.containerd.snapshotter.v1"]]');
    await rejects(refuseImageStore("environment.engines.far", refused), {
      name: "ConfigurationError",
      message: [
        "The configuration has 1 problem; nothing was created or changed:",
        'environment.engines.far: expected an engine that keeps its images itself (a storage driver such as overlay2), got one with containerd\'s image store (io.containerd.snapshotter.v1); set {"features": {"containerd-snapshotter": false}} in its /etc/docker/daemon.json and restart it; its images are made or pulled again',
      ].join("\n"),
    });
  });

  it("may be the engine's own", async () => {
    await refuseImageStore("docker", engine('[["Backing Filesystem","extfs"],["Supports d_type","true"]]'));
  });

  it("is not judged where the engine does not answer", async () => {
    await refuseImageStore("docker", engine("Cannot connect to the Docker daemon", 1));
  });
});
