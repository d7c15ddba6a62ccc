import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";
import { fixedEnvironment } from "../../../../work/execute.ts";

/** Skips a test or a suite, saying why, when a program is absent. */
export function needs(context: Mocha.Context, ...programs: string[]): void {
  const absent = programs.filter((program) => !isPresent(program));
  if (absent.length === 0) return;
  console.log(`      skipped: ${absent.join(", ")} not found on PATH`);
  context.skip();
}

function isPresent(program: string): boolean {
  return fixedEnvironment.PATH.split(delimiter).some((folder) => {
    try {
      accessSync(join(folder, program), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}
