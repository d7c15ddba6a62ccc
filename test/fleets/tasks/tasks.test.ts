import { deepEqual, equal, match, ok } from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { runContainers } from "../../../fleets/containers/run.ts";
import { tasksOn } from "../../../fleets/tasks/FleetTasks.ts";
import type { TaskRequest } from "../../../fleets/tasks/request.ts";
import { taskShape } from "../../../fleets/tasks/shape.ts";
import { validate } from "../../../config/read/validate.ts";
import type { Release } from "../../../images/release/release.ts";
import { environmentPlan } from "../../../plan/environment/plan.ts";
import { changed, surroundings } from "../../config/fixture.ts";
import { release } from "../../images/release/fixture.ts";
import { around, targetOf } from "../around.ts";
import { made, resource, type Made } from "../mocks.ts";
import { service } from "../service.ts";
import { valueOf } from "../valueOf.ts";

const tasks = { warm: { command: ["warm"] }, migrate: { command: ["migrate"], irreversible: true } };

interface Wanted {
  command?: string[];
  image?: string;
  environment?: object;
  taken?: Release;
}

/** The graph of an environment whose orders have two tasks before their swap. */
function run({ command = ["migrate"], image = "sha256:1", environment = {}, taken }: Wanted = {}) {
  const own = { ...tasks, migrate: { ...tasks.migrate, command } };
  const plan = environmentPlan(
    validate(
      changed(
        ["applications/orders/tasks", own],
        ["applications/orders/before", ["warm", "migrate"]],
        ["environment/applications/orders", { environment: { TOKEN: "${secret:token}", ...environment } }],
      ),
      surroundings,
    ),
  );
  const images = new Map(
    plan.images.containers.map((chain) => [
      chain.join("."),
      {
        image: pulumi.output(image),
        inputDigest: pulumi.output("0"),
        services: pulumi.output([service()]),
      },
    ]),
  );
  return made((options) => {
    const secrets = { set: pulumi.secret<Record<string, string>>({ token: "s3cret" }), generated: {} };
    const shared = around(plan, { made: images, secrets, options, ...(taken && { release: taken }) });
    runContainers(targetOf(plan, "containers"), shared);
  });
}

const task = (all: readonly Made[], name: string) => resource(all, "Command", `orders.${name}-task`);
const requestOf = ({ inputs }: Made) => JSON.parse(inputs["stdin"] as string) as TaskRequest;
const urns = (own: unknown) => Promise.all(((own ?? []) as pulumi.Resource[]).map(({ urn }) => valueOf(urn)));

describe("tasks before a swap, as resources", () => {
  it("wait for the accessories and for each other; boxes wait for all of them, and have no value of theirs", async () => {
    const all = await run();
    const [warm, migrate] = [task(all, "warm"), task(all, "migrate")];
    match((await urns(warm.options.dependsOn)).join(" "), /Accessory::database$/);
    match((await urns(migrate.options.dependsOn)).join(" "), /Accessory::database .*::orders\.warm-task$/);
    const box = resource(all, "Container", "orders-1");
    const waited = (await urns(box.options.dependsOn)).join(" ");
    match(waited, /Accessory::database .*orders\.warm-task .*orders\.migrate-task$/);
    ok(!JSON.stringify(box.inputs).includes("task"));
    deepEqual(await urns(resource(all, "Container", "shop-1").options.dependsOn), []);
  });

  it("run again for another image, command or volume, and for nothing else that their box is told", async () => {
    const triggers = async (wanted: Wanted) => task(await run(wanted), "migrate").inputs["triggers"];
    const first = (await triggers({})) as string[];
    equal(first[1], "database-data");
    deepEqual(await triggers({ environment: { LEVEL: "info" } }), first);
    for (const other of [{ image: "sha256:2" }, { command: ["migrate", "-v"] }])
      ok(((await triggers(other)) as string[])[0] !== first[0]);
    const { inputs } = task(await run(), "migrate");
    // In place nothing runs.
    deepEqual([inputs["create"], inputs["update"]], ["run, irreversible", "keep"]);
    equal(task(await run(), "warm").inputs["create"], "run");
  });

  it("have a box of the new image, told what the fleet's are told, with its service's rights; all of it is secret", async () => {
    const made = task(await run(), "migrate");
    ok(made.secrets.includes("stdin"));
    const request = requestOf(made);
    deepEqual(
      { ...request.variables, box: request.box, image: request.image, command: request.command },
      {
        ...{ FLEET: "orders", FLEET_BOX: "orders.migrate", FLEET_IMAGE_DIGEST: "sha256:1" },
        ...{ CATALOG_URL: "http://edge:8081", ORDERS_URL: "http://edge:8082" },
        ...{ DATABASE_HOST: "database", DATABASE_PORT: "5432", TOKEN: "s3cret" },
        ...{ box: "boxes.orders.migrate", image: "sha256:1", command: ["migrate"] },
      },
    );
    const { readOnly, capabilitiesAdded, capabilitiesDropped, securityOptions, user } = request.shape;
    deepEqual(
      { readOnly, capabilitiesAdded, capabilitiesDropped, securityOptions, user },
      {
        ...{ readOnly: true, capabilitiesAdded: [], capabilitiesDropped: ["ALL"] },
        ...{ securityOptions: ["no-new-privileges:true"], user: `${service().uid}:${service().gid}` },
      },
    );
  });

  it("do not run for a release of the environment's own: they ran before its swap; for another's they do", async () => {
    const names = (all: readonly Made[]) =>
      all.map(({ name }) => name).filter((name) => name.endsWith("-task"));
    deepEqual(names(await run({ taken: release("test", 1) })), []);
    deepEqual(names(await run({ taken: release("dev", 1) })), ["orders.warm-task", "orders.migrate-task"]);
  });

  it("have the user of an existing image as that says, and may become another one as its boxes may", () => {
    const limits = { init: "automatic", volatile: [], capabilities: [], drainSeconds: 1 } as const;
    const root = service({ existing: true, uid: 0, gid: 0, capabilities: ["SETUID"] });
    const { user, capabilitiesAdded } = taskShape(limits, root);
    deepEqual({ user, capabilitiesAdded }, { user: undefined, capabilitiesAdded: ["CAP_SETUID"] });
    equal(taskShape(limits, service()).user, "990:991");
  });

  it("run on each of several engines where its data is, else on the first alone", () => {
    const [warm, other] = ["orders", "catalog"].map((application) => ({
      ...{ application, name: "warm", command: ["warm"], timeoutSeconds: 1, irreversible: false },
    }));
    const applications = [
      { name: "orders", uses: ["database"] },
      { name: "catalog", uses: [] },
    ] as never;
    const on = (isFirst: boolean) =>
      tasksOn({ tasks: [warm!, other!], applications }, new Set(["database"]), isFirst);
    const workers = [{ name: "orders", layer: "orders", uses: ["database"] }];
    const alone = { tasks: [warm!], applications: [], workers };
    deepEqual(tasksOn(alone, new Set(["database"]), false), [warm]);
    deepEqual(tasksOn(alone, new Set(), false), []);
    deepEqual(on(true), [warm, other]);
    deepEqual(on(false), [warm]);
  });
});
