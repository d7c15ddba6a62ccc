import { deepEqual, equal, throws } from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { runContainers } from "../../../fleets/containers/run.ts";
import {
  schedulesCommand,
  schedulesProblem,
  schedulesService,
  schedulesUser,
} from "../../../fleets/schedules/program.ts";
import { validate } from "../../../config/read/validate.ts";
import { environmentPlan } from "../../../plan/environment/plan.ts";
import { chainId } from "../../../plan/chain.ts";
import type { BoxImage } from "../../../plan/BoxImage.ts";
import { changed, hostKey, surroundings } from "../../config/fixture.ts";
import { around, targetOf } from "../around.ts";
import { made, resource, type Made } from "../mocks.ts";
import { service } from "../service.ts";

const start = { unit: "orders.service", kill: "all", start: { program: "orders", expands: true } };
const orders = service({ unit: "orders.service", uid: 882, gid: 883, start: start as never });
const schedules = [
  "applications/orders/schedules",
  { nightly: { command: ["report"], at: "0 3 * * *", overlap: "wait" } },
] as const;

function run(...changes: readonly (readonly [path: string, value: unknown])[]): Promise<Made[]> {
  const plan = environmentPlan(validate(changed(schedules, ...changes), surroundings));
  const image = (id: string): BoxImage => ({
    ...{ image: pulumi.output(`sha256:${id}`), inputDigest: pulumi.output("0") },
    services: pulumi.output([orders]),
  });
  return made((options) => {
    const images = new Map(plan.images.containers.map(chainId).map((id) => [id, image(id)]));
    runContainers(targetOf(plan, "containers"), around(plan, { made: images, options }));
  });
}

describe("the box of schedules", () => {
  it("is one, of its fleet's image and user, with what it notes on a protected volume of its own", async () => {
    const all = await run();
    const { inputs } = resource(all, "Container", "orders-schedules-1");
    const { inputs: beside } = resource(all, "Container", "orders-1");
    deepEqual([inputs["image"], inputs["user"]], [beside["image"], "882:883"]);
    deepEqual(inputs["volumes"], [
      { volumeName: "orders-schedules-shared", containerPath: "/var/lib/fleet-schedules" },
    ]);
    equal(resource(all, "Volume", "orders-schedules-shared").options.protect, true);
    const [first, settings, , program, , , timers, folder] = inputs["command"] as string[];
    // Its runs are told to stop one by one, not all at once.
    deepEqual(
      [first, (JSON.parse(String(settings)) as { kill: string }).kill],
      ["/usr/lib/fleet/fleet-start", "first"],
    );
    deepEqual([program, folder], ["/usr/bin/python3", "/var/lib/fleet-schedules"]);
    deepEqual(JSON.parse(String(timers)), {
      nightly: {
        ...{
          command: ["report"],
          timeZone: "UTC",
          timeoutSeconds: 3600,
          overlap: "wait",
          startWithinSeconds: 300,
        },
        calendar: {
          ...{ minutes: [0], hours: [3], either: false },
          days: Array.from({ length: 31 }, (_, day) => day + 1),
          months: Array.from({ length: 12 }, (_, month) => month + 1),
          weekdays: [0, 1, 2, 3, 4, 5, 6],
        },
      },
    });
  });

  it("is gated by running steadily, and takes no requests", async () => {
    const { stdin } = resource(await run(), "Command", "orders-schedules-gate").inputs;
    const { applications, edge } = JSON.parse(String(stdin)) as Record<string, unknown>;
    deepEqual([applications, edge], [[], undefined]);
  });

  it("is on the first of several engines alone", async () => {
    const engine = (address: string) => ({ address, hostKey });
    const all = await run(
      ["environment/accessories/database", { address: "db.example" }],
      ["environment/engines", { north: engine("10.0.0.5"), south: engine("10.0.0.6") }],
    );
    const names = all.map(({ name }) => name).filter((name) => name.includes("orders-schedules"));
    deepEqual(
      names.filter((name) => !name.startsWith("north.")),
      [],
    );
    equal(names.includes("north.orders-schedules-1"), true);
  });

  it("has Python of an existing image, behind its entry point, where that has some", () => {
    const existing = service({ unit: "its command", existing: true, uid: 0, gid: 0 });
    const plan = { application: "shop", schedules: [], existing: true as const };
    deepEqual(schedulesCommand(plan).slice(0, 2), ["python3", "-IBc"]);
    deepEqual([schedulesService(plan, [existing]), schedulesUser([existing])], [[existing], undefined]);
    equal(schedulesProblem(plan, [existing]), undefined);
    equal(
      schedulesProblem(plan, [{ ...existing, withoutPython: true }]),
      "applications.shop.schedules: expected an image with the Python (python3 in its PATH) that runs schedules, got none; take an image that has it, or give the schedules to an application of a layer",
    );
  });

  it("runs as the service of its application, which must be known", () => {
    const plan = { application: "orders" };
    equal(schedulesService(plan, [service({ unit: "catalog.service" }), orders])[0]?.uid, 882);
    throws(
      () => schedulesService(plan, [service({ unit: "a.service" }), service({ unit: "b.service" })]),
      /^Error: applications\.orders: expected an image with one service, or with orders\.service, /,
    );
  });
});
