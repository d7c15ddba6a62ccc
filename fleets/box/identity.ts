import { applicationAlias } from "../../plan/glue/topology.ts";

/** The names of a fleet's boxes. */
export function boxNames(fleet: string, boxes: number): string[] {
  return Array.from({ length: boxes }, (_, index) => `${fleet}-${index + 1}`);
}

/** What a box is called in the engine's network: by its fleet, and by each application that it runs. */
export function boxAliases(fleet: string, applications: readonly string[]): string[] {
  return [fleet, ...applications.map(applicationAlias)];
}

/** What a box is told of itself. */
export function boxIdentity(name: string, image: string): Record<string, string> {
  return { FLEET_BOX: name, FLEET_IMAGE_DIGEST: image };
}
