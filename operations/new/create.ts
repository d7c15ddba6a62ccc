import { globSync, readFileSync } from "node:fs";
import * as path from "node:path";
import { fileText, writtenIn } from "../../config/read/readFiles.ts";
import { projectSurroundings } from "../../config/references/surroundings.ts";
import { validate } from "../../config/read/validate.ts";
import { rolesFolders, roleNames } from "../../config/roleFolders.ts";
import { writeNew } from "../../work/newFiles.ts";
import { writeWhole } from "../../work/wholeFile.ts";
import { withApplication, type NewTexts } from "./proposal.ts";
import type { NewApplication } from "./NewApplication.ts";

/** What was written. */
export interface Created {
  /** Paths in the project, new ones first. */
  files: string[];
  port: number;
  /** The host name that it answers to. */
  host: string;
}

/**
 * Writes a new application into a project: its package and role, where it is built, and its layer, fleet and host name.
 * @throws ConfigurationError with all that is wrong with it, or with the configuration that it would make; nothing is written then.
 */
export function createApplication(root: string, wish: NewApplication): Created {
  const stackFile = `Pulumi.${wish.stack}.yaml`;
  const before = {
    topology: fileText(root, "Pulumi.yaml"),
    stack: fileText(root, stackFile),
    roles: roleNames(root),
    uids: uidsIn(root),
  };
  const made = withApplication(wish, before);
  check(root, wish, made);
  const written = writeNew(root, made.files, isThere);
  writeWhole(path.join(root, "Pulumi.yaml"), made.topology);
  writeWhole(path.join(root, stackFile), made.stack);
  const files = written.map((file) => path.relative(root, file));
  return { files: [...files.sort(), "Pulumi.yaml", stackFile], port: made.port, host: made.host };
}

/** The whole configuration as it would be. @throws ConfigurationError */
function check(root: string, { name }: NewApplication, made: NewTexts): void {
  const { input, secrets } = writtenIn(made.topology, made.stack);
  const around = projectSurroundings(root, secrets);
  const isNew = (file: string) =>
    Object.keys(made.files).some((each) => each === file || each.startsWith(`${file}/`));
  const exists = (file: string) => around.exists(file) || isNew(file);
  validate(input, { ...around, roles: [...around.roles, name], exists });
}

function isThere(file: string): string {
  return `NAME: expected no file of it in the project, got ${file}; name it otherwise, or remove that`;
}

/** Numbers of users that roles of the project have as variables. */
function uidsIn(root: string): number[] {
  const files = rolesFolders(root).flatMap((folder) =>
    globSync(`${folder}/*/defaults/main.yml`, { cwd: root }),
  );
  return files.flatMap((file) =>
    [...readFileSync(path.join(root, file), "utf8").matchAll(/^\w+_[ug]id: *(\d+) *$/gm)].map(([, uid]) =>
      Number(uid),
    ),
  );
}
