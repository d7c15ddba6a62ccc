import { existsSync, readFileSync } from "node:fs";
import * as path from "node:path";
import { parse } from "yaml";
import { z } from "zod";
import { ConfigurationError } from "../config/problem.ts";
import { shapeProblems } from "../config/shape.ts";
import { matchingText } from "../config/text.ts";

/** The file that says which layers are built again for newer packages; of the project, beside Pulumi.yaml. */
export const lockFile = "images.lock.yaml";

// Debian policy 5.6.1 and 5.6.12; an architecture may follow the name.
const packageName = matchingText(/^[a-z0-9][a-z0-9+.-]+(:[a-z0-9-]+)?$/, "a package's name in lower case");
const version = matchingText(/^[A-Za-z0-9.+:~-]+$/, "a version of a Debian package");

const updateSchema = z.strictObject({
  /** What the layer had when the newer one was found. */
  installed: version,
  /** What it has at least, from now on. */
  candidate: version,
  /** Whether it comes from an archive of security updates. */
  security: z.boolean(),
});

/** A package of a layer that its distribution has a newer version of. */
export type Update = z.output<typeof updateSchema>;

/** By layer, then by package. */
export type Updates = Readonly<Record<string, Readonly<Record<string, Update>>>>;

const lockSchema = z.strictObject({
  layers: z.record(z.string(), z.record(packageName, updateSchema)),
});

/**
 * The updates that layers are to have, as the project's lock file says; none where there is no such file.
 * @throws ConfigurationError with all that is wrong in it.
 */
export function readUpdates(root: string): Updates {
  const file = path.join(root, lockFile);
  if (!existsSync(file)) return {};
  const input = parsed(readFileSync(file, "utf8"));
  const { success, data, error } = lockSchema.safeParse(input);
  if (success) return data.layers;
  throw new ConfigurationError(
    shapeProblems(error.issues, input, lockSchema).map((problem) => ({
      ...problem,
      path: problem.path === "" ? lockFile : `${lockFile}: ${problem.path}`,
    })),
  );
}

function parsed(text: string): unknown {
  try {
    return parse(text);
  } catch (error) {
    const got = error instanceof Error ? (error.message.split("\n")[0] ?? "") : String(error);
    throw new ConfigurationError([{ path: lockFile, expected: "YAML", got, fix: "take it from git again" }]);
  }
}
