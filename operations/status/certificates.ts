import { z } from "zod";
import type { DockerClient } from "../../engine/DockerClient.ts";
import { filesAt } from "../../images/existing/files.ts";
import { acmeFolder, acmeNotes } from "../../plan/environment/acme.ts";
import type { WantedBox } from "../state/box.ts";
import { formatTime, timeOfSeconds } from "../text/format.ts";

/** A certificate that an authority is asked for, as its box has noted it last. */
export interface CertificateStatus {
  /** The host name that it is for. */
  name: string;
  /** From when until when the one is valid that the edges show, UTC; absent: there is none yet. */
  from?: string;
  until?: string;
  /** When the authority was asked last; absent: it was not. */
  tried?: string;
  /** Attempts in a row that brought none. */
  failures: number;
  /** Why there is no newer one; absent: none is wanted. */
  error?: string;
}

const moment = z.number();
/** What fleets/acme/issuer.py notes of a name. */
const noteSchema = z.object({
  tries: z.number(),
  tried: moment.optional(),
  ended: moment.optional(),
  error: z.string().optional(),
  from: moment.optional(),
  until: moment.optional(),
});
type Note = z.output<typeof noteSchema>;

/** The certificates that a box asks an authority for, by what is noted on its volume; of a box that is not there nothing is known. */
export async function lookAtCertificates(
  boxes: readonly Pick<WantedBox, "id" | "kind" | "volumes">[],
  engine: DockerClient,
): Promise<CertificateStatus[]> {
  const own = boxes.filter(({ kind, volumes }) => kind === "fleet" && volumes[acmeFolder] !== undefined);
  const all = await Promise.all(own.map(({ id }) => filesAt(id, acmeNotes, engine)));
  return all.flatMap(([notes]) => (notes?.content === undefined ? [] : certificatesIn(notes.content)));
}

/** The certificates in what a box has noted. */
export function certificatesIn(notes: string): CertificateStatus[] {
  return Object.entries(z.record(z.string(), noteSchema).parse(JSON.parse(notes))).map(([name, note]) =>
    certificateOf(name, note),
  );
}

function certificateOf(name: string, { tries, tried, ended, error, from, until }: Note): CertificateStatus {
  return {
    name,
    ...(from !== undefined && { from: timeOfSeconds(from) }),
    ...(until !== undefined && { until: timeOfSeconds(until) }),
    ...(tried !== undefined && { tried: timeOfSeconds(tried) }),
    // The one that is under way has not failed.
    failures: ended === undefined && error === undefined ? Math.max(0, tries - 1) : tries,
    ...(error !== undefined && { error }),
  };
}

/** The certificates for a terminal, as a table's rows, with its head. */
export function certificateRows(certificates: readonly CertificateStatus[], now: Date): string[][] {
  const head = ["CERTIFICATE", "VALID UNTIL", "LAST TRY", "RESULT"];
  const rows = certificates.map(({ name, until, tried, failures, error }) => [
    name,
    until === undefined ? "none yet" : `${formatTime(until)}${new Date(until) < now ? ", has ended" : ""}`,
    tried === undefined ? "–" : formatTime(tried),
    error === undefined ? (until === undefined ? "–" : "issued") : failed(error, failures),
  ]);
  return [head, ...rows];
}

function failed(error: string, failures: number): string {
  return failures > 1 ? `${error} (${failures} times)` : error;
}
