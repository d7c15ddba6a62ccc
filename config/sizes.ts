const unitBytes = { KiB: 2 ** 10, MiB: 2 ** 20, GiB: 2 ** 30, TiB: 2 ** 40 } as const;

/** A size as people write it: a whole number and a binary unit, for example `512 MiB`. */
export const sizePattern = /^([1-9]\d*) ?(KiB|MiB|GiB|TiB)$/;

/** Bytes of a size such as `512 MiB`; undefined when the text is not one. */
export function parseSize(text: string): number | undefined {
  const match = sizePattern.exec(text);
  if (!match) return undefined;
  return Number(match[1]) * unitBytes[match[2] as keyof typeof unitBytes];
}
