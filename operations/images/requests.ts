import type { BuildRequest } from "../../plan/buildRequest.ts";
import type { PreviewStep } from "../preview/step.ts";

/** What a stack would build, layers below before those above; also what is there already. */
export function buildRequests(steps: readonly PreviewStep[]): BuildRequest[] {
  const requests = steps
    .filter(
      ({ urn, op }) => urn.includes("fleet:index:ImageLayer$command:local:Command::") && op !== "delete",
    )
    .map(({ after }) => JSON.parse(after["stdin"] as string) as BuildRequest);
  const holders = requests.filter(({ heldPlaces }) => heldPlaces).map(({ id }) => id);
  // What holds container images, and what stands on that, comes after them, wherever they stand.
  const turn = (id: string) =>
    holders.some((holder) => id === holder || id.startsWith(`${holder}.`)) ? 1 : 0;
  return requests.sort((a, b) => turn(a.id) - turn(b.id) || a.id.split(".").length - b.id.split(".").length);
}

/** The place of the layer below; undefined for a base. */
export function placeBelow(id: string): string | undefined {
  return id.includes(".") ? id.slice(0, id.lastIndexOf(".")) : undefined;
}
