import { deepEqual, equal } from "node:assert/strict";

import { environmentList } from "../../../fleets/containers/ContainerFleet.ts";
import { foregroundProblem, startNotes } from "../../../fleets/box/foreground.ts";
import type { SystemdNeeds } from "../../../engine/systemdNeeds.ts";
import { fleetInit } from "../../../plan/limits.ts";
import { fleetSchema } from "../../../config/schema.ts";
import { service } from "../service.ts";
import { settingsOf as settings } from "./settingsOf.ts";

describe("the settings of a box", () => {
  it("make it immutable: nothing to write, no rights, and time to drain", async () => {
    const { tmpfs, ...rest } = await settings();
    deepEqual(rest, {
      readOnly: true,
      capabilities: { drops: ["ALL"], adds: [] },
      securityOpts: ["no-new-privileges:true"],
      destroyGraceSeconds: 30,
      restart: "always",
      mustRun: true,
    });
  });

  it("keep what it prints as the plan says", async () => {
    const { logDriver, logOpts } = await settings({
      logs: { driver: "json-file", options: { "max-size": "10m" } },
    });
    deepEqual([logDriver, logOpts], ["json-file", { "max-size": "10m" }]);
    equal("logDriver" in (await settings()), false);
  });

  it("leave the user to the image, which has the service's own, and publish no port", async () => {
    const all: object = await settings({ capabilities: ["NET_RAW"], memory: "1 GiB", cpus: 2 });
    for (const key of ["user", "ports", "name", "privileged", "networkMode", "volumes", "mounts"])
      equal(key in all, false, key);
  });

  it("give the volatile paths to the service's user, in memory", async () => {
    const mount = "uid=990,gid=991,mode=1777";
    deepEqual((await settings({ volatile: ["/var/cache/app", "/tmp"] })).tmpfs, {
      "/run": mount,
      "/tmp": mount,
      "/var/cache/app": mount,
      "/var/log": mount,
      "/var/tmp": mount,
    });
  });

  it("are in memory as the image has a folder there, where it belongs to somebody", async () => {
    const owned = [{ path: "/var/spool/app", uid: 13, gid: 14, mode: 0o2750 }];
    const volatile = ["/var/spool/app:exec", "/var/spool/other"];
    for (const init of ["foreground", "systemd"] as const) {
      const { tmpfs } = await settings({ init, services: [service({ owned })], volatile });
      equal(tmpfs["/var/spool/app"], "uid=13,gid=14,mode=2750,exec");
      equal(tmpfs["/var/spool/other"], init === "systemd" ? "" : "uid=990,gid=991,mode=1777");
    }
  });

  it("keep the declared capabilities, once", async () => {
    const { capabilities } = await settings({ capabilities: ["NET_RAW", "CHOWN", "NET_RAW"] });
    deepEqual(capabilities, { drops: ["ALL"], adds: ["CAP_CHOWN", "CAP_NET_RAW"] });
  });

  it("limit memory in MiB, rounded up, without swap", async () => {
    const { memory, memorySwap } = await settings({ memory: "131073 KiB" });
    deepEqual([memory, memorySwap], [129, 129]);
    equal((await settings({ memory: "2 GiB" })).memory, 2048);
  });

  it("limit processors", async () => {
    equal((await settings({ cpus: 0.5 })).cpus, "0.5");
  });

  it("for systemd are as tight, apart from what systemd needs", async () => {
    const { capabilities, ...rest } = await settings({
      init: "systemd",
      services: [service(), service()],
    });
    equal(rest.readOnly, true);
    deepEqual(rest.securityOpts, ["no-new-privileges:true"]);
    equal(capabilities.drops[0], "ALL");
    equal(capabilities.adds.includes("CAP_SYS_ADMIN"), false);
    deepEqual(rest.tmpfs, {
      "/run": "",
      "/run/lock": "",
      "/tmp": "",
      "/var/log": "",
      "/var/tmp": "",
    });
    deepEqual([rest.entrypoints, rest.user, rest.stopSignal], [["/sbin/init"], "0:0", "SIGRTMIN+3"]);
  });

  it("give systemd no more of the engine's control groups than it needs, and keep the filter of system calls", async () => {
    const given = async (controlGroups: SystemdNeeds["controlGroups"], isFiltered = true) => {
      const systemdNeeds = () => ({ controlGroups, isFiltered });
      const { volumes, securityOpts, cgroupnsMode } = await settings({ init: "systemd", systemdNeeds });
      const paths = volumes?.map((volume) => "hostPath" in volume && volume.hostPath);
      return [paths, securityOpts.slice(1), cgroupnsMode];
    };
    deepEqual(await given("named"), [["/sys/fs/cgroup/systemd"], [], "host"]);
    deepEqual(await given("own"), [undefined, ["writable-cgroups=true"], "private"]);
    deepEqual(await given("machine", false), [["/sys/fs/cgroup"], ["seccomp=unconfined"], "host"]);
  });

  it("say what the unit does: groups, limits, and folders of its own", async () => {
    const folder = (path: string, mode = 0o755) => ({ path, uid: 990, gid: 991, mode });
    const own = {
      groups: [4, 29],
      limits: { MEMLOCK: [65536, -1] as [number, number] },
      folders: [folder("/run/catalog", 0o750), folder("/var/lib/catalog"), folder("/data/catalog")],
    };
    const volumes = [{ volumeName: "data", containerPath: "/data" }];
    const { groupAdds, ulimits, tmpfs } = await settings({ services: [service(own)], volumes });
    deepEqual(groupAdds, ["4", "29"]);
    deepEqual(ulimits, [{ name: "memlock", soft: 65536, hard: -1 }]);
    deepEqual(Object.fromEntries(Object.entries(tmpfs).filter(([path]) => path.includes("catalog"))), {
      "/run/catalog": "uid=990,gid=991,mode=750",
      "/var/lib/catalog": "uid=990,gid=991,mode=755",
    });
    const bySystemd = await settings({ init: "systemd", services: [service(own)] });
    deepEqual(
      [bySystemd.groupAdds, Object.keys(bySystemd.tmpfs).includes("/run/catalog")],
      [undefined, false],
    );
    equal(bySystemd.tmpfs["/var/lib/catalog"], "uid=990,gid=991,mode=755");
    deepEqual(bySystemd.ulimits, [{ name: "memlock", soft: -1, hard: -1 }]);
  });

  it("are those of systemd where nothing else was configured and its unit needs it", async () => {
    const forking = service({ systemd: ["Type=forking"] });
    const automatic = await settings({ init: "automatic", services: [forking] });
    deepEqual(automatic, await settings({ init: "systemd", services: [forking] }));
    deepEqual(await settings({ init: "automatic" }), await settings());
  });
});

describe("how a box starts", () => {
  const start = (fleet: object) => fleetInit(fleetSchema.parse(fleet));

  it("is as its image allows for one application, by systemd for more, or as configured", () => {
    equal(start({ applications: ["a"] }), "automatic");
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
        `fleets.shop.init: expected a unit that is true in the foreground, got Type=${type} of catalog.service; set fleets.shop.init: systemd, or change the unit`,
      );
    });
  }
});

describe("an environment as a list", () => {
  it("is in alphabetical order, values as they are", () => {
    deepEqual(environmentList({ B: "2=3", A: "a b\nc" }), ["A=a b\nc", "B=2=3"]);
  });
});

describe("what a preview says of how boxes start", () => {
  it("is why they run systemd, unless that was configured, and what no container can do", () => {
    const unit = service({
      systemd: ["Type=forking", "ExecStop=/bin/true"],
      notes: ["BindPaths= is not true"],
    });
    const why = "Type=forking of catalog.service, ExecStop=/bin/true of catalog.service";
    deepEqual(startNotes("fleets.shop", "automatic", [unit]), [
      `fleets.shop: its boxes run systemd, because of ${why}`,
      "fleets.shop: catalog.service: BindPaths= is not true",
    ]);
    deepEqual(startNotes("fleets.shop", "systemd", [unit]), [
      "fleets.shop: catalog.service: BindPaths= is not true",
    ]);
    deepEqual(startNotes("fleets.shop", "automatic", [service()]), []);
  });
});
