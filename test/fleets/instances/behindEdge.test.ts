import * as assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { runContainers } from "../../../fleets/containers/run.ts";
import type { BoxImage } from "../../../plan/BoxImage.ts";
import { chainId } from "../../../plan/chain.ts";
import { service } from "../service.ts";
import { targetOf } from "../around.ts";
import { made, ofType, type Instances, type Made, type Running } from "./program.ts";

/** Orders on instances beside the web tier in containers, behind one edge. */
function mixed({ layers, environment }: Instances): void {
  Object.assign(layers, { haproxy: { on: "base" } });
  Object.assign(environment, { edge: { layer: "haproxy", internalAddress: "10.0.0.1" } });
  environment.aws = { region: "eu-central-1", zones: environment.aws["zones"], edgeRange: "10.0.0.0/24" };
  environment.fleets.web = { boxes: 1 };
}

function all(configuration: Instances): void {
  mixed(configuration);
  configuration.environment.fleets.web = { target: "instances", boxes: 1 };
}

async function runsBoth({ plan, given }: Running) {
  const { runInstances } = await import("../../../fleets/instances/run.ts");
  const before = runInstances(targetOf(plan, "instances"), given);
  assert.equal(before.url, undefined);
  const made = imagesOf(plan.images);
  const running = runContainers(targetOf(plan, "containers"), { ...given, made, before });
  assert.equal(running.url, "http://127.0.0.1:8080");
  return [...running.proved, ...Object.values(before.fleets).map(({ boxes }) => boxes)];
}

function imagesOf({ containers }: Running["plan"]["images"]): Map<string, BoxImage> {
  const image = (id: string): BoxImage => ({
    image: pulumi.output(`sha256:${id}`),
    inputDigest: pulumi.output("0"),
    services: pulumi.output([service({ uid: 99, gid: 98 })]),
  });
  return new Map(containers.map((chain) => [chainId(chain), image(chainId(chain))]));
}

describe("instances behind the edge of containers", function () {
  this.timeout(60_000);
  let resources: Made[] = [];
  before(async () => (resources = await made(mixed, { run: runsBoth })));
  const edge = () => resources.find(({ type, name }) => type.endsWith("Container") && name === "edge");
  const configuration = () => String((edge()?.inputs["envs"] as string[])[0]);
  const rules = (all_: readonly Made[], type: string) =>
    Object.values(ofType(all_, `vpc/securityGroup${type}:SecurityGroup${type}`));

  it("are waited for by the edge, that goes over to their load balancer then", () => {
    const waited = (edge()?.options.dependsOn as pulumi.Resource[]).map(
      (each) => (each as unknown as { __pulumiType: string }).__pulumiType,
    );
    assert.deepEqual(waited, ["fleet:index:InstanceFleet"]);
    assert.match(
      configuration(),
      /backend orders\n(.*\n)+ {2}server-template balancer- 8 inside\.elb:8082\n/,
    );
    assert.match(configuration(), / {2}server-template orders- 16 orders\.application:8082 backup\n/);
  });

  it("leave the backends of containers as they are", () => {
    assert.match(configuration(), / {2}server-template site- 16 site\.application:8080$/m);
    const balancers = configuration().match(/balancer-.*/g);
    assert.deepEqual(balancers, ["balancer- 8 inside.elb:8082", "balancer- 8 inside.elb:8082 no-check"]);
  });

  it("are seen by the edge before containers go", () => {
    const gate = ofType(resources, "local:Command")["edge-gate"];
    assert.deepEqual(gate?.["interpreter"], ["node", "fleets/edge/await.ts", "orders"]);
  });

  it("have no public load balancer, and no certificate", () => {
    assert.deepEqual(Object.keys(ofType(resources, "lb/loadBalancer:LoadBalancer")), ["inside"]);
    assert.deepEqual(Object.keys(ofType(resources, "lb/listener:Listener")), ["orders"]);
    assert.deepEqual(Object.keys(ofType(resources, "ec2/securityGroup:SecurityGroup")), [
      "fleet-orders",
      "internal",
    ]);
  });

  it("are no containers, and take none with them", () => {
    assert.deepEqual(Object.keys(ofType(resources, "container:Container")), ["door", "edge", "web-1"]);
    assert.deepEqual(
      Object.keys(ofType(resources, "autoscaling/group:Group")).map((name) => name.split("-")[0]),
      ["orders"],
    );
  });

  it("are reached by the edge's addresses alone, and reach what is behind it", () => {
    const open = rules(resources, "IngressRule").filter(({ cidrIpv4 }) => cidrIpv4 !== undefined);
    assert.deepEqual(
      open.map(({ cidrIpv4, fromPort, securityGroupId }) => [cidrIpv4, fromPort, securityGroupId]),
      [["10.0.0.0/24", 8082, "internal-id"]],
    );
    const out = rules(resources, "EgressRule").filter(({ cidrIpv4 }) => cidrIpv4 === "10.0.0.1/32");
    assert.deepEqual(
      out.map(({ fromPort, securityGroupId }) => [fromPort, securityGroupId]),
      [[8080, "fleet-orders-id"]],
    );
  });

  it("are told the load balancer for what is on instances, and the edge's address for the rest", () => {
    const [template] = Object.values(ofType(resources, "launchTemplate:LaunchTemplate"));
    const told = Buffer.from(String(template?.["userData"]), "base64").toString();
    assert.match(told, /ORDERS_URL[^,]*http:\/\/inside\.elb:8082/);
    assert.match(told, /SITE_URL[^,]*http:\/\/10\.0\.0\.1:8080/);
  });

  it("are reached by containers at the edge, as everything", () => {
    const envs = ofType(resources, "container:Container")["web-1"]?.["envs"] as string[];
    assert.ok(envs.includes("ORDERS_URL=http://edge:8082"), envs.join("\n"));
  });

  it("may be all that there is behind an edge", async () => {
    const everything = await made(all, { run: runsBoth });
    assert.deepEqual(Object.keys(ofType(everything, "container:Container")), ["door", "edge"]);
    const gate = ofType(everything, "local:Command")["edge-gate"];
    assert.deepEqual(gate?.["interpreter"], ["node", "fleets/edge/await.ts", "orders", "site"]);
    const out = rules(everything, "EgressRule").filter(({ cidrIpv4 }) => cidrIpv4 === "10.0.0.1/32");
    assert.deepEqual(out, []);
  });
});
