import { deepEqual, equal } from "node:assert/strict";
import { execFileSync } from "node:child_process";
import fc from "fast-check";
import { serviceProblem, taskSpec, type ServicePlan } from "../../../fleets/swarm/service.ts";
import { secretText, readingSecrets } from "../../../fleets/swarm/secretText.ts";
import { service } from "../service.ts";

const fleet: ServicePlan["fleet"] = {
  name: "shop",
  applications: [
    {
      name: "catalog",
      layer: "catalog",
      port: 8081,
      health: "/healthz",
      healthStatus: 200,
      public: true,
      uses: [],
    },
  ],
  limits: {
    ...{ init: "automatic", volatile: ["/var/cache/shop"], capabilities: ["NET_BIND_SERVICE"] },
    ...{ memory: "128 MiB", cpus: 0.5, drainSeconds: 30 },
    logs: { driver: "json-file", options: { "max-size": "10m" } },
  },
  constraints: ["node.role == worker"],
  spread: ["node.labels.zone", "node.labels.rack"],
  boxesPerMachine: 2,
  reserved: { memory: "64 MiB", cpus: 0.25 },
  drainSeconds: 30,
};
const plan: ServicePlan = {
  fleet,
  services: [service()],
  image: "sha256:1",
  registered: {
    manifest: "registry.example/catalog@sha256:2",
    platform: { architecture: "arm64", os: "linux" },
  },
  environment: { PORT: "8081", TEMPLATE: "{{.Node.Hostname}} {{" },
  network: "network1",
  labels: [{ label: "immutable-fleets.fleet", value: "shop" }],
};

describe("a service of a Swarm", () => {
  it("has boxes that are as those on one engine", () => {
    const { containerSpec, ...rest } = taskSpec(plan);
    deepEqual(rest, {
      networksAdvanceds: [{ id: "network1", aliases: ["shop", "catalog.application"] }],
      placement: {
        constraints: ["node.role == worker"],
        prefs: ["spread=node.labels.zone", "spread=node.labels.rack"],
        maxReplicas: 2,
        platforms: [{ architecture: "arm64", os: "linux" }],
      },
      resources: {
        limits: { memoryBytes: 128 * 2 ** 20, nanoCpus: 5e8 },
        reservation: { memoryBytes: 64 * 2 ** 20, nanoCpus: 2.5e8 },
      },
      restartPolicy: { condition: "any", delay: "1s", window: "0s" },
      logDriver: { name: "json-file", options: { "max-size": "10m" } },
    });
    const tmpfs = ["/run", "/tmp", "/var/cache/shop", "/var/log", "/var/tmp"];
    deepEqual(containerSpec, {
      image: "registry.example/catalog@sha256:2",
      env: {
        PORT: "8081",
        TEMPLATE: '{{"{{"}}.Node.Hostname}} {{"{{"}}',
        FLEET_IMAGE_DIGEST: "sha256:1",
        FLEET_BOX: "shop-{{.Task.Slot}}",
      },
      readOnly: true,
      capDrops: ["ALL"],
      capAdds: ["CAP_NET_BIND_SERVICE"],
      mounts: tmpfs.map((target) => ({
        type: "tmpfs",
        target,
        readOnly: false,
        tmpfsOptions: { mode: 0o777, sizeBytes: 0 },
      })),
      stopGracePeriod: "30s",
      labels: plan.labels,
    });
  });

  it("gives secrets to its program by a file in memory, for its user alone", () => {
    const secret = { id: "secret1", name: "shop-1" };
    const [own] = plan.services;
    const { containerSpec } = taskSpec({ ...plan, secret }) as unknown as {
      containerSpec: Record<string, unknown>;
    };
    deepEqual(containerSpec["commands"], readingSecrets(own?.command ?? []));
    deepEqual(containerSpec["secrets"], [
      {
        ...{ secretId: "secret1", secretName: "shop-1", fileName: "fleet-environment" },
        ...{ fileUid: String(own?.uid), fileGid: String(own?.gid), fileMode: 0o400 },
      },
    ]);
  });

  it("is refused for images that need systemd, limits of an engine, or have no program of ours", () => {
    const none = { ...service(), systemd: ["WatchdogSec="] };
    equal(
      serviceProblem(fleet, [none], false),
      "fleets.shop: expected an image whose one service runs in the foreground on a Swarm, whose boxes have no systemd, got shop.service; set fleets.shop.init: foreground, or change the units".replace(
        "shop.service",
        none.unit,
      ),
    );
    equal(
      serviceProblem(fleet, [{ ...service(), limits: { NOFILE: [1, 2] } }], false),
      "fleets.shop: expected a unit without limits that only an engine can raise, on a Swarm, got NOFILE; take them from the unit, and set them by the engines of the machines",
    );
    equal(
      serviceProblem(fleet, [{ ...service(), existing: true }], true),
      "fleets.shop: expected an image of the project, whose program is given secrets on a Swarm, got an existing one; make a layer of its own for it",
    );
    equal(serviceProblem(fleet, [service()], true), undefined);
  });
});

describe("the text of secrets", () => {
  it("is read by a shell as it was, whatever is in it", () => {
    const value = fc.string({ unit: "binary" }).map((text) => text.replaceAll("\0", ""));
    fc.assert(
      fc.property(fc.uniqueArray(value, { minLength: 1, maxLength: 5 }), (values) => {
        const named = Object.fromEntries(values.map((each, index) => [`V${index}`, each]));
        const print = values.map((_, index) => `printf '%s\\0' "$V${index}"`).join("; ");
        const said = execFileSync("/bin/sh", ["-c", `${secretText(named)}${print}`], { encoding: "utf8" });
        deepEqual(said.split("\0").slice(0, -1), values);
      }),
      { numRuns: 20 },
    );
  });
});
