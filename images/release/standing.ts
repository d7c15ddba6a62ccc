import { readFileSync } from "node:fs";
import * as path from "node:path";
import { z } from "zod";
import { releaseFile, releaseNumbers } from "./folder.ts";
import { mayBeLate, signatureProblem, signatureSchema } from "./signature.ts";

const signedSchema = z.looseObject({ signature: signatureSchema });

/**
 * The numbers of the entries of an environment (or of what stands beside these) that count, oldest first. One that was signed by a key after its end
 * keeps its number and its place in the chain, as nothing is ever taken out of that, and is passed over. Whatever else is wrong is told by whoever reads it.
 */
export function standingNumbers(root: string, environment: string): number[] {
  return releaseNumbers(root, environment).filter((number) => !isLate(root, environment, number));
}

/** The others: what was recorded after its key had ended. */
export function lateNumbers(root: string, environment: string): number[] {
  return releaseNumbers(root, environment).filter((number) => isLate(root, environment, number));
}

/** The number that the next entry of a place gets. */
export function nextNumber(root: string, environment: string): number {
  return (releaseNumbers(root, environment).at(-1) ?? 0) + 1;
}

function isLate(root: string, environment: string, number: number): boolean {
  const entry = parsedEntry(path.join(root, releaseFile(environment, number)));
  if (!entry || !mayBeLate(root, entry.signature)) return false;
  const { signature, ...signed } = entry;
  return signatureProblem(root, signed, signature, entry)?.isLate ?? false;
}

function parsedEntry(file: string): z.output<typeof signedSchema> | undefined {
  try {
    return signedSchema.parse(JSON.parse(readFileSync(file, "utf8")));
  } catch {
    return undefined;
  }
}
