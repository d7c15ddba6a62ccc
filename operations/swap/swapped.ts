import type { EngineEvent, StepEventMetadata } from "@pulumi/pulumi/automation/index.js";

const made = new Set(["create", "replace", "create-replacement", "update"]);
const component =
  /fleet:index:(ContainerFleet|SwarmFleet|InstanceFleet|StatefulFleet|BeanstalkFleet|HostFleet|Edge|Accessory)\$/;
/** What new boxes are, or configured ones. */
const boxTypes = [
  "docker:index/container:Container",
  "docker:index/service:Service",
  "aws:autoscaling/group:Group",
  "aws:ec2/instance:Instance",
  "aws:elasticbeanstalk/environment:Environment",
];

/** The fleets (and accessories, and the edge) that got new boxes, or whose hosts were configured, by an update's events. */
export function swappedBy(events: readonly EngineEvent[]): string[] {
  return [...new Set(events.flatMap(({ resOutputsEvent }) => swappedIn(resOutputsEvent?.metadata)))].sort();
}

/** Whether an event tells that the first new box of a swap is about to be made, or the first host configured. */
export function beginsSwap({ resourcePreEvent }: EngineEvent): boolean {
  return swappedIn(resourcePreEvent?.metadata).length > 0;
}

/** The container of the door that requests come in by, where an event is about it; none before the first update. */
export function doorIn({ resourcePreEvent }: EngineEvent): string | undefined {
  const { urn, old } = resourcePreEvent?.metadata ?? {};
  return urn?.endsWith("fleet:index:Edge$docker:index/container:Container::door") ? old?.id : undefined;
}

function swappedIn(metadata: StepEventMetadata | undefined): string[] {
  if (!metadata || !made.has(metadata.op) || !component.test(metadata.urn)) return [];
  const name = metadata.urn.split("::").slice(3).join("::");
  if (boxTypes.includes(metadata.type)) return [fleetOf(name)];
  return metadata.urn.includes("fleet:index:HostFleet$") ? [name.replace(/-hosts$/, "")] : [];
}

/** `catalog` of the box `catalog-2`, of the group `catalog-<disk>-<specification>`, and of what is called so itself. */
function fleetOf(name: string): string {
  return name.replace(/-[0-9a-f]{12}-[0-9a-f]{6}$/, "").replace(/-\d+$/, "");
}
