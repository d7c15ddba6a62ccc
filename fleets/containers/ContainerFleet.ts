import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import { canonicalJson, sha256 } from "../../plan/digest.ts";
import { HoldStep } from "../canary/HoldStep.ts";
import { GateCheck } from "../gate/GateCheck.ts";
import { RoomStep } from "../surge/RoomStep.ts";
import { turnsOf } from "../surge/turns.ts";
import { boxProperties, boxSettings, shapeLabels, type BoxLimits } from "../box/box.ts";
import { checkedFor } from "../../plan/checked.ts";
import { say } from "../box/say.ts";
import { stackLabel } from "../box/stackLabel.ts";
import { boxArguments } from "../box/command.ts";
import { startNotes, startProblem } from "../box/foreground.ts";
import { boxAliases, boxIdentity, boxNames } from "../box/identity.ts";
import type { EnginePlace } from "../box/place.ts";
import { toldSteps, type Steps, type TakingOver } from "./steps.ts";

/** A box by its name. */
type MadeBox = readonly [name: string, box: docker.Container];

export interface ContainerFleetArgs extends TakingOver {
  /** Name of the fleet: its boxes' alias in the network, beside those of their applications. */
  fleet: string;
  /** The image's id, `sha256:…`; a change swaps the boxes. */
  image: pulumi.Input<string>;
  /** How many boxes. */
  boxes: number;
  limits: Omit<BoxLimits, "systemdNeeds">;
  /** Environment of each box, apart from its name and image. */
  environment: pulumi.Input<Record<string, string>>;
  /** The engine that they run on. */
  place: Pick<EnginePlace, "engine" | "prefix" | "network" | "options" | "after" | "systemdNeeds">;
  /** The edge that checks the boxes' health; without one, a box is well while it runs. */
  edge?: pulumi.Input<string>;
  /** What the edge must see healthy: application names and ports. */
  applications: { name: string; port: number }[];
  /** What else it must see healthy: further ports, by the edge's names for them. */
  ports?: { name: string; port: number }[] | undefined;
  /** What the boxes run instead of their image's command. */
  command?: readonly string[] | undefined;
  /** A command that exits 0 in a box that works, beside what the edge sees. */
  ready?: string[] | undefined;
  gate: { timeoutSeconds: number; steadySeconds: number };
  /** As whom their first process runs; undefined: as the image says. */
  user?: pulumi.Input<string | undefined>;
}

/**
 * Equal containers of one image. A changed image or run specification makes new boxes beside the old; the old ones are
 * stopped, drained, only after the gate has passed, and go on serving when it has not.
 */
export class ContainerFleet extends pulumi.ComponentResource {
  /** The boxes' container ids, by box name. */
  readonly containers: pulumi.Output<Record<string, string>>;
  /** The image that the boxes run. */
  readonly image: pulumi.Output<string>;
  /** Known once the gate has passed. */
  readonly proved: pulumi.Output<unknown>;
  readonly gate: GateCheck;

  constructor(args: ContainerFleetArgs, opts?: pulumi.ComponentResourceOptions) {
    const { place } = args;
    const fleet = `${place.prefix}${args.fleet}`;
    super("fleet:index:ContainerFleet", fleet, {}, { ...opts, ...place.options });
    this.image = pulumi.all([args.image, args.limits.services]).apply(([image, services]) => {
      const problem = startProblem(args.fleet, args.limits, args.command, services);
      if (problem !== undefined) throw new pulumi.RunError(problem);
      say(startNotes(`fleets.${args.fleet}`, args.limits.init, services), this);
      return image;
    });
    const names = boxNames(fleet, args.boxes);
    const turns = args.surge ? turnsOf(names, args.surge.maxSurge) : [names];
    const steps = toldSteps(args, turns);
    let before = this.first(fleet, args, steps);
    const boxes: MadeBox[] = [];
    const gates = turns.map((turn, index) => {
      boxes.push(...turn.map((name) => [name, this.box(name, args, before)] as const));
      const number = index + 1;
      const gate = this.gateAfter(fleet, args, boxes, steps, number === turns.length ? undefined : number);
      before = [gate];
      return gate;
    });
    this.containers = idsOf(boxes);
    this.gate = checkedFor(gates.at(-1), "the gate of a fleet");
    this.proved = this.gate.stdout;
    this.registerOutputs({ containers: this.containers, image: this.image });
  }

  /** What comes before boxes that are made otherwise than those of before, whatever their names are. */
  private first(fleet: string, args: ContainerFleetArgs, { canary, turns }: Steps): pulumi.Resource[] {
    const { engine, after } = args.place;
    const made = pulumi.output(this.boxArgs("", args)).apply((all) => {
      const some = boxProperties.map((key) => [key, all[key as keyof typeof all]] as const);
      return sha256(canonicalJson(Object.fromEntries(some)));
    });
    const afterEdge = <T>(place: pulumi.Output<T>) =>
      pulumi.all([place, args.edge]).apply(([known]) => known);
    const opts = { parent: this, dependsOn: after };
    if (canary) return [new HoldStep(fleet, { place: afterEdge(canary.place), engine, digest: made }, opts)];
    if (turns) return [new RoomStep(fleet, { place: afterEdge(turns.place), engine, digest: made }, opts)];
    return [];
  }

  /** @param turn whose gate it is, where other boxes are made after it. */
  private gateAfter(
    fleet: string,
    { applications, ports = [], gate, ready, place: { engine }, edge }: ContainerFleetArgs,
    boxes: readonly MadeBox[],
    { canary, turns }: Steps,
    turn: number | undefined,
  ): GateCheck {
    const all = [...applications, ...ports];
    return new GateCheck(
      fleet,
      {
        ...{ boxes: idsOf(boxes), applications: all, ...gate },
        // Who takes no requests is not seen by the edge.
        ...(edge !== undefined && applications.length > 0 && { edge }),
        ...(ready && { ready }),
        ...(engine && { engine }),
        ...(canary && { canary: canary.request }),
        ...(turns && { turns: turns.request(turn), turn }),
      },
      { parent: this, dependsOn: boxes.map(([, box]) => box) },
    );
  }

  private box(
    name: string,
    args: ContainerFleetArgs,
    before: readonly pulumi.Resource[] = [],
  ): docker.Container {
    const dependsOn = [...args.place.after, ...before];
    return new docker.Container(name, this.boxArgs(name, args), {
      parent: this,
      deleteBeforeReplace: false,
      replaceOnChanges: boxProperties,
      dependsOn,
    });
  }

  private boxArgs(name: string, args: ContainerFleetArgs): docker.ContainerArgs {
    const envs = pulumi
      .all([args.environment, this.image])
      .apply(([environment, image]) => ({ ...environment, ...boxIdentity(name, image) }))
      .apply(environmentList);
    const { network } = args.place;
    const aliases = boxAliases(
      args.fleet,
      args.applications.map((each) => each.name),
    );
    return {
      ...boxSettings({ ...args.limits, systemdNeeds: args.place.systemdNeeds }),
      ...(args.user !== undefined && { user: pulumi.output(args.user) }),
      image: this.image,
      ...boxArguments(args.command, args.limits.services, args.limits),
      envs,
      networksAdvanced: [{ name: network.name, aliases }],
      labels: [
        { label: "immutable-fleets.fleet", value: args.fleet },
        { label: "immutable-fleets.box", value: name },
        { label: "immutable-fleets.stack", value: stackLabel() },
        ...shapeLabels(args.limits.shape),
      ],
    };
  }
}

/** `NAME=value` lines in alphabetical order, so that equal environments are equal texts. */
export function environmentList(environment: Readonly<Record<string, string>>): string[] {
  return Object.entries(environment)
    .map(([name, value]) => `${name}=${value}`)
    .sort();
}

function idsOf(boxes: readonly MadeBox[]): pulumi.Output<Record<string, string>> {
  return pulumi.all(Object.fromEntries(boxes.map(([name, box]) => [name, box.id])));
}
