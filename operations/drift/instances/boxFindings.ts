import type { InstanceFacts } from "../../cloud/instances.ts";
import type { WantedGroup } from "../../state/instance.ts";
import { ageInDays } from "../finding/age.ts";
import type { DriftFinding } from "../finding/finding.ts";

/** How the instances of a stack differ from what its state wants, as far as AWS itself can tell. */
export function boxFindings(
  groups: readonly WantedGroup[],
  instances: readonly InstanceFacts[],
  maximumDays: number | undefined,
  now: Date,
): DriftFinding[] {
  return [
    ...groups.flatMap((group) => missingBoxes(group, instances)),
    ...instances.flatMap((box) => {
      const group = boxGroup(groups, box);
      return group ? [...settings(group, box), ...age(group, box, maximumDays, now)] : [stranger(box)];
    }),
  ];
}

/** The group that a box belongs to. */
export function boxGroup(
  groups: readonly WantedGroup[],
  { tags }: Pick<InstanceFacts, "tags">,
): WantedGroup | undefined {
  return groups.find(({ group }) => group === tags["immutable-fleets:group"]);
}

function missingBoxes(
  { group, boxes, urn }: WantedGroup,
  instances: readonly InstanceFacts[],
): DriftFinding[] {
  const present = instances.filter(
    ({ tags, state }) => tags["immutable-fleets:group"] === group && ["pending", "running"].includes(state),
  ).length;
  if (present >= boxes) return [];
  const values = { expected: `at least ${boxes}`, got: String(present) };
  return [{ kind: "settings", subject: group, what: "running boxes", ...values, repairUrn: urn }];
}

function settings({ ami, urn }: WantedGroup, box: InstanceFacts): DriftFinding[] {
  if (ami === "" || box.ami === ami) return [];
  return [{ kind: "settings", subject: box.id, what: "AMI", expected: ami, got: box.ami, repairUrn: urn }];
}

function age(
  { urn }: WantedGroup,
  box: InstanceFacts,
  maximumDays: number | undefined,
  now: Date,
): DriftFinding[] {
  const days = ageInDays(box.launched, now);
  if (maximumDays === undefined || days <= maximumDays) return [];
  const values = { expected: `at most ${maximumDays} days`, got: `${days.toFixed(1)} days` };
  return [{ kind: "age", subject: box.id, what: "age", ...values, repairUrn: urn }];
}

function stranger({ id }: InstanceFacts): DriftFinding {
  return {
    kind: "stranger",
    subject: id,
    what: "an instance with this stack's tags that the state does not know; look at it, then end it",
  };
}
