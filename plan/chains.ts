import type { Configuration } from "../config/schema.ts";
import { composeChain, type ImageForm } from "./chain.ts";

/** The layers of a fleet's image in one of its forms, base first. */
export function fleetChain(
  { layers, applications, fleets }: Pick<Configuration, "layers" | "applications" | "fleets">,
  fleet: string,
  form: ImageForm,
): string[] {
  const { machine, applications: names = [] } = fleets[fleet] ?? {};
  const tops = names.map((name) => applications[name]?.layer ?? "");
  return composeChain(layers, form === "machine" && machine !== undefined ? [machine] : tops, form);
}

/** The applications whose container images the layers of a chain hold. */
export function heldApplications(
  { layers }: Pick<Configuration, "layers">,
  chain: readonly string[],
): string[] {
  return chain.flatMap((layer) => layers[layer]?.holds ?? []);
}
