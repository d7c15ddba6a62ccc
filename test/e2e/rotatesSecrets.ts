import assert from "node:assert/strict";
import { execa } from "execa";
import type { PreviewReport } from "../../operations/preview/report.ts";
import { askEdge } from "./askEdge.ts";
import { previewedUp } from "../sandbox/exact.ts";
import type { Sandbox } from "../sandbox/sandbox.ts";
import { keptState } from "../sandbox/state.ts";

/** The case of a stack whose database's password is rotated. */
export function rotatesSecrets(sandboxOf: () => Sandbox): void {
  it("makes a secret anew when it is rotated, and swaps what is given it, and nothing else", async () => {
    const sandbox = sandboxOf();
    const preview = async () => {
      const { stdout } = await sandbox.run("commands/main.ts", "preview", "--format", "json");
      return JSON.parse(stdout) as PreviewReport;
    };
    const before = await passwordOfDatabase(sandbox);
    const rotated = await sandbox.run("commands/main.ts", "secrets", "rotate", "database");
    assert.equal(rotated.exitCode, 0, rotated.all);
    assert.match(rotated.all, /^database is rotated in Pulumi\.dev\.yaml; named by environment\.acc/m);
    const { report } = await previewedUp(sandbox);
    const swapped = report.fleets.filter(({ action }) => action !== "keep");
    assert.deepEqual(swapped.map(({ name }) => name).sort(), ["database", "orders"]);
    assert.notEqual(await passwordOfDatabase(sandbox), before);
    assert.equal((await askEdge(sandbox.port, "orders.localhost", "/orders")).status, 200);
    assert.equal((await preview()).changes, false);
  });
}

/** What the database's box has in its environment. */
export async function passwordOfDatabase(sandbox: Sandbox): Promise<string> {
  const { resources = [] } = keptState(sandbox);
  const box = resources.find(
    ({ type, urn }) => type === "docker:index/container:Container" && urn.endsWith("::database"),
  );
  const { stdout } = await execa("docker", ["inspect", "--format", "{{json .Config.Env}}", box?.id ?? ""]);
  const variables = JSON.parse(stdout) as string[];
  return variables.find((each) => each.startsWith("POSTGRES_PASSWORD="))?.split("=")[1] ?? "";
}
