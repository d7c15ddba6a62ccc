import { deepEqual, equal } from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { environmentSchema } from "../../config/schema.ts";
import { behindDoor, doorProgram, type BehindDoor } from "../../fleets/edge/door.ts";
import { Edge } from "../../fleets/edge/Edge.ts";
import type { EdgePlan } from "../../fleets/edge/configuration.ts";
import { boxCommand } from "../../plan/boxCommand.ts";
import type { Service } from "../../plan/service.ts";
import { made, resource } from "./mocks.ts";
import { place } from "./place.ts";
import { service } from "./service.ts";

const plan: EdgePlan = {
  applications: [{ name: "site", fleet: "web", port: 8080, health: "/healthz", public: true, hosts: [] }],
  slots: { web: 16 },
  hosts: {},
  proxies: [],
  drainSeconds: 40,
};
const edge = (
  settings: object = {},
  image = "sha256:haproxy",
  own: Partial<EdgePlan> = {},
  published?: { internal: number; external: number }[],
) =>
  made((options) => {
    const parsed = environmentSchema.parse({ fleets: {}, edge: { layer: "haproxy", ...settings } }).edge;
    if (!parsed) throw new Error("expected settings of the edge, got none");
    new Edge(
      {
        plan: { ...plan, ...own },
        settings: parsed,
        image: {
          image: pulumi.output(image),
          inputDigest: pulumi.output("0"),
          services: pulumi.output([service({ uid: 99, gid: 98 })]),
        },
        place: place(options),
        ports: { ports: [8082, 8080], ...(published && { published }) },
        ...(parsed.tls?.acme && { acme: pulumi.output("kept") }),
        ...(parsed.tls?.certificates && { certificates: pulumi.secret(["first", "second"]) }),
      },
      options,
    );
  });

/** How an edge is made behind a door that the state has. */
function way(door: object, services: Service[]): Promise<BehindDoor> {
  const known = Object.fromEntries(Object.entries(door).map(([key, value]) => [key, pulumi.output(value)]));
  return new Promise((resolve) => {
    behindDoor(known as never, { volume: "door", network: "boxes" }, services).apply(resolve);
  });
}

describe("the edge", () => {
  it("publishes every application for mutable hosts where it is given an address for them", async () => {
    const ports = async (settings: object) =>
      resource(await edge(settings), "Container", "door").inputs["ports"];
    const entry = { internal: 80, external: 8080, ip: "127.0.0.1" };
    deepEqual(await ports({}), [entry]);
    const mail = { internal: 2525, external: 25 };
    deepEqual(
      resource(await edge({ address: "0.0.0.0" }, undefined, {}, [mail]), "Container", "door").inputs[
        "ports"
      ],
      [
        { ...entry, ip: "0.0.0.0" },
        { ...mail, ip: "0.0.0.0" },
      ],
    );
    deepEqual(await ports({ metrics: { address: "10.0.0.9" } }), [
      entry,
      { internal: 9902, external: 9101, ip: "10.0.0.9" },
    ]);
    deepEqual(await ports({ internalAddress: "10.0.0.1" }), [
      entry,
      { internal: 8080, external: 8080, ip: "10.0.0.1" },
      { internal: 8082, external: 8082, ip: "10.0.0.1" },
    ]);
  });

  it("lives in the boxes' network, without a port, alias or name of its own, and is swapped as boxes are", async () => {
    const { inputs, options } = resource(await edge(), "Container", "edge");
    equal(inputs["image"], "sha256:haproxy");
    deepEqual(inputs["networksAdvanced"], [{ name: "boxes" }]);
    for (const key of ["ports", "name", "networkMode", "user", "hostname"]) equal(key in inputs, false, key);
    equal(options.deleteBeforeReplace, false);
    equal(inputs["readOnly"], true);
    deepEqual(inputs["capabilities"], { drops: ["ALL"], adds: [] });
    equal(inputs["destroyGraceSeconds"], 40);
  });

  it("runs the service of its image on the sockets of its door, whose label it has", async () => {
    const all = await edge();
    const { inputs } = resource(all, "Container", "edge");
    deepEqual(inputs["entrypoints"], ["/usr/bin/python3"]);
    const [isolated, , , folder, ...command] = inputs["command"] as string[];
    deepEqual([isolated, folder, command], ["-I", "/run/fleet-door", boxCommand(service())]);
    deepEqual(inputs["volumes"], [{ volumeName: "door", containerPath: "/run/fleet-door" }]);
    deepEqual(inputs["volumes"], resource(all, "Container", "door").inputs["volumes"]);
    const labels = inputs["labels"] as { label: string; value: string }[];
    deepEqual(labels.at(-1), { label: "immutable-fleets.door", value: "door-id" });
  });

  it("sees to the map of what is under maintenance first, where it has a page for that", async () => {
    const { inputs } = resource(await edge({ maintenance: {} }), "Container", "edge");
    const [, , , folder, ...command] = inputs["command"] as string[];
    const own = boxCommand(service());
    deepEqual([folder, command.slice(-own.length)], ["/run/fleet-door", own]);
    deepEqual(command.slice(0, -own.length).toSpliced(3, 1), [
      ...["/usr/bin/python3", "-I", "-c"],
      "/run/fleet-door/maintenance/map",
    ]);
  });

  it("joins the network of a door of a former version, which only sleeps", async () => {
    const former = { id: "old", entrypoints: ["/bin/sleep"] };
    const now = { id: "new", entrypoints: doorProgram().entrypoints };
    equal((await way(former, [service()])).networkMode, "container:old");
    deepEqual(await way(former, [service()]), { networkMode: "container:old", labels: [] });
    equal((await way(now, [service()])).networkMode, undefined);
    // An image without a service has a command that nothing is known of.
    equal((await way(now, [])).networkMode, "container:new");
  });

  it("has its configuration in its environment, so that a change of it makes a new edge", async () => {
    const { inputs, options } = resource(await edge(), "Container", "edge");
    const [variable = ""] = inputs["envs"] as string[];
    equal(variable.startsWith("EDGE_CONFIGURATION=global\n"), true);
    const replaced = options.replaceOnChanges ?? [];
    equal(replaced.includes("*") || (replaced.includes("envs") && replaced.includes("image")), true);
  });

  it("has its certificates in its environment, as a secret, and HTTPS on a port of its door", async () => {
    const all = await edge({ tls: { certificates: ["${secret:a}", "${secret:b}"], port: 443 } });
    const { inputs, secrets } = resource(all, "Container", "edge");
    deepEqual((inputs["envs"] as unknown[])[1], 'EDGE_CERTIFICATES=["first","second"]');
    equal(secrets.includes("envs"), true);
    deepEqual(resource(all, "Container", "door").inputs["ports"], [
      { internal: 80, external: 8080, ip: "127.0.0.1" },
      { internal: 443, external: 443, ip: "127.0.0.1" },
    ]);
  });

  it("has an authority's certificates on a volume that it only reads, so that newer ones make no new edge", async () => {
    const acme = { email: "ops@example.com", acceptTerms: true };
    const { inputs } = resource(await edge({ tls: { acme } }), "Container", "edge");
    deepEqual((inputs["envs"] as unknown[]).slice(1), [
      "EDGE_CERTIFICATE_FOLDER=/var/lib/fleet-acme/certificates",
    ]);
    deepEqual((inputs["volumes"] as unknown[]).at(-1), {
      ...{ volumeName: "kept", containerPath: "/var/lib/fleet-acme", readOnly: true },
    });
  });

  it("is waited for, anew for each edge", async () => {
    const { inputs } = resource(await edge(), "Command", "edge-gate");
    deepEqual([inputs["create"], inputs["triggers"]], ["edge-id", ["edge-id"]]);
  });
});

describe("the door", () => {
  it("owns the published port and the edge's name in the network", async () => {
    const { inputs } = resource(await edge({ port: 9000, address: "0.0.0.0" }), "Container", "door");
    deepEqual(inputs["ports"], [{ internal: 80, external: 9000, ip: "0.0.0.0" }]);
    deepEqual(inputs["networksAdvanced"], [{ name: "boxes", aliases: ["edge"] }]);
  });

  it("is started again by the engine whatever ended it, as every box is", async () => {
    const all = await edge();
    for (const name of ["door", "edge"])
      equal(resource(all, "Container", name).inputs["restart"], "always", name);
    const replaced = resource(all, "Container", "edge").options.replaceOnChanges ?? [];
    equal(replaced.includes("restart"), false);
  });

  it("can do nothing but hand its sockets out, in a folder in memory", async () => {
    const all = await edge();
    const { inputs } = resource(all, "Container", "door");
    deepEqual(inputs["entrypoints"], ["/usr/bin/python3"]);
    deepEqual((inputs["command"] as string[]).toSpliced(2, 1), ["-I", "-c", "/run/fleet-door"]);
    equal((resource(all, "Volume", "door").inputs["driverOpts"] as Record<string, string>)["type"], "tmpfs");
    equal(inputs["user"], "65534:65534");
    equal(inputs["readOnly"], true);
    deepEqual(inputs["capabilities"], { drops: ["ALL"] });
    deepEqual(inputs["securityOpts"], ["no-new-privileges:true"]);
  });

  it("does not change with the applications, the image or its own program", async () => {
    const before = resource(await edge(), "Container", "door");
    const others = { applications: [], slots: {}, drainSeconds: 300 };
    const after = resource(await edge({}, "sha256:newer", others), "Container", "door");
    deepEqual(before.options.ignoreChanges, ["image", "entrypoints", "command", "volumes"]);
    deepEqual({ ...after.inputs, image: "" }, { ...before.inputs, image: "" });
  });

  it("hands connections over where the kernel can", async () => {
    const sysctls = async (settings: object) =>
      resource(await edge(settings), "Container", "door").inputs["sysctls"];
    const always = { "net.ipv4.ip_unprivileged_port_start": "0" };
    deepEqual(await sysctls({}), { ...always, "net.ipv4.tcp_migrate_req": "1" });
    deepEqual(await sysctls({ migrateConnections: false }), always);
  });
});
