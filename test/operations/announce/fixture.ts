import type { EngineEvent } from "@pulumi/pulumi/automation/index.js";
import type { Announcement } from "../../../operations/announce/announcement.ts";

/** Something that is announced, as long as one likes. */
export function anAnnouncement(reason = "a sale"): Announcement {
  const changes = { images: [], machineImages: [], tasks: [], fleets: [], hosts: [] };
  return {
    type: "update.started",
    timestamp: "2026-11-30T12:00:00.000Z",
    data: { update: "u", environment: "dev", author: "Ann", reason, ...changes },
  };
}

/** What the engine says of an update that swaps the two boxes of a fleet and builds its image, whose inputs have a value in them. */
export function swapEvents(value: string): EngineEvent[] {
  const [before, after] = ["a", "b"].map((digit) => `sha256:${digit.repeat(64)}`);
  const request = (content: string) =>
    JSON.stringify({
      id: "base.web",
      inputs: {
        ...{ layer: "web", roles: [], tools: {}, files: { "apps/web/server.py": content } },
        variables: { WORD: value + content },
      },
    });
  const layer = "urn:pulumi:dev::shop::fleet:index:ImageLayer$command:local:Command::base.web";
  const box = (number: number) =>
    `urn:pulumi:dev::shop::fleet:index:ContainerFleet$docker:index/container:Container::web-${number}`;
  const step = (urn: string, old: object, wanted: object, changed: string[]): EngineEvent => ({
    ...{ sequence: 1, timestamp: 1 },
    resourcePreEvent: {
      metadata: {
        ...{ op: "create-replacement", urn, type: urn.split("::").at(-2) ?? "", provider: "" },
        ...{ old: { inputs: old }, new: { inputs: wanted } },
        detailedDiff: Object.fromEntries(
          changed.map((key) => [key, { diffKind: "update", inputDiff: true }]),
        ),
      },
    } as unknown as NonNullable<EngineEvent["resourcePreEvent"]>,
  });
  const envs = (more: string) => [`PASSWORD=${value}`, `URL=https://u:${value}@h/${more}`];
  return [
    step(layer, { stdin: request("1") }, { stdin: request("2"), triggers: ["d"] }, ["stdin"]),
    ...[1, 2].map((number) =>
      step(
        box(number),
        { image: before, envs: envs("1"), labels: [value] },
        { image: after, envs: envs("2"), labels: [value, "x"] },
        ["image", "envs", "labels"],
      ),
    ),
  ];
}
