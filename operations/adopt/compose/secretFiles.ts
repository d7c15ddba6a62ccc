import type { SayLine } from "../services/told.ts";
import type { ComposeServiceText } from "./schema.ts";

/** Says what becomes of files that Compose puts into a service: of secrets and of configs. */
export function sayFiles(
  path: string,
  { secrets, configs, environment }: ComposeServiceText,
  say: SayLine,
): void {
  for (const [index, each] of (configs ?? []).entries()) {
    const name = typeof each === "string" ? each : each.source;
    const at = `${path}.configs[${index}]`;
    say(
      "left",
      at,
      `no files are put into boxes; bring ${name} in the image (COPY), or give what it says in variables`,
    );
  }
  for (const [index, each] of (secrets ?? []).entries()) {
    const { source, target = source } = typeof each === "string" ? { source: each } : each;
    const place = target.startsWith("/") ? target : `/run/secrets/${target}`;
    const variable = (environment ?? []).find(([, value]) => value === place)?.[0];
    if (variable?.endsWith("_FILE")) continue;
    say(
      "left",
      `${path}.secrets[${index}]`,
      `secrets come to boxes in variables, not as ${place}; have the program read \${secret:NAME} from one`,
    );
  }
}
