import { deepEqual, equal, rejects } from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { runFleets } from "../../fleets/index.ts";
import type { Running } from "../../fleets/target/Target.ts";
import type { BoxImage } from "../../plan/BoxImage.ts";
import type { EnvironmentPlan } from "../../plan/environment/EnvironmentPlan.ts";
import { chainId } from "../../plan/chain.ts";
import { made, type Instances, type Made } from "./instances/program.ts";
import { service } from "./service.ts";
import { valueOf } from "./valueOf.ts";

const hostKey = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl";

/** The web tier in containers, a catalog on mutable hosts, orders on instances, behind one edge; orders are shared. */
function mixed({ layers, applications, fleets, environment }: Instances): void {
  Object.assign(layers, { haproxy: { on: "base" }, catalog: { on: "base" } });
  Object.assign(applications, { catalog: { layer: "catalog", port: 8081 } });
  Object.assign(fleets, { catalog: { applications: ["catalog"] } });
  Object.assign(environment, { edge: { layer: "haproxy", internalAddress: "10.0.0.1" } });
  const zones = environment.aws["zones"];
  environment.aws = { region: "eu-central-1", zones, edgeRange: "10.0.0.0/24", share: ["111111111111"] };
  environment.fleets.web = { boxes: 1 };
  const hosts = { members: { c1: { address: "10.0.0.7", hostKey } } };
  Object.assign(environment.fleets, { catalog: { target: "hosts", hosts } });
}

function imagesOf({ containers }: EnvironmentPlan["images"]): Map<string, BoxImage> {
  return new Map(
    containers.map(chainId).map((id) => [
      id,
      {
        image: pulumi.output(`sha256:${id}`),
        inputDigest: pulumi.output("0"),
        services: pulumi.output([service()]),
      },
    ]),
  );
}

/** What an environment makes, and what it says of it. */
async function run(change: (input: Instances) => void): Promise<{ all: Made[]; running: Running }> {
  let running: Running | undefined;
  const all = await made(change, {
    run: async ({ plan, given: { secrets, release } }) => {
      running = await runFleets(plan, { images: imagesOf(plan.images), secrets: secrets.set, release });
      return Object.values(running.fleets).map(({ boxes }) => boxes);
    },
  });
  if (!running) throw new Error("expected fleets that run, got none");
  return { all, running };
}

describe("the fleets of an environment with several targets", function () {
  this.timeout(60_000);
  let all: Made[] = [];
  let running: Running = { fleets: {}, proved: [] };
  before(async () => ({ all, running } = await run(mixed)));

  it("are each made by its own target, and what they share once", () => {
    const components = all.flatMap(({ type, name }) =>
      type.startsWith("fleet:") ? [`${type.replace("fleet:index:", "")} ${name}`] : [],
    );
    deepEqual(components.sort(), [
      ...["Balancers entry", "BoxRole orders-box", "ContainerFleet web", "Edge edge", "HostFleet catalog"],
      ...["InstanceFleet orders", "Network network", "SecurityGroups flows", "SharedImage orders-share"],
    ]);
    deepEqual(
      all.flatMap(({ type, name }) => (type.startsWith("pulumi:providers") ? [name] : [])),
      ["aws"],
    );
  });

  it("take requests at the edge, whatever they run on", () => {
    equal(running.url, "http://127.0.0.1:8080");
  });

  it("are all told, with their images, their gates and what is handed over", async () => {
    deepEqual(Object.keys(running.fleets).sort(), ["catalog", "orders", "web"]);
    equal(await valueOf(running.fleets["web"]?.image ?? pulumi.output("")), "sha256:base.site");
    deepEqual(await valueOf(running.fleets["catalog"]?.boxes ?? pulumi.output("")), ["c1"]);
    deepEqual(Object.keys(running.handover ?? {}), ["orders"]);
    // A gate for each fleet, and one share.
    equal(running.proved.length, 4);
  });

  it("make nothing of AWS where none is there", async () => {
    const { all: none, running: alone } = await run((input) => {
      mixed(input);
      input.environment.aws = {};
      Object.assign(input.environment, { aws: undefined, promoteFrom: undefined });
      input.environment.fleets.orders = { boxes: 1 };
    });
    deepEqual(
      none.filter(({ type }) => type.includes("aws")),
      [],
    );
    deepEqual(Object.keys(alone.fleets), ["web", "orders", "catalog"]);
    equal("handover" in alone, false);
  });

  it("are refused where hosts cannot be told", async () => {
    await rejects(
      run((input) => {
        mixed(input);
        const hosts = { inventory: "README.md" };
        Object.assign(input.environment.fleets, { catalog: { target: "hosts", hosts } });
      }),
      /environment\.fleets\.catalog\.hosts: expected an inventory that Ansible reads, got .*; correct README\.md/s,
    );
  });
});

describe("the box that asks an authority for certificates", function () {
  this.timeout(60_000);

  it("stands beside the edge, of its image, on a volume that both have", async () => {
    const { all, running } = await run((input) => {
      mixed(input);
      const acme = { email: "ops@example.com", acceptTerms: true };
      Object.assign(input.environment, {
        edge: { layer: "haproxy", internalAddress: "10.0.0.1", tls: { acme } },
        hosts: { site: ["www.example"] },
      });
    });
    const [box] = all.filter(({ type, name }) => type.endsWith(":Container") && name === "acme-1");
    const command = box?.inputs["command"] as string[];
    deepEqual(JSON.parse(command.at(-2) ?? ""), {
      ...{ email: "ops@example.com", names: ["www.example"], port: 8402, edge: ["edge", 80] },
      directory: "https://acme-v02.api.letsencrypt.org/directory",
      ...{ renewPart: 1 / 3, pauseSeconds: [60, 600, 3600, 21600], cutOffSeconds: 129600 },
    });
    equal(box?.inputs["image"], "sha256:base.haproxy");
    const volumes = box.inputs["volumes"] as { containerPath: string }[];
    deepEqual(
      volumes.map(({ containerPath }) => containerPath),
      ["/var/lib/fleet-acme"],
    );
    const [fill] = all.filter(({ name }) => name === "acme-shared-fill");
    const asked = JSON.parse(String(fill?.inputs["stdin"])) as Record<string, unknown>;
    deepEqual([asked["image"], asked["path"]], ["sha256:base.haproxy", "/var/lib/fleet-acme"]);
    equal("requires" in asked, true);
    deepEqual(Object.keys(running.fleets).sort(), ["acme", "catalog", "orders", "web"]);
  });
});
