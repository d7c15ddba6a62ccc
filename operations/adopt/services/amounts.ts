const units = { us: 1e-6, ms: 1e-3, s: 1, m: 60, h: 3600, d: 86_400 } as const;
const part = /(\d+(?:\.\d+)?)(us|ms|s|m|h|d)/y;

/** Seconds of a time as Compose writes it (`1m30s`, `500ms`) or a number of seconds; undefined when it is none. */
export function secondsOf(text: string): number | undefined {
  if (/^\d+(\.\d+)?$/.test(text)) return Number(text);
  part.lastIndex = 0;
  let sum = 0;
  for (let at = 0; at < text.length; at = part.lastIndex) {
    const found = part.exec(text);
    if (!found) return undefined;
    sum += Number(found[1]) * units[found[2] as keyof typeof units];
  }
  return text === "" ? undefined : sum;
}

const factors = { "": 1, b: 1, k: 2 ** 10, m: 2 ** 20, g: 2 ** 30, t: 2 ** 40 } as const;

/** Bytes of a size as Docker writes it (`512m`, `1.5gb`, `1048576`); undefined when it is none. */
export function bytesOf(text: string): number | undefined {
  const [, number, unit = ""] = /^(\d+(?:\.\d+)?)\s*([bkmgt]?)(?:i?b)?$/i.exec(text.trim()) ?? [];
  if (number === undefined) return undefined;
  return Math.round(Number(number) * factors[unit.toLowerCase() as keyof typeof factors]);
}

/** A size as the configuration has it, in the largest unit that says it whole: `512 MiB`. Less than a KiB is rounded up. */
export function configuredSize(bytes: number): string {
  const fitting = (["TiB", "GiB", "MiB"] as const).find(
    (_unit, index) => bytes % 2 ** (40 - 10 * index) === 0,
  );
  const power = { TiB: 40, GiB: 30, MiB: 20, KiB: 10 }[fitting ?? "KiB"];
  return `${Math.ceil(bytes / 2 ** power)} ${fitting ?? "KiB"}`;
}
