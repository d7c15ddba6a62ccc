import { writeEnvironment, writtenInEnvironment } from "../stack/writeEnvironment.ts";

const place = ["release"];

/** The release that a stack's file names; undefined when it names none. */
export function selectionOf(root: string, stack: string): string | undefined {
  const value = writtenInEnvironment(root, stack, place);
  return typeof value === "string" || typeof value === "number" ? String(value) : undefined;
}

/** Makes a stack's file name a release, or (undefined) none. @throws Error as {@link writeEnvironment}. */
export function writeSelection(root: string, stack: string, release: string | undefined): void {
  writeEnvironment(root, stack, place, release);
}
