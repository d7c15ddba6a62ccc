import { deepEqual, equal } from "node:assert/strict";
import type { ServiceFacts } from "../../../images/unit/facts.ts";
import { servicesOf } from "../../../images/unit/service.ts";
import { boxCommand, startProgram } from "../../../plan/boxCommand.ts";
import { systemdReasons } from "../../../plan/service.ts";
import { facts } from "./facts.ts";

const services = (own?: Partial<ServiceFacts>) => servicesOf([{ unit: "web.service", service: facts(own) }]);
const saying = (key: string, value: string) => services({ said: { [key]: [value] } });

describe("a unit in a box", () => {
  it("is its command, started by the box's first process", () => {
    const [service] = services();
    const [program, settings = "", ...rest] = boxCommand(service ?? { command: [] });
    deepEqual([program, ...rest], [startProgram, "--", "/usr/bin/web", "$PORT"]);
    deepEqual(JSON.parse(settings), {
      unit: "web.service",
      environment: ["PORT=1"],
      ...{ files: [], unset: [], before: [], umask: 18, folder: { path: "/", optional: false } },
      start: { program: "/usr/bin/web", expands: true },
      limits: { NOFILE: [1024, 524288] },
      ...{ kill: "all", ignoresPipe: true, stopSignal: 15, stopSeconds: 90 },
    });
  });

  it("may be run by another program, with the unit's arguments", () => {
    const [service] = services();
    const command = boxCommand(service ?? { command: [] }, (own) => [
      "/usr/bin/python3",
      "reload.py",
      ...own,
    ]);
    deepEqual(command.slice(3), ["/usr/bin/python3", "reload.py", "/usr/bin/web", "$PORT"]);
    equal(command[1]?.includes('"start":{"expands":true,"program":"/usr/bin/python3"}'), true);
  });

  it("has the engine raise only what is low by itself", () => {
    const [service] = services({ limits: { NOFILE: [1, 2], MEMLOCK: [-1, -1] } });
    deepEqual([service?.limits, service?.groups], [{ MEMLOCK: [-1, -1] }, [4]]);
  });

  const needing: [string, string][] = [
    ["Service.ExecStop", "/bin/true"],
    ["Service.RemainAfterExit", "yes"],
    ["Service.StandardOutput", "append:/var/log/web"],
    ["Service.Sockets", "web.socket"],
    ["Unit.ConditionPathExists", "/etc/web"],
    ["Service.SomethingNew", "yes"],
  ];
  for (const [key, value] of needing)
    it(`is systemd's where it says ${key}=${value}`, () => {
      const name = key.slice(key.indexOf(".") + 1);
      deepEqual(systemdReasons(saying(key, value)), [`${name}=${value} of web.service`]);
    });

  it("is a box's where what it says is no more than a box does", () => {
    const said = {
      "Service.RemainAfterExit": ["no"],
      "Service.StandardOutput": ["journal"],
      "Service.ProtectSystem": ["strict"],
      "Service.Restart": ["always"],
      "Unit.After": ["network.target"],
      "Install.WantedBy": ["multi-user.target"],
    };
    deepEqual(systemdReasons(services({ said })), []);
  });

  it("is named with what the image lacks", () => {
    const missing = services({ missing: ["user ghost"], uid: -1 });
    deepEqual(systemdReasons(missing), ["user ghost, which the image has not of web.service"]);
  });

  it("has what root needs to become somebody else, where it runs as root and its unit leaves it that", () => {
    const rights = (...bounds: string[]) =>
      services({ uid: 0, ...(bounds.length > 0 && { said: { "Service.CapabilityBoundingSet": bounds } }) })[0]
        ?.capabilities;
    const all = ["CHOWN", "DAC_OVERRIDE", "FOWNER", "FSETID", "KILL", "NET_BIND_SERVICE", "SETGID", "SETUID"];
    deepEqual(rights(), [...all, "SYS_CHROOT"]);
    deepEqual(rights("CAP_SETUID cap_setgid CAP_SYS_ADMIN"), ["SETGID", "SETUID"]);
    deepEqual(rights("CAP_SETUID", "CAP_KILL"), ["KILL", "SETUID"]);
    deepEqual(rights("~CAP_SYS_CHROOT CAP_SYS_PTRACE"), all);
    deepEqual(rights("CAP_SETUID CAP_KILL", "~CAP_KILL"), ["SETUID"]);
    deepEqual(rights("CAP_SETUID", ""), []);
    equal(services()[0]?.capabilities, undefined);
    deepEqual(services({ uid: 0, capabilities: ["NET_BIND_SERVICE"] })[0]?.notes, []);
  });

  it("says what no container can do, with the way out", () => {
    deepEqual(saying("Service.MemoryMax", "1G")[0]?.notes, [
      "MemoryMax= is not true in a container: set memory of the fleet in the environment",
    ]);
    deepEqual(services({ capabilities: ["NET_RAW"] })[0]?.notes, [
      "/usr/bin/web has file capabilities, which a box drops, so that it does not start: add capabilities: [NET_RAW] to the application, and AmbientCapabilities=CAP_NET_RAW to the unit, by which its box runs systemd; or take them off the file",
    ]);
  });

  it("counts beside others: a timer is systemd's, one of mere upkeep is nobody's", () => {
    const others = servicesOf([{ unit: "backup.timer" }, { unit: "logrotate.timer" }]);
    deepEqual(systemdReasons(others), ["what it starts of backup.timer"]);
    deepEqual(systemdReasons([...services(), ...others]), [
      "several enabled units, web.service, backup.timer",
    ]);
  });
});
