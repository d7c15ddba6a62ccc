import { markOf } from "../services/marks.ts";
import type { ForeignVariable } from "../services/ForeignService.ts";
import type { KamalVariables } from "./schema.ts";

/** The variables that Kamal's `env` gives, those of several one after the other: the last one of a name counts. */
export function kamalVariables(
  all: readonly { path: string; env: KamalVariables | null | undefined }[],
): ForeignVariable[] {
  const found = new Map<string, ForeignVariable>();
  for (const { path, env } of all) for (const each of env ? ofOne(path, env) : []) found.set(each.name, each);
  return [...found.values()];
}

function ofOne(path: string, env: KamalVariables): ForeignVariable[] {
  const { clear, secret, plain } = parts(env);
  return [
    ...Object.entries({ ...plain, ...clear }).map(([name, value]) => ({
      ...{ name, value: value === null ? "" : String(value) },
      path: `${path}${plain === undefined ? ".clear" : ""}.${name}`,
    })),
    // NAME, or NAME:SECRET where the secret is called otherwise.
    ...(secret ?? []).map((text) => {
      const [name = "", kept = name] = text.split(":");
      return { name, value: markOf.secret(kept), path: `${path}.secret: ${name}` };
    }),
  ];
}

type Values = Record<string, string | number | boolean | null>;

function parts(env: KamalVariables): { clear?: Values; secret?: string[]; plain?: Values } {
  if (!("clear" in env) && !("secret" in env) && !("tags" in env)) return { plain: env as Values };
  const { clear, secret } = env as { clear?: Values | null; secret?: string[] | null };
  return { ...(clear && { clear }), ...(secret && { secret }) };
}
