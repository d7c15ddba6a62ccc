import { deepEqual, equal } from "node:assert/strict";
import { boxSettings, type BoxLimits } from "../../../fleets/box/box.ts";
import { environmentList } from "../../../fleets/containers/ContainerFleet.ts";
import { foregroundProblem } from "../../../fleets/box/foreground.ts";
import { fleetInit } from "../../../plan/limits.ts";
import { fleetSchema } from "../../../config/schema.ts";
import { service } from "../service.ts";
import { valueOf } from "../valueOf.ts";

const limits: BoxLimits = {
  services: [service()],
  init: "foreground",
  volatile: [],
  capabilities: [],
  drainSeconds: 30,
};
const settings = (own: Partial<BoxLimits> = {}) => boxSettings({ ...limits, ...own });

describe("the settings of a box", () => {
  it("make it immutable: nothing to write, no rights, and time to drain", () => {
    const { tmpfs, ...rest } = settings();
    deepEqual(rest, {
      readOnly: true,
      capabilities: { drops: ["ALL"], adds: [] },
      securityOpts: ["no-new-privileges:true"],
      destroyGraceSeconds: 30,
      restart: "always",
      mustRun: true,
    });
  });

  it("leave the user to the image, which has the service's own, and publish no port", () => {
    const all: object = settings({ capabilities: ["NET_RAW"], memory: "1 GiB", cpus: 2 });
    for (const key of ["user", "ports", "name", "privileged", "networkMode", "volumes", "mounts"])
      equal(key in all, false, key);
  });

  it("give the volatile paths to the service's user, in memory", async () => {
    const mount = "uid=990,gid=991,mode=1777";
    deepEqual(await valueOf(settings({ volatile: ["/var/cache/app", "/tmp"] }).tmpfs), {
      "/run": mount,
      "/tmp": mount,
      "/var/cache/app": mount,
      "/var/log": mount,
      "/var/tmp": mount,
    });
  });

  it("keep the declared capabilities, once", () => {
    const { capabilities } = settings({ capabilities: ["NET_RAW", "CHOWN", "NET_RAW"] });
    deepEqual(capabilities, { drops: ["ALL"], adds: ["CAP_CHOWN", "CAP_NET_RAW"] });
  });

  it("limit memory in MiB, rounded up, without swap", () => {
    const { memory, memorySwap } = settings({ memory: "131073 KiB" });
    deepEqual([memory, memorySwap], [129, 129]);
    equal(settings({ memory: "2 GiB" }).memory, 2048);
  });

  it("limit processors", () => {
    equal(settings({ cpus: 0.5 }).cpus, "0.5");
  });

  it("for systemd are as tight, apart from what systemd needs", async () => {
    const { capabilities, ...rest } = settings({ init: "systemd", services: [service(), service()] });
    equal(rest.readOnly, true);
    deepEqual(rest.securityOpts, ["no-new-privileges:true", "seccomp=unconfined"]);
    equal(capabilities.drops[0], "ALL");
    equal(capabilities.adds.includes("CAP_SYS_ADMIN"), false);
    deepEqual(await valueOf(rest.tmpfs), {
      "/run": "",
      "/run/lock": "",
      "/tmp": "",
      "/var/log": "",
      "/var/tmp": "",
    });
    deepEqual("entrypoints" in rest && rest.entrypoints, ["/sbin/init"]);
  });
});

describe("how a box starts", () => {
  const start = (fleet: object) => fleetInit(fleetSchema.parse(fleet));

  it("is in the foreground for one application, by systemd for more, or as configured", () => {
    equal(start({ applications: ["a"] }), "foreground");
    equal(start({ applications: ["a", "b"] }), "systemd");
    equal(start({ applications: ["a"], init: "systemd" }), "systemd");
  });
});

describe("an image for the foreground", () => {
  it("has one service that stays there", () => {
    equal(foregroundProblem("shop", [service()]), undefined);
    equal(foregroundProblem("shop", [service({ type: "notify" })]), undefined);
  });

  it("is refused without a service", () => {
    equal(
      foregroundProblem("shop", []),
      "fleets.shop: expected roles that enable a service, got none; enable one, or set fleets.shop.init: systemd",
    );
  });

  it("is refused with several services", () => {
    equal(
      foregroundProblem("shop", [service(), service({ unit: "cron.service" })]),
      "fleets.shop.init: expected one enabled service to run in the foreground, got catalog.service, cron.service; set fleets.shop.init: systemd",
    );
  });

  for (const type of ["forking", "oneshot"]) {
    it(`is refused with a service of type ${type}`, () => {
      equal(
        foregroundProblem("shop", [service({ type })]),
        `fleets.shop.init: expected a service that stays in the foreground, got catalog.service of type ${type}; set fleets.shop.init: systemd, or give the unit Type=exec`,
      );
    });
  }
});

describe("an environment as a list", () => {
  it("is in alphabetical order, values as they are", () => {
    deepEqual(environmentList({ B: "2=3", A: "a b\nc" }), ["A=a b\nc", "B=2=3"]);
  });
});
