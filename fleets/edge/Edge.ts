import * as command from "@pulumi/command";
import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import { stackLabel } from "../box/stackLabel.ts";
import { edgeName } from "../../config/edge.ts";
import type { EdgeSettings } from "../../config/schema.ts";
import type { EdgeBoxPlan } from "../../plan/environment/TargetPlan.ts";
import type { BoxImage } from "../../plan/BoxImage.ts";
import { acmeCertificates } from "../../plan/environment/acme.ts";
import type { LogPlan } from "../../plan/logs.ts";
import { boxProperties, boxSettings } from "../box/box.ts";
import type { EnginePlace } from "../box/place.ts";
import { edgeConfiguration, type EdgePlan } from "./configuration.ts";
import { behindDoor, doorProgram, doorVolume } from "./door.ts";
import { doorFolder } from "./doorFolder.ts";
import { doorSettings, edgeLimits } from "./settings.ts";
import { certificateFolderVariable, certificatesVariable } from "./tls.ts";

export interface EdgeArgs {
  plan: EdgePlan;
  settings: EdgeSettings;
  /** The image with HAProxy; a change swaps the edge. */
  image: BoxImage;
  /** The engine that it runs on. */
  place: Pick<EnginePlace, "engine" | "prefix" | "network" | "options" | "after" | "systemdNeeds">;
  /** Ports of all applications, published for hosts and instances where there is an address for it; and those that are published anyway. */
  ports: Pick<EdgeBoxPlan, "ports" | "published">;
  instances?: InstancesBehind | undefined;
  /** The certificates of `settings.tls`, in PEM. */
  certificates?: pulumi.Input<string[]>;
  /** The volume with those that an authority gives. */
  acme?: pulumi.Input<string> | undefined;
  /** How the edge keeps what it prints; the door stays as it was made. */
  logs?: LogPlan;
}

/** The fleets of instances that an edge has behind it. */
export interface InstancesBehind {
  fleets: readonly string[];
  /** Host name of the load balancer that leads to them, on each application's port. */
  balancer: pulumi.Output<string>;
  /** What must have succeeded before the edge turns to them. */
  proved: pulumi.Resource[];
}

/**
 * Where requests come in. The door, a container that never changes, has the published port and hands its listening sockets to
 * the edge, which is swapped: for a while old and new edge take requests from the same queue. The engine may start them in any
 * order. A door of a former version only sleeps, and owns the network that its edges join (SO_REUSEPORT).
 */
export class Edge extends pulumi.ComponentResource {
  /** The edge's container id: its checks decide whether a box is healthy. */
  readonly container: pulumi.Output<string>;
  /** The door's container id, which never changes. */
  readonly doorContainer: pulumi.Output<string>;
  readonly url: string;

  constructor(args: EdgeArgs, opts?: pulumi.ComponentResourceOptions) {
    const { engine, prefix, options } = args.place;
    super("fleet:index:Edge", `${prefix}edge`, {}, { ...opts, ...options });
    const volume = new docker.Volume(`${prefix}door`, doorVolume, { parent: this }).name;
    const door = this.door(args, volume);
    this.doorContainer = door.id;
    const edge = this.edge(args, door, volume);
    const ready = new command.local.Command(
      `${prefix}edge-gate`,
      {
        interpreter: ["node", "fleets/edge/await.ts", ...balanced(args)],
        create: edge.id,
        ...(engine && { stdin: JSON.stringify(engine) }),
        triggers: [edge.id],
        logging: "stderr",
        addPreviousOutputInEnv: false,
      },
      { parent: this },
    );
    this.container = pulumi.all([edge.id, ready.stdout]).apply(([id]) => id);
    const address = engine ? new URL(engine.url).hostname : args.settings.address;
    this.url = urlOf(address, args.settings);
    this.registerOutputs({ container: this.container, url: this.url });
  }

  private edge(args: EdgeArgs, door: docker.Container, volume: pulumi.Output<string>): docker.Container {
    const { prefix, after, network } = args.place;
    const edge = `${prefix}edge`;
    const { tls, maintenance } = args.settings;
    const has = { hasTls: tls !== undefined, hasMaintenance: maintenance !== undefined };
    const places = { volume, network: network.name, ...has, acme: args.acme };
    const way = behindDoor(door, places, args.image.services);
    return new docker.Container(
      edge,
      {
        ...boxSettings({
          ...edgeLimits(args.plan, args.logs),
          services: args.image.services,
          systemdNeeds: args.place.systemdNeeds,
        }),
        image: args.image.image,
        entrypoints: way.apply(({ entrypoints }) => entrypoints),
        command: way.apply(({ command }) => command),
        volumes: way.apply(({ volumes }) => volumes),
        networkMode: way.apply(({ networkMode }) => networkMode),
        networksAdvanced: way.apply(({ networksAdvanced }) => networksAdvanced),
        envs: [
          configured(args).apply((text) => `EDGE_CONFIGURATION=${text}`),
          ...(args.certificates === undefined ? [] : [certified(args.certificates)]),
          ...(args.acme === undefined ? [] : [`${certificateFolderVariable}=${acmeCertificates}`]),
        ],
        labels: way.apply(({ labels }) => [...boxLabels(edge), ...labels]),
      },
      {
        parent: this,
        deleteBeforeReplace: false,
        replaceOnChanges: boxProperties,
        dependsOn: [...after, ...(args.instances?.proved ?? [])],
      },
    );
  }

  /** Image and program are those that it was made with: another door would interrupt what comes in. */
  private door({ settings, image, place, ports }: EdgeArgs, volume: pulumi.Output<string>): docker.Container {
    return new docker.Container(
      `${place.prefix}door`,
      {
        ...doorSettings(settings, ports),
        ...doorProgram(),
        volumes: [{ volumeName: volume, containerPath: doorFolder }],
        image: image.image,
        networksAdvanced: [{ name: place.network.name, aliases: [edgeName] }],
        labels: boxLabels(`${place.prefix}door`),
      },
      {
        parent: this,
        deleteBeforeReplace: true,
        ignoreChanges: ["image", "entrypoints", "command", "volumes"],
      },
    );
  }
}

function configured({ plan, instances }: EdgeArgs): pulumi.Output<string> {
  if (!instances) return pulumi.output(edgeConfiguration(plan));
  return instances.balancer.apply((host) =>
    edgeConfiguration({
      ...plan,
      balancers: Object.fromEntries(instances.fleets.map((fleet) => [fleet, host])),
    }),
  );
}

function certified(certificates: pulumi.Input<string[]>): pulumi.Output<string> {
  const texts = pulumi.output(certificates);
  return pulumi.secret(texts.apply((each) => `${certificatesVariable}=${JSON.stringify(each)}`));
}

function urlOf(address: string, { port, tls }: EdgeSettings): string {
  const host = address.includes(":") ? `[${address}]` : address;
  return tls ? `https://${host}:${tls.port}` : `http://${host}:${port}`;
}

/** The applications that are behind the load balancer. */
function balanced({ plan, instances }: EdgeArgs): string[] {
  return plan.applications.flatMap(({ name, fleet }) => (instances?.fleets.includes(fleet) ? [name] : []));
}

function boxLabels(box: string) {
  return [
    { label: "immutable-fleets.box", value: box },
    { label: "immutable-fleets.stack", value: stackLabel() },
  ];
}
