import { existsSync, readFileSync } from "node:fs";
import * as path from "node:path";
import { ConfigurationError } from "../problem.ts";
import { releasesSchema, type ReleasesSettings } from "../releases.ts";
import { shapeProblems } from "../shape.ts";
import { parsedYaml } from "./parsedYaml.ts";

/** The settings of each file that was read, by its path; a file that is changed meanwhile counts for the next command. */
const known = new Map<string, ReleasesSettings | undefined>();

/**
 * Where a project keeps its releases, as its Pulumi.yaml says; undefined: in its folder alone.
 * @throws ConfigurationError where that is malformed.
 */
export function releasesSettings(root: string): ReleasesSettings | undefined {
  const file = path.resolve(root, "Pulumi.yaml");
  if (!known.has(file)) known.set(file, readSettings(file));
  return known.get(file);
}

function readSettings(file: string): ReleasesSettings | undefined {
  if (!existsSync(file)) return undefined;
  const project = parsedYaml(readFileSync(file, "utf8"), "Pulumi.yaml") as {
    config?: { releases?: { value?: unknown } };
  } | null;
  const input = project?.config?.releases?.value;
  if (input === undefined) return undefined;
  const parsed = releasesSchema.safeParse(input);
  if (parsed.success) return parsed.data;
  const problems = shapeProblems(parsed.error.issues, input, releasesSchema);
  throw new ConfigurationError(problems.map((each) => ({ ...each, path: `releases.${each.path}` })));
}

/** A stack's file says nothing else of it: all environments have one ledger. @throws ConfigurationError. */
export function refuseOtherReleases(root: string, settings: ReleasesSettings | undefined): void {
  if (JSON.stringify(settings) === JSON.stringify(releasesSettings(root))) return;
  throw new ConfigurationError([
    {
      path: "releases",
      expected: "one place for all environments, in Pulumi.yaml",
      got: "another in the stack's file",
      fix: "take it out there",
    },
  ]);
}
