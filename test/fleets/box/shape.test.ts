import { deepEqual, equal } from "node:assert/strict";
import { shapeLabels, type BoxLimits } from "../../../fleets/box/box.ts";
import { boxLine } from "../../../fleets/box/command.ts";
import { initProblem } from "../../../fleets/box/foreground.ts";
import type { BoxShapePlan } from "../../../plan/boxShape.ts";
import type { Start } from "../../../plan/service.ts";
import { service } from "../service.ts";
import { settingsOf as settings } from "./settingsOf.ts";

/** How our first process starts a service. */
const started = (kill: Start["kill"]): Start => ({
  ...{ unit: "catalog.service", environment: [], files: [], unset: [], before: [], umask: 18, kill },
  ...{ start: { program: "/usr/bin/catalog", expands: false }, folder: { path: "/", optional: false } },
  ...{ limits: {}, ignoresPipe: true, stopSignal: 15, stopSeconds: 90 },
});

describe("boxes with more than the usual", () => {
  it("have the limits that are configured in the place of the unit's, and a larger /dev/shm", async () => {
    const own = { limits: { MEMLOCK: [65536, 65536] as [number, number], CORE: [0, 0] as [number, number] } };
    const shape: BoxShapePlan = { ulimits: { nofile: [1024, 65536], memlock: [-1, -1] }, shmMebibytes: 256 };
    const { ulimits, shmSize } = await settings({ shape, services: [service(own)] });
    deepEqual(ulimits, [
      { name: "core", soft: 0, hard: 0 },
      { name: "memlock", soft: -1, hard: -1 },
      { name: "nofile", soft: 1024, hard: 65536 },
    ]);
    equal(shmSize, 256);
  });

  it("have a first process of the engine's where it is wanted, and no other waits for what is left", async () => {
    const shape: BoxShapePlan = { init: true };
    const init = async (own: Partial<BoxLimits>) => (await settings({ shape, ...own })).init;
    const kill = (kind: "first" | "all") => [service({ start: started(kind) })];
    deepEqual(
      [await init({}), await init({ services: kill("first") }), await init({ services: kill("all") })],
      [true, true, undefined],
    );
    equal(await init({ init: "systemd" }), undefined);
    equal("init" in (await settings()), false);
  });

  it("let programs be run in the volatile paths that say so, and in what their units make there", async () => {
    const mount = "uid=990,gid=991,mode=1777";
    const folders = ["/tmp/own", "/var/tmp/own"].map((path) => ({ path, uid: 1, gid: 2, mode: 0o700 }));
    const { tmpfs } = await settings({
      volatile: ["/tmp:exec", "/cache:exec"],
      services: [service({ folders })],
    });
    deepEqual(tmpfs, {
      "/cache": `${mount},exec`,
      "/run": mount,
      "/tmp": `${mount},exec`,
      "/tmp/own": "uid=1,gid=2,mode=700,exec",
      "/var/log": mount,
      "/var/tmp": mount,
      "/var/tmp/own": "uid=1,gid=2,mode=700",
    });
    const bySystemd = await settings({ init: "systemd", volatile: ["/tmp:exec"], services: [service()] });
    deepEqual([bySystemd.tmpfs["/tmp"], bySystemd.tmpfs["/run"]], ["exec", ""]);
  });
});

describe("the label of what boxes have beyond the usual", () => {
  it("is there for what the engine gives to all, so that boxes are swapped when they have it no more", () => {
    deepEqual(shapeLabels(undefined), []);
    deepEqual(shapeLabels({ ulimits: { nofile: [1, 2] } }), []);
    deepEqual(shapeLabels({ init: true, shmMebibytes: 64 }), [
      { label: "immutable-fleets.shape", value: '{"init":true,"shmMebibytes":64}' },
    ]);
  });
});

describe("what a box runs", () => {
  const shape: BoxShapePlan = { ulimits: { nofile: [10, 20] } };
  const own = service({ start: { ...started("first"), limits: { NOFILE: [1024, 524288], CORE: [0, 0] } } });
  const limitsIn = (line: string[] | undefined) =>
    (JSON.parse(line?.[1] ?? "{}") as { limits?: object }).limits;

  it("is its image's command, unless there are limits that its first process would set anew", () => {
    equal(boxLine(undefined, [own], { init: "automatic" }), undefined);
    equal(boxLine(undefined, [service({ existing: true })], { init: "automatic", shape }), undefined);
    equal(boxLine(undefined, [own], { init: "systemd", shape }), undefined);
    const line = boxLine(undefined, [own], { init: "automatic", shape });
    deepEqual([line?.[0], line?.slice(2)], ["/usr/lib/fleet/fleet-start", ["--", "/usr/bin/catalog"]]);
    deepEqual(limitsIn(line), { NOFILE: [10, 20], CORE: [0, 0] });
  });

  it("is another command with the same limits", () => {
    const line = boxLine(["work"], [own], { init: "foreground", shape });
    deepEqual([line?.slice(2), limitsIn(line)], [["--", "work"], { NOFILE: [10, 20], CORE: [0, 0] }]);
    deepEqual(boxLine(["work"], [service()], { init: "foreground", shape }), ["work"]);
  });
});

describe("an image whose own first process must be the first", () => {
  const image = (program: string) => [service({ existing: true, command: [program, "run"] })];
  it("is refused with another, and no image else", () => {
    equal(
      initProblem("fleets.shop", { init: true }, image("/init")),
      "fleets.shop: expected no init, since the image's own /init must be the first process of its box, got init: true; remove it",
    );
    for (const program of ["/usr/bin/tini", "/usr/bin/dumb-init", "/docker-entrypoint.sh"])
      equal(initProblem("fleets.shop", { init: true }, image(program)), undefined);
    equal(initProblem("fleets.shop", undefined, image("/init")), undefined);
  });
});
