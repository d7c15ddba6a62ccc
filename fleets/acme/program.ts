import { edgeName, publicPort } from "../../config/edge.ts";
import { canonicalJson } from "../../plan/digest.ts";
import { acmeFolder } from "../../plan/environment/acme.ts";
import type { AcmePlan } from "../../plan/environment/TargetPlan.ts";
import type { FleetLimits } from "../../plan/limits.ts";
import type { Service } from "../../plan/service.ts";
import { programText } from "../box/programText.ts";
import { challengePort } from "../edge/tls.ts";

/** What the program is told: an AcmePlan, and where it works. */
export interface IssuerSettings extends Omit<AcmePlan, "protect"> {
  /** Where it answers the authority's questions. */
  port: number;
  /** Where it sees whether they are led there: host and port. */
  edge: [host: string, port: number];
  /** What part of its time a certificate has left when it is renewed. */
  renewPart: number;
  /** How long after the first, second, … attempt in a row the next one is made; the last one counts for all that follow. */
  pauseSeconds: readonly number[];
  /** The same after more than those, where nothing is known of the last one's end. */
  cutOffSeconds: number;
}

const minute = 60;
const hour = 60 * minute;

/**
 * Let's Encrypt allows 5 failures for a name in an hour, and 5 certificates for the same names, then one in 34 hours. The same third as other
 * clients' is left for renewals.
 */
const usual = {
  renewPart: 1 / 3,
  pauseSeconds: [minute, 10 * minute, hour, 6 * hour],
  cutOffSeconds: 36 * hour,
};

/** What its box may do; one that is stopped waits for the attempt that it has begun, 90 s at most. */
export const issuerLimits: FleetLimits = {
  ...{ init: "foreground", volatile: [], capabilities: [], memory: "128 MiB" },
  drainSeconds: 100,
};

/** Where Debian's package and the project's releases put lego. */
export const legoPlaces: readonly string[] = ["/usr/bin/lego", "/usr/local/bin/lego"];

/** The program that asks the authority, in Python. */
export function issuerProgram(): string {
  return programText(import.meta.dirname, "../volumes/leading.py", "certificate.py", "issuer.py");
}

/** How its box is started, by the services of the edge's image: its processes are told to stop one by one, for it waits for what it has begun to ask for. */
export function issuerServices(services: readonly Service[]): Service[] {
  return services.map((each) =>
    each.start ? { ...each, start: { ...each.start, kill: "first" as const } } : each,
  );
}

/** What the box runs that asks an authority for certificates: Python of the edge's image, and a program that is no part of that. */
export function issuerCommand({ directory, email, roots, names }: AcmePlan): string[] {
  const settings: IssuerSettings = {
    ...{ directory, email, names, ...(roots !== undefined && { roots }) },
    ...{ port: challengePort, edge: [edgeName, publicPort], ...usual },
  };
  return ["/usr/bin/python3", "-IBc", issuerProgram(), canonicalJson(settings), acmeFolder];
}
