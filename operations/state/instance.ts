import type { InstanceGateRequest } from "../../fleets/instances/gate/request.ts";
import { commandType, type StateResource } from "./resource.ts";

/** Equal instances, as a stack's state wants them: an Auto Scaling group, or one box that keeps data. */
export interface WantedGroup {
  /** What is replaced to have new boxes: the group, or the box. */
  urn: string;
  fleet: string;
  /** Value of the tag by which its boxes are known. */
  group: string;
  ami: string;
  /** Digest of the disk that the AMI was made from, `sha256:…`. */
  diskDigest: string;
  /** The fewest boxes. */
  boxes: number;
  stateful: boolean;
  region: string;
  /** ARNs of the target groups whose checks decide. */
  targetGroups: string[];
}

const groupType = "aws:autoscaling/group:Group";
const instanceType = "aws:ec2/instance:Instance";
const templateType = "aws:ec2/launchTemplate:LaunchTemplate";

/** The groups of instances in a state; what waits to be removed is left out. */
export function wantedGroups(resources: readonly StateResource[]): WantedGroup[] {
  const present = resources.filter(({ pendingDelete }) => !pendingDelete);
  const gates = present
    .filter(({ type, urn }) => type === commandType && urn.includes("Fleet$"))
    .flatMap(gateOf);
  return present.flatMap((resource) => {
    const { type, urn, name, inputs } = resource;
    if (type !== groupType && type !== instanceType) return [];
    const tags = tagsOf(inputs["tags"]);
    const group = tags["immutable-fleets:group"];
    const gate = gates.find((each) => each.group === group);
    if (group === undefined || !gate) return [];
    const template = present.find((each) => each.type === templateType && each.name === name);
    const ami = type === groupType ? template?.inputs["imageId"] : inputs["ami"];
    const { fleet, region, targetGroups } = gate;
    return [
      {
        ...{ urn, fleet, group, region, targetGroups, stateful: type === instanceType },
        ami: typeof ami === "string" ? ami : "",
        diskDigest: tags["immutable-fleets:disk-digest"] ?? "",
        boxes: type === groupType && typeof inputs["minSize"] === "number" ? inputs["minSize"] : 1,
      },
    ];
  });
}

function gateOf({ inputs }: StateResource): InstanceGateRequest[] {
  const { stdin } = inputs;
  if (typeof stdin !== "string" || !stdin.startsWith("{")) return [];
  const request = JSON.parse(stdin) as Partial<InstanceGateRequest>;
  return request.group !== undefined && request.region !== undefined ? [request as InstanceGateRequest] : [];
}

/** Tags as a group has them (a list), and as an instance has them (a map). */
function tagsOf(value: unknown): Record<string, string> {
  if (!Array.isArray(value)) return (value ?? {}) as Record<string, string>;
  const pairs = value as { key: string; value: string }[];
  return Object.fromEntries(pairs.map((pair) => [pair.key, pair.value]));
}
