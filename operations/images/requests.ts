import type { BuildRequest } from "../../images/build/request.ts";
import type { Step } from "../preview/step.ts";

/** What a stack would build, layers below before those above; also what is there already. */
export function buildRequests(steps: readonly Step[]): BuildRequest[] {
  return steps
    .filter(
      ({ urn, op }) => urn.includes("fleet:index:ImageLayer$command:local:Command::") && op !== "delete",
    )
    .map(({ after }) => JSON.parse(after["stdin"] as string) as BuildRequest)
    .sort((a, b) => a.id.split(".").length - b.id.split(".").length);
}

/** The place of the layer below; undefined for a base. */
export function placeBelow(id: string): string | undefined {
  return id.includes(".") ? id.slice(0, id.lastIndexOf(".")) : undefined;
}
