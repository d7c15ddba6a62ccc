import { rejects } from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { withEngine } from "../../engine/connection.ts";

describe("the engine of another machine that is not reached", function () {
  this.timeout("60s");
  const folder = mkdtempSync(path.join(tmpdir(), "engine-connection-"));
  const own = process.env["PATH"];

  before(() => {
    // It complains late, and by pieces, after its output has ended.
    const late = "exec 1>&-\nsleep 0.0$(($$ % 5))\nprintf 'no route ' >&2\necho 'to host' >&2\nexit 255\n";
    writeFileSync(path.join(folder, "ssh"), `#!/bin/sh\n${late}`, { mode: 0o755 });
  });

  beforeEach(() => {
    process.env["PATH"] = `${folder}:${own ?? ""}`;
  });

  afterEach(() => {
    process.env["PATH"] = own;
  });

  after(() => {
    rmSync(folder, { recursive: true });
  });

  it("is told with what SSH said, once, however many ask at a time", async () => {
    const engine = { name: "north", url: "ssh://deploy@north.invalid:22", sshOptions: [] };
    for (let round = 0; round < 5; round += 1)
      await rejects(
        withEngine(engine, (client) => Promise.all([1, 2, 3].map(() => client.run(["ps"])))),
        {
          message:
            "engine north: expected an answer from ssh://deploy@north.invalid:22, got: no route to host; correct environment.engines.north, or what runs there",
        },
      );
  });
});
