import { rejects } from "node:assert/strict";
import { chmodSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { DockerClient } from "../../engine/DockerClient.ts";
import { useFolder } from "../support/folder.ts";

describe("an image that is sent to another engine", () => {
  const folder = useFolder();

  /** A client of an engine whose Docker client runs these lines for `save` and for `load`. */
  function client(save: string, load: string): DockerClient {
    const program = path.join(folder(), "docker");
    writeFileSync(program, `#!/bin/sh\ncase $1 in\nsave) ${save} ;;\nload) ${load} ;;\nesac\n`);
    chmodSync(program, 0o755);
    return new DockerClient({ PATH: `${folder()}:${process.env["PATH"] ?? ""}` });
  }

  it("is refused with the words of the one whose disk is full, though the other one's pipe breaks", async () => {
    const full = "echo 'write /layer.tar: no space left on device' >&2; exit 1";
    const engine = client("yes | head -c 10000000", full);
    await rejects(engine.sendImage("sha256:1", engine), {
      message:
        "docker load: expected an answer of the engine, got write /layer.tar: no space left on device; its disk is full: free some of it (npm run collect)",
    });
  });

  it("is refused with the words of the one that has some, where the other one ends without any", async () => {
    const engine = client("exit 1", "echo 'no space left on device' >&2; exit 1");
    await rejects(engine.sendImage("sha256:1", engine), { message: /^docker load: .* its disk is full/ });
  });

  it("is refused with the words of the one that does not have it", async () => {
    const engine = client(
      "echo 'No such image: sha256:1' >&2; exit 1",
      "cat >/dev/null; echo 'unexpected EOF' >&2; exit 1",
    );
    await rejects(engine.sendImage("sha256:1", engine), {
      message: "docker save: expected an answer of the engine, got No such image: sha256:1",
    });
  });

  it("is sent whole", async () => {
    const engine = client("yes | head -c 10000000", '[ "$(wc -c)" = 10000000 ]');
    await engine.sendImage("sha256:1", engine);
  });
});
