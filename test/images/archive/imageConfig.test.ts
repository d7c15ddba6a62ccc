import { deepEqual, equal, notEqual } from "node:assert/strict";
import { imageConfig, type ImageParts } from "../../../images/archive/imageConfig.ts";
import type { Service } from "../../../plan/service.ts";

const service: Service = {
  unit: "orders.service",
  type: "exec",
  command: ["/usr/bin/orders", "--port", "8082"],
  user: "orders",
  uid: 990,
  gid: 991,
  environment: ["MODE=box"],
  workingDirectory: "/var/lib/orders",
  stopSignal: "SIGTERM",
};
const parts: ImageParts = {
  architecture: "amd64",
  os: "linux",
  layers: ["sha256:one", "sha256:two"],
  services: [service],
  enabledUnits: ["networking.service", "cron.service"],
  epochSeconds: 1_735_689_600,
  origin: { "immutable-fleets.layer": "orders" },
};
const searchPath = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

interface Config {
  config: { Labels: Record<string, string> } & Record<string, unknown>;
}
const read = (own: Partial<ImageParts>) => {
  const { Labels, ...run } = (JSON.parse(imageConfig({ ...parts, ...own }).json) as Config).config;
  return { Labels, run };
};

describe("an image's configuration", () => {
  it("is one text for equal parts", () => {
    const turned = Object.fromEntries(Object.entries(parts).reverse()) as unknown as ImageParts;
    equal(imageConfig(turned).json, imageConfig(structuredClone(parts)).json);
  });

  it("describes the layers, made at the epoch", () => {
    const { config, ...rest } = JSON.parse(imageConfig(parts).json) as Config;
    deepEqual(rest, {
      architecture: "amd64",
      os: "linux",
      created: "2025-01-01T00:00:00.000Z",
      rootfs: { type: "layers", diff_ids: ["sha256:one", "sha256:two"] },
      history: [{ created: "2025-01-01T00:00:00.000Z" }, { created: "2025-01-01T00:00:00.000Z" }],
    });
  });

  it("runs the one service in the foreground, as its user", () => {
    deepEqual(read({}).run, {
      Env: [searchPath, "MODE=box"],
      Cmd: ["/usr/bin/orders", "--port", "8082"],
      User: "990:991",
      WorkingDir: "/var/lib/orders",
      StopSignal: "SIGTERM",
    });
  });

  it("has each variable once, as its service has it", () => {
    const environment = ["PATH=/usr/bin", "MODE=box", "A==", "MODE=other"];
    deepEqual(read({ services: [{ ...service, environment }] }).run["Env"], [
      "PATH=/usr/bin",
      "MODE=other",
      "A==",
    ]);
  });

  for (const [title, services] of [
    ["no service", []],
    ["several services", [service, { ...service, unit: "other.service" }]],
  ] as const) {
    it(`starts systemd for ${title}`, () => {
      const run = { Env: [searchPath], Cmd: ["/sbin/init"], StopSignal: "SIGRTMIN+3" };
      deepEqual(read({ services: [...services] }).run, run);
    });
  }

  it("is labelled with what it is and where it comes from", () => {
    deepEqual(read({}).Labels, {
      "immutable-fleets.layer": "orders",
      "immutable-fleets.services": JSON.stringify([service]),
      "immutable-fleets.enabled-units": "networking.service cron.service",
      "immutable-fleets.content-digest": imageConfig(parts).contentDigest,
      "org.opencontainers.image.created": "2025-01-01T00:00:00.000Z",
    });
  });

  it("has a content digest that does not depend on where it comes from", () => {
    const other = imageConfig({ ...parts, origin: { "immutable-fleets.input-digest": "abc" } });
    equal(other.contentDigest, imageConfig(parts).contentDigest);
    notEqual(other.json, imageConfig(parts).json);
  });

  it("has a content digest for everything that runs", () => {
    const { contentDigest } = imageConfig(parts);
    for (const own of [
      { layers: ["sha256:one"] },
      { architecture: "arm64" },
      { services: [{ ...service, environment: [] }] },
      { enabledUnits: [] },
      { epochSeconds: 0 },
    ])
      notEqual(imageConfig({ ...parts, ...own }).contentDigest, contentDigest);
  });
});
