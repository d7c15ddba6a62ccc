import type { Command } from "./command.ts";

/**
 * Options that npm took for its own, since no `--` stood before them: `npm run destroy --stack test` would destroy dev. npm hands
 * what it is given to the scripts as npm_config_NAME.
 */
export function swallowedOptions(
  { name, script = name, options }: Pick<Command, "name" | "script" | "options">,
  environment: Readonly<Record<string, string | undefined>>,
): string[] {
  if (environment["npm_lifecycle_event"] !== script) return [];
  return Object.keys(options)
    .filter((option) => environment[`npm_config_${option.replaceAll("-", "_")}`] !== undefined)
    .map(
      (option) =>
        `--${option}: expected options after --, got one that npm took for its own; write npm run ${script} -- --${option} …`,
    );
}
