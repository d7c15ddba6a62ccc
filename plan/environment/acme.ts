import { acmeName } from "../../config/acme.ts";
import { certifiedNames } from "../../config/references/acme.ts";
import type { Configuration } from "../../config/schema.ts";
import type { AcmePlan } from "./TargetPlan.ts";

/** Where the box and the edges have what an authority gave. */
export const acmeFolder = "/var/lib/fleet-acme";

/** Below that folder: what is noted of each certificate. */
export const acmeNotes = `${acmeFolder}/notes.json`;

/** Below that folder: the certificates, each with its key. */
export const acmeCertificates = `${acmeFolder}/certificates`;

/** How an authority is asked for certificates; undefined where none is. */
export function acmePlan(configuration: Configuration): AcmePlan | undefined {
  const { edge, volumes } = configuration.environment;
  const acme = edge?.tls?.acme;
  if (!acme) return undefined;
  const { directory, email, roots } = acme;
  return {
    ...{ directory, email, names: certifiedNames(configuration) },
    ...(roots !== undefined && { roots }),
    protect: volumes[acmeName]?.protect ?? true,
  };
}
