import { deepEqual, equal, throws } from "node:assert/strict";
import { startProgram } from "../../plan/boxCommand.ts";
import type { Start } from "../../plan/service.ts";
import { serviceOf, taskCommand } from "../../plan/taskCommand.ts";
import { service } from "../fleets/service.ts";

const before = { program: "/bin/render", arguments: ["render"], expands: true, ignoresFailure: false };
const start: Start = {
  ...{ unit: "shop.service", environment: ["A=1"], files: [], unset: [], before: [before] },
  ...{
    start: { program: "/usr/bin/shop", expands: true },
    umask: 18,
    folder: { path: "/opt", optional: false },
  },
  ...{ limits: {}, kill: "all", ignoresPipe: true, stopSignal: 15, stopSeconds: 1 },
};

describe("another command in a box", () => {
  it("is started as the service would be, with nothing of it filled in, and gets its signals itself", () => {
    const [program, settings, ...line] = taskCommand(service({ start }), ["./manage", "migrate", "$HOME"]);
    equal(program, startProgram);
    deepEqual(line, ["--", "./manage", "migrate", "$HOME"]);
    deepEqual(JSON.parse(settings ?? ""), {
      ...{ ...start, start: { program: "./manage", expands: false }, kill: "first" },
    });
  });

  it("is itself all there is in an image that says nothing of a service", () => {
    deepEqual(taskCommand(undefined, ["a", "b"]), ["a", "b"]);
    deepEqual(taskCommand(service(), ["a"]), ["a"]);
  });

  it("has the service of its application, where one is meant", () => {
    const [a, b] = [service({ unit: "a.service" }), service({ unit: "b.service" })];
    equal(serviceOf("a", []), undefined);
    equal(serviceOf("shop", [a]), a);
    equal(serviceOf("b", [a, b]), b);
    throws(() => serviceOf("shop", [a, b]), {
      message:
        "applications.shop: expected an image with one service, or with shop.service, whose user and environment its tasks and schedules have, got a.service, b.service; call its unit shop.service, or give it a fleet of its own",
    });
  });
});
