import type { ContainerFacts } from "../../../engine/containers.ts";
import type { WantedBox } from "../../state/box.ts";
import type { DriftFinding } from "./finding.ts";
import { dayMilliseconds } from "../../../config/days.ts";

/** A box that is older than its environment allows: nothing that was not seen can have lasted longer. */
export function ageDrift(
  box: WantedBox,
  facts: ContainerFacts | undefined,
  maximumDays: number | undefined,
  now: Date,
): DriftFinding[] {
  // The door only sleeps, and swapping it interrupts the traffic.
  if (!facts || maximumDays === undefined || box.kind === "door") return [];
  const days = ageInDays(new Date(facts.Created), now);
  if (days <= maximumDays) return [];
  const got = `${days.toFixed(1)} days`;
  return [
    {
      kind: "age",
      subject: box.name,
      what: "age",
      expected: `at most ${maximumDays} days`,
      got,
      repairUrn: box.urn,
    },
  ];
}

/** Days between two moments. */
export function ageInDays(since: Date, now: Date): number {
  return (now.getTime() - since.getTime()) / dayMilliseconds;
}
