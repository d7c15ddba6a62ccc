import type { HealthPath } from "../../images/disk/boot/judge.ts";

/** @throws Error unless the value is among the choices. */
export function choice<T extends string>(name: string, choices: readonly T[], value: string): T {
  const found = choices.find((candidate) => candidate === value);
  if (found === undefined)
    throw new Error(`--${name}: expected ${choices.join(", ")}, got "${value}"; choose one`);
  return found;
}

/** `8080/health` as a port and a path. */
export function healthPath(text: string): HealthPath {
  const [, port, path] = /^(\d{1,5})(\/.*)$/.exec(text) ?? [];
  if (port === undefined || path === undefined || Number(port) > 65535)
    throw new Error(`--health: expected PORT/PATH, got "${text}"; write it as 8080/health`);
  return { port: Number(port), path };
}

/** `PATH=DEVICE` pairs; what they may hold is checked where they are written. */
export function volumes(pairs: string[]): Record<string, string> {
  return Object.fromEntries(
    pairs.map((pair) => {
      const equals = pair.indexOf("=");
      if (equals < 1)
        throw new Error(`--volume: expected PATH=DEVICE, got "${pair}"; write it as /data=/dev/sdf`);
      return [pair.slice(0, equals), pair.slice(equals + 1)];
    }),
  );
}
