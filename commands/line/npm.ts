import type { Command } from "./command.ts";

/**
 * Options that npm took for its own, since no `--` stood before them: `npm run destroy --stack test` would destroy dev. npm hands
 * what it is given to the scripts as npm_config_NAME, and what its settings files say likewise: `yes` is a setting of npm's own that
 * people have there, and a command without it asks, so it is let be.
 */
export function swallowedOptions(
  { name, script = name, options }: Pick<Command, "name" | "script" | "options">,
  environment: Readonly<Record<string, string | undefined>>,
): string[] {
  if (environment["npm_lifecycle_event"] !== script) return [];
  return Object.keys(options)
    .filter((option) => option !== "yes" && environment[`npm_config_${option.replaceAll("-", "_")}`])
    .map(
      (option) =>
        `--${option}: expected options after --, got one that npm took for its own; write npm run ${script} -- --${option} …`,
    );
}
