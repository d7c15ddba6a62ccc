import * as command from "@pulumi/command";
import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import type { Engine } from "../../engine/engine.ts";
import type { BoxImage } from "../../plan/BoxImage.ts";
import type { SwarmFleetPlan } from "../../plan/environment/FleetPlan.ts";
import { say } from "../box/say.ts";
import { stackLabel } from "../box/stackLabel.ts";
import { startNotes } from "../box/foreground.ts";
import type { DrainRequest, Registered, ServiceGateRequest } from "./request.ts";
import { boxesVariable } from "./boxesVariable.ts";
import { secretText } from "./secretText.ts";
import { serviceProblem, taskSpec, type ServicePlan } from "./service.ts";

/** What makes another service when it changes: all but how many boxes it has. */
const serviceProperties = ["taskSpec", "labels", "endpointSpec"];

export interface SwarmFleetArgs {
  fleet: SwarmFleetPlan;
  image: Pick<BoxImage, "image" | "services">;
  /** What the machines have it by. */
  registered: pulumi.Input<Registered>;
  environment: pulumi.Input<Record<string, string>>;
  /** Variables whose values are secret; they come to the boxes by the Swarm's secrets. */
  secrets: Readonly<Record<string, pulumi.Input<string>>>;
  /** The network of boxes, on all machines. */
  network: docker.Network;
  /** A manager; undefined: this machine's engine. */
  manager: Engine | undefined;
  /** The edges that check its boxes' health; without any, a box is well while it runs. */
  edges: readonly { container: pulumi.Input<string>; engine?: Engine | undefined }[];
}

/**
 * Equal boxes as tasks of a Swarm's service. A changed image or run specification makes another service beside the old one; that one
 * is drained, and removed, only after the gate has passed, and goes on serving when it has not.
 */
export class SwarmFleet extends pulumi.ComponentResource {
  /** The service's id. */
  readonly service: pulumi.Output<string>;
  /** The image that the boxes run. */
  readonly image: pulumi.Output<string>;
  /** Known once the gate has passed. */
  readonly proved: pulumi.Output<unknown>;

  constructor(args: SwarmFleetArgs, opts?: pulumi.ComponentResourceOptions) {
    const { fleet } = args;
    super("fleet:index:SwarmFleet", fleet.name, {}, opts);
    const hasSecrets = Object.keys(args.secrets).length > 0;
    this.image = pulumi.all([args.image.image, args.image.services]).apply(([image, services]) => {
      const problem = serviceProblem(fleet, services, hasSecrets);
      if (problem !== undefined) throw new pulumi.RunError(problem);
      say(startNotes(`fleets.${fleet.name}`, fleet.limits.init, services), this);
      return image;
    });
    const made = this.#service(args, hasSecrets ? this.#secret(args) : undefined);
    const drain = this.#drain(args, made);
    this.service = made.id;
    this.proved = this.#gate(args, made, drain).stdout;
    this.registerOutputs({ service: this.service, image: this.image });
  }

  #secret({ fleet, secrets }: SwarmFleetArgs): docker.Secret {
    const data = pulumi.all(secrets).apply((known) => Buffer.from(secretText(known)).toString("base64"));
    const labels = fleetLabels(fleet.name);
    const opts = { parent: this, deleteBeforeReplace: false, additionalSecretOutputs: ["data"] };
    return new docker.Secret(fleet.name, { data: pulumi.secret(data), labels }, opts);
  }

  #service(args: SwarmFleetArgs, secret: docker.Secret | undefined): docker.Service {
    const { fleet, image, network } = args;
    const labels = fleetLabels(fleet.name);
    const spec = pulumi
      .all([
        this.image,
        image.services,
        args.registered,
        args.environment,
        network.id,
        secret?.id,
        secret?.name,
      ])
      .apply(([digest, services, registered, environment, net, id, name]): ServicePlan => ({
        ...{ fleet, services, image: digest, registered, environment, network: net, labels },
        ...(id !== undefined && name !== undefined && { secret: { id, name } }),
      }))
      .apply(taskSpec);
    return new docker.Service(
      fleet.name,
      {
        // How many boxes it has is the gate's: the provider would make all of them anew for another number.
        ...{ labels, taskSpec: spec },
        endpointSpec: { mode: "dnsrr" },
      },
      { parent: this, deleteBeforeReplace: false, replaceOnChanges: serviceProperties },
    );
  }

  /** Its end comes before that of its service, which the provider would not wait for. */
  #drain({ fleet, manager }: SwarmFleetArgs, service: docker.Service): command.local.Command {
    const { name, drainSeconds } = fleet;
    const stdin = service.id
      .apply((id): DrainRequest => ({ fleet: name, service: id, drainSeconds, ...(manager && { manager }) }))
      .apply((request) => JSON.stringify(request));
    const program = ["node", "fleets/swarm/drain.ts"];
    return new command.local.Command(
      `${name}-drain`,
      {
        ...{ interpreter: program, create: "stay", delete: "end", stdin },
        ...{ triggers: [service.id], logging: "stderr", addPreviousOutputInEnv: false },
      },
      { parent: this, dependsOn: [service], customTimeouts: { delete: "2h" } },
    );
  }

  #gate(
    { fleet, manager, edges }: SwarmFleetArgs,
    service: docker.Service,
    drain: pulumi.Resource,
  ): command.local.Command {
    const { name, boxes, applications, ports = [], gate } = fleet;
    const all = [...applications, ...ports].map((each) => ({ name: each.name, port: each.port }));
    const stdin = pulumi
      .all([service.id, edges.map(({ container }) => container)])
      .apply(([id, containers]): ServiceGateRequest => ({
        ...{ fleet: name, boxes, applications: all, ...gate, service: id },
        ...(manager && { manager }),
        edges: containers.map((container, index) => {
          const engine = edges[index]?.engine;
          return { container, ...(engine && { engine }) };
        }),
      }))
      .apply((request) => JSON.stringify(request));
    return new command.local.Command(
      `${name}-gate`,
      {
        ...{ interpreter: ["node", "fleets/swarm/gate.ts"], create: name, stdin },
        // For who looks at a state or preview, which may not know the request yet.
        environment: { [boxesVariable]: String(boxes) },
        ...{ logging: "stderr", addPreviousOutputInEnv: true },
      },
      { parent: this, dependsOn: [service, drain], customTimeouts: { create: "1h10m", update: "1h10m" } },
    );
  }
}

/** By which a fleet's services, boxes and secrets are known. */
function fleetLabels(fleet: string): { label: string; value: string }[] {
  return [
    { label: "immutable-fleets.fleet", value: fleet },
    { label: "immutable-fleets.stack", value: stackLabel() },
  ];
}
