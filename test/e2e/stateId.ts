import type { Sandbox } from "../sandbox/sandbox.ts";

interface Exported {
  deployment: { resources: { urn: string; id?: string }[] };
}

/** The id of a resource of dev in Pulumi's state, by the end of its URN; empty where there is none. */
export async function stateId(sandbox: Sandbox, end: string): Promise<string> {
  const { stdout } = await sandbox.pulumi("stack", "export", "--stack", "dev");
  const { deployment } = JSON.parse(stdout) as Exported;
  return deployment.resources.find(({ urn }) => urn.endsWith(end))?.id ?? "";
}
