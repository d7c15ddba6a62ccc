import assert from "node:assert/strict";
import { execa } from "execa";
import type { Sandbox } from "../sandbox/sandbox.ts";
import { keptState } from "../sandbox/state.ts";

/** The case of what boxes print, in a stack dev with a catalog. */
export function boundsLogs(of: () => Sandbox): void {
  it("has boxes and an edge whose logs have an end", async () => {
    const { resources = [] } = keptState(of());
    const ids = resources
      .filter(({ urn }) => /Container::(edge|catalog-1)$/.test(urn))
      .map(({ id = "" }) => id);
    const { stdout } = await execa("docker", [
      ...["inspect", "--format", "{{.HostConfig.LogConfig.Type}} {{json .HostConfig.LogConfig.Config}}"],
      ...ids,
    ]);
    const kept = 'json-file {"max-file":"3","max-size":"10m"}';
    assert.deepEqual(stdout.split("\n"), [kept, kept]);
  });
}
