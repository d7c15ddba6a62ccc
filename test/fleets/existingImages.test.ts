import { deepEqual, equal } from "node:assert/strict";
import { ContainerFleet, type ContainerFleetArgs } from "../../fleets/containers/ContainerFleet.ts";
import { commandProblem } from "../../fleets/box/foreground.ts";
import { made, resource } from "./mocks.ts";
import { place } from "./place.ts";
import { service } from "./service.ts";

const existing = service({ unit: "its command", existing: true, uid: 0, gid: 0, capabilities: ["SETUID"] });

const fleet = (own: Partial<ContainerFleetArgs>) =>
  made((options) => {
    const limits = { init: "automatic", volatile: [], capabilities: [], drainSeconds: 45 } as const;
    new ContainerFleet(
      {
        ...{ fleet: "jobs", image: "sha256:image", boxes: 1, environment: {}, applications: [] },
        limits: { ...limits, services: [existing] },
        ...{ place: place(options), edge: "edge-id", gate: { timeoutSeconds: 60, steadySeconds: 3 } },
        ...own,
      },
      options,
    );
  });

describe("a fleet of an existing image", () => {
  it("leaves command, entry point, user, folder, stop signal and health check to the image", async () => {
    const all = await fleet({ applications: [{ name: "shop", port: 3000 }] });
    const { inputs } = resource(all, "Container", "jobs-1");
    for (const key of ["command", "entrypoints", "user", "workingDir", "stopSignal", "healthcheck"])
      equal(key in inputs, false, key);
    deepEqual(inputs["capabilities"], { adds: ["CAP_SETUID"], drops: ["ALL"] });
    equal(inputs["readOnly"], true);
  });

  it("runs another command where one is said, by which its boxes are swapped", async () => {
    const { inputs, options } = resource(await fleet({ command: ["work"] }), "Container", "jobs-1");
    deepEqual(inputs["command"], ["work"]);
    equal("entrypoints" in inputs, false);
    equal(options.replaceOnChanges?.includes("command"), true);
  });

  it("is gated by its readiness where it takes no requests, and is given time to end its work", async () => {
    const all = await fleet({ ready: ["test", "-e", "/run/works"] });
    const { stdin } = resource(all, "Command", "jobs-gate").inputs;
    deepEqual(JSON.parse(String(stdin)), {
      ...{ fleet: "jobs", boxes: { "jobs-1": "jobs-1-id" }, applications: [] },
      ...{ timeoutSeconds: 60, steadySeconds: 3, ready: ["test", "-e", "/run/works"] },
    });
    equal(resource(all, "Container", "jobs-1").inputs["destroyGraceSeconds"], 45);
  });
});

describe("an image that cannot run its command", () => {
  it("has none, or other than one service for another one to take the place of", () => {
    equal(commandProblem("fleets.a", undefined, [existing]), undefined);
    equal(commandProblem("fleets.a", ["b"], [service()]), undefined);
    equal(
      commandProblem("fleets.a", undefined, [{ ...existing, command: [] }]),
      "fleets.a: expected an image with a command, got none; add command: […] to what runs it",
    );
    equal(
      commandProblem("fleets.a", ["b"], []),
      "fleets.a: expected an image with one service, whose user and folders its command takes, got none; make a layer of its own for it",
    );
  });
});
