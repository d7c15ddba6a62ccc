import { environmentVariable } from "./request.ts";

/** Linux starts no program that has a variable of more than 131,072 bytes, its name included; characters have up to 3 each. */
const partCharacters = 40_000;

/** The variables that carry a text to the program that configures hosts: one, and more where it is long. */
export function environmentParts(text: string): Record<string, string> {
  const count = Math.max(1, Math.ceil(text.length / partCharacters));
  return Object.fromEntries(
    Array.from({ length: count }, (_, index) => [
      partName(index),
      text.slice(index * partCharacters, (index + 1) * partCharacters),
    ]),
  );
}

/** The text that such variables carry; undefined where there is none. */
export function joinedParts(variables: Readonly<Record<string, string | undefined>>): string | undefined {
  const parts: string[] = [];
  for (;;) {
    const part = variables[partName(parts.length)];
    if (part === undefined) return parts.length > 0 ? parts.join("") : undefined;
    parts.push(part);
  }
}

function partName(index: number): string {
  return index === 0 ? environmentVariable : `${environmentVariable}_${index}`;
}
