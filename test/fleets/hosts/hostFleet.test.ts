import { deepEqual, equal, notEqual } from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { hostsSchema } from "../../../config/hosts.ts";
import { HostFleet, type HostFleetArgs } from "../../../fleets/hosts/HostFleet.ts";
import { hostsOfMembers } from "../../../fleets/hosts/inventory.ts";
import type { HostsRequest } from "../../../fleets/hosts/request.ts";
import type { LayerInputs } from "../../../plan/inputs.ts";
import { made, resource } from "../mocks.ts";

const hostKey = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl";
const layer: LayerInputs = {
  layer: "base",
  roles: ["base"],
  variables: {},
  files: { "a.yml": "1" },
  tools: {},
};
const hosts = hostsOfMembers(hostsSchema.parse({ members: { web1: { address: "10.0.0.5", hostKey } } }));
const command = async (own: Partial<HostFleetArgs> = {}) => {
  const all = await made((options) => {
    new HostFleet(
      {
        fleet: "web",
        door: "0123abcd",
        layers: [layer],
        hosts,
        applications: [{ name: "site", port: 8080, health: "/healthz" }],
        edge: true,
        drainSeconds: 30,
        gate: { timeoutSeconds: 60, steadySeconds: 3 },
        environment: pulumi.secret({ TOKEN: "hidden", LEVEL: "info" }),
        ...own,
      },
      options,
    );
  });
  return resource(all, "local:Command", "web-hosts");
};
const trigger = async (own?: Partial<HostFleetArgs>) =>
  String(((await command(own)).inputs["triggers"] as unknown[])[0]);

describe("a fleet of mutable hosts", () => {
  it("hands its secrets over in a secret variable alone", async () => {
    const { inputs, secrets } = await command();
    equal(JSON.stringify((inputs["stdin"] as string).includes("hidden")), "false");
    equal(secrets.includes("stdin"), false);
    deepEqual(
      Object.entries(inputs)
        .filter(([, value]) => JSON.stringify(value).includes("hidden"))
        .map(([name]) => name),
      ["environment"],
    );
  });

  it("hands passwords of package repositories over alike, and is not configured for another one", async () => {
    const { inputs, secrets } = await command({ passwords: pulumi.secret({ team: "hidden-too" }) });
    deepEqual(
      Object.entries(inputs)
        .filter(([, value]) => JSON.stringify(value).includes("hidden-too"))
        .map(([name]) => name),
      ["environment"],
    );
    equal(secrets.includes("environment"), true);
    equal(await trigger({ passwords: { team: "a" } }), await trigger({ passwords: { team: "b" } }));
  });

  it("says what it is made of, for previews", async () => {
    const request = JSON.parse((await command()).inputs["stdin"] as string) as HostsRequest;
    deepEqual([request.layers, request.hosts], [[layer], [{ name: "web1", address: "10.0.0.5" }]]);
  });

  it("is configured anew when roles, hosts or environment change, and for nothing else", async () => {
    const before = await trigger();
    const other = hostsOfMembers(hostsSchema.parse({ members: { web2: { address: "10.0.0.6", hostKey } } }));
    notEqual(await trigger({ layers: [{ ...layer, files: { "a.yml": "2" } }] }), before);
    notEqual(await trigger({ hosts: other }), before);
    notEqual(await trigger({ environment: { TOKEN: "other" } }), before);
    equal(
      await trigger({
        drainSeconds: 5,
        gate: { timeoutSeconds: 1, steadySeconds: 0 },
        edge: false,
        door: "b",
      }),
      before,
    );
  });

  it("is only noted where the rest changes, and its digest says nothing of its environment", async () => {
    const { inputs } = await command();
    deepEqual([inputs["create"], inputs["update"]], ["configure", "keep"]);
    const digest = async (own?: Partial<HostFleetArgs>) =>
      JSON.stringify((await command(own)).inputs["environment"]).match(/sha256:[0-9a-f]{64}/)?.[0];
    equal(await digest({ environment: { TOKEN: "other" } }), await digest());
  });
});
