import { keepSuite } from "./defaultSuite.ts";
import type { Migration } from "./Migration.ts";

/** All of them, in the order of the versions that need them. One stays for as long as projects may stand on what is older. */
const migrations: readonly Migration[] = [keepSuite];

/** What the migrations make of a project's files. */
export interface MigratedFiles {
  /** The new texts of those that change. */
  texts: Record<string, string>;
  /** `Pulumi.yaml: layers.base.from.mirror.suite: …`. */
  told: string[];
}

/**
 * A project's files as this version reads them like the one before.
 * @param files their texts by name. @param base the text of a file of the version that the project stood on.
 */
export function migratedFiles(
  files: Readonly<Record<string, string>>,
  base: (file: string) => string | undefined,
): MigratedFiles {
  const texts: Record<string, string> = {};
  const told: string[] = [];
  for (const { where, migrate } of migrations)
    for (const [file, text] of Object.entries(files)) {
      if ((file === "Pulumi.yaml") !== (where === "topology")) continue;
      const migrated = migrate(texts[file] ?? text, base);
      if (!migrated) continue;
      texts[file] = migrated.text;
      told.push(...migrated.told.map((line) => `${file}: ${line}`));
    }
  return { texts, told };
}
