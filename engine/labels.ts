/** Labels of our images; the engine and the registry find images by them. */
export const labels = {
  layer: "immutable-fleets.layer",
  inputDigest: "immutable-fleets.input-digest",
  contentDigest: "immutable-fleets.content-digest",
  parent: "immutable-fleets.parent",
  services: "immutable-fleets.services",
  enabledUnits: "immutable-fleets.enabled-units",
  /** On containers and images of a build that goes on; its value names the build's lock. */
  build: "immutable-fleets.build",
  revision: "org.opencontainers.image.revision",
  created: "org.opencontainers.image.created",
  title: "org.opencontainers.image.title",
} as const;

/** The name under which the engine keeps the image of an input digest (hexadecimal). */
export function localReference(layer: string, inputDigest: string): string {
  return `immutable-fleets/${layer}:${inputDigest}`;
}

/** The same in a registry. */
export function registryReference(prefix: string, layer: string, inputDigest: string): string {
  return `${prefix}/${layer}:${inputDigest}`;
}
