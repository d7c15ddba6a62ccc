import type { EngineEvent } from "@pulumi/pulumi/automation/index.js";

const made = new Set(["create", "replace", "create-replacement", "update"]);
const component =
  /fleet:index:(ContainerFleet|InstanceFleet|StatefulFleet|BeanstalkFleet|HostFleet|Edge|Accessory)\$/;
/** What new boxes are, or configured ones. */
const boxTypes = [
  "docker:index/container:Container",
  "aws:autoscaling/group:Group",
  "aws:ec2/instance:Instance",
  "aws:elasticbeanstalk/environment:Environment",
];

/** The fleets (and accessories, and the edge) that got new boxes, or whose hosts were configured, by an update's events. */
export function swappedBy(events: readonly EngineEvent[]): string[] {
  const names = events.flatMap(({ resOutputsEvent }) => {
    const metadata = resOutputsEvent?.metadata;
    if (!metadata || !made.has(metadata.op) || !component.test(metadata.urn)) return [];
    const name = metadata.urn.split("::").slice(3).join("::");
    if (boxTypes.includes(metadata.type)) return [fleetOf(name)];
    return metadata.urn.includes("fleet:index:HostFleet$") ? [name.replace(/-hosts$/, "")] : [];
  });
  return [...new Set(names)].sort();
}

/** `catalog` of the box `catalog-2`, of the group `catalog-<disk>-<specification>`, and of what is called so itself. */
function fleetOf(name: string): string {
  return name.replace(/-[0-9a-f]{12}-[0-9a-f]{6}$/, "").replace(/-\d+$/, "");
}
