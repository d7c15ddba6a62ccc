import { z } from "zod";
import { absolutePath, name } from "./forms.ts";

const mount = z.union(
  [absolutePath, z.strictObject({ path: absolutePath, readOnly: z.boolean().default(false) })],
  {
    error:
      "an absolute path without spaces or colons, or that and whether it is only read: { path: /srv/uploads, readOnly: true }",
  },
);

/** The named volumes of an application. */
export const volumesKey = z
  .record(name, mount)
  .optional()
  .describe(
    "Named volumes that its boxes share, old and new, with those of each application that names them too, and where (uploads: /srv/uploads). Protected; in containers on one engine.",
  );

type WrittenVolumes = z.output<typeof volumesKey>;

/** A volume in boxes. */
export interface VolumeMount {
  /** As the configuration names it: `uploads`. */
  volume: string;
  path: string;
  readOnly: boolean;
}

/** The volumes of an application, whichever way they are written, in the order of their names. */
export function volumeMounts(written: WrittenVolumes): VolumeMount[] {
  return Object.entries(written ?? {})
    .map(([volume, mounted]) =>
      typeof mounted === "string" ? { volume, path: mounted, readOnly: false } : { volume, ...mounted },
    )
    .sort((a, b) => (a.volume < b.volume ? -1 : 1));
}

/** What an environment says of named volumes, by name. */
export const placedVolumesSchema = z
  .record(
    name,
    z.strictObject({ protect: z.boolean().default(true).describe("Refuse to destroy the volume.") }),
  )
  .default({})
  .describe("What is particular here of the volumes that applications share.");
