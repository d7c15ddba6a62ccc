import { execa } from "execa";

interface Inspected {
  Id: string;
  HostConfig: { NetworkMode: string };
  NetworkSettings: { Networks: Record<string, unknown> };
}

/** Ids of all boxes, running or not, on networks of the engine, and of the edges that joined a door there. */
export async function boxesOn(networks: readonly string[]): Promise<string[]> {
  const list = ["ps", "--all", "--quiet", "--no-trunc", "--filter", "label=immutable-fleets.box"];
  const ids = (await execa("docker", list)).stdout.split("\n").filter((id) => id !== "");
  if (ids.length === 0) return [];
  // Others' boxes come and go meanwhile.
  const { stdout } = await execa("docker", ["inspect", ...ids], { reject: false });
  const boxes = JSON.parse(stdout) as Inspected[];
  const on = boxes.filter(({ NetworkSettings }) =>
    Object.keys(NetworkSettings.Networks).some((name) => networks.includes(name)),
  );
  const joined = boxes.filter(({ HostConfig }) =>
    on.some(({ Id }) => HostConfig.NetworkMode === `container:${Id}`),
  );
  return [...on, ...joined].map(({ Id }) => Id);
}
