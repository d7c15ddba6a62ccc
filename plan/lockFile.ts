import { existsSync, readFileSync } from "node:fs";
import * as path from "node:path";
import { Document, isScalar, parse, stringify, visit } from "yaml";
import { z } from "zod";
import { ConfigurationError } from "../config/problem.ts";
import { shapeProblems } from "../config/shape.ts";
import { lockedSchema, type Locked } from "./lockedPackages.ts";
import { updatesSchema, type Updates } from "./updates.ts";

/** The file that says what layers are made of beyond their recipes; of the project, beside Pulumi.yaml. */
export const lockFile = "images.lock.yaml";

const lockSchema = z.strictObject({ layers: updatesSchema, packages: lockedSchema.optional() });

/** What the lock file says. */
export interface Lock {
  /** Which layers are built again for which newer packages. */
  updates: Updates;
  /** The packages that layers add. */
  packages: Locked;
}

/** What was read last. Every layer asks, and a long file takes a good part of a second to parse. */
let known: { text: string; lock: Lock } | undefined;

/**
 * The project's lock file; nothing in it where there is no such file.
 * @throws ConfigurationError with all that is wrong in it.
 */
export function readLock(root: string): Lock {
  const file = path.join(root, lockFile);
  if (!existsSync(file)) return { updates: {}, packages: {} };
  const text = readFileSync(file, "utf8");
  if (known?.text !== text) known = { text, lock: lockIn(text) };
  return known.lock;
}

function lockIn(text: string): Lock {
  const input = parsed(text);
  const { success, data, error } = lockSchema.safeParse(input);
  if (success) return { updates: data.layers, packages: data.packages ?? {} };
  throw new ConfigurationError(
    shapeProblems(error.issues, input, lockSchema).map((problem) => ({
      ...problem,
      path: problem.path === "" ? lockFile : `${lockFile}: ${problem.path}`,
    })),
  );
}

/** The updates that layers are to have. @throws ConfigurationError as `readLock`. */
export function readUpdates(root: string): Updates {
  return readLock(root).updates;
}

function parsed(text: string): unknown {
  try {
    return parse(text);
  } catch (error) {
    const got = error instanceof Error ? (error.message.split("\n")[0] ?? "") : String(error);
    throw new ConfigurationError([{ path: lockFile, expected: "YAML", got, fix: "take it from git again" }]);
  }
}

const aboutLayers = `# Written by npm run freshen: what each layer has at least, where its distribution had newer packages than it.
# Commit it. A layer is built again when what is said of it changes.
`;
const aboutPackages =
  "# Written by npm run lock: every package that a layer adds in its place, by the architecture of the machine.\n";

/** The text of the lock file: one line a package, so that a change of one is a change of one line. */
export function lockText({ updates, packages }: Lock): string {
  const layers = `${aboutLayers}${stringify({ layers: updates }, { lineWidth: 0 })}`;
  return Object.keys(packages).length === 0 ? layers : `${layers}\n${aboutPackages}${packagesText(packages)}`;
}

function packagesText(packages: Locked): string {
  const document = new Document({ packages });
  visit(document, {
    Map: (_key, map) => {
      map.flow = map.items.length > 0 && map.items.every(({ value }) => isScalar(value));
    },
  });
  return document.toString({ lineWidth: 0 });
}
