import { z } from "zod";
import { matchingText } from "../config/text.ts";

// Debian policy 5.6.1 and 5.6.12, and what rpm takes; an architecture may follow the name, and does with rpm.
const packageName = matchingText(/^[A-Za-z0-9][A-Za-z0-9+._-]*(:[a-z0-9_-]+)?$/, "a package's name");

/** A version of a distribution's package, in the lock file. */
export const lockedVersion = matchingText(/^[A-Za-z0-9.+:~^_-]+$/, "a version of a package");

const updateSchema = z.strictObject({
  /** What the layer had when the newer one was found. */
  installed: lockedVersion,
  /** What it has at least, from now on. */
  candidate: lockedVersion,
  /** Whether it comes from an archive of security updates. */
  security: z.boolean(),
});

/** By layer, then by package. */
export const updatesSchema = z.record(z.string(), z.record(packageName, updateSchema));

/** A package of a layer that its distribution has a newer version of. */
export type Update = z.output<typeof updateSchema>;

/** By layer, then by package. */
export type Updates = Readonly<Record<string, Readonly<Record<string, Update>>>>;
