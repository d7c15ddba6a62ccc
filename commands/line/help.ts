import type { Command } from "./command.ts";
import type { Option } from "./option.ts";

/** A command's help: what it does, and a line for each option. */
export function helpText({ name, about, words, options }: Command, call = "./fleet"): string {
  const rows = Object.entries(options).map(
    ([key, option]) => [optionForm(key, option), told(option)] as const,
  );
  const width = Math.max(...rows.map(([form]) => form.length));
  const lines = rows.map(([form, text]) => `  ${form.padEnd(width)}  ${text}`);
  const usage = [call, name, ...(words ? [words.form] : []), "[options]"].join(" ");
  return [`usage: ${usage}`, "", about, "", ...lines, ""].join("\n");
}

/** The help of the whole program: a line for each command. */
export function overviewText(
  commands: readonly Pick<Command, "name" | "summary">[],
  call = "./fleet",
): string {
  const width = Math.max(...commands.map(({ name }) => name.length));
  const lines = commands.map(({ name, summary }) => `  ${name.padEnd(width)}  ${summary}`);
  return [
    `usage: ${call} COMMAND [options]`,
    "",
    ...lines,
    "",
    `${call} COMMAND --help tells more.`,
    "",
  ].join("\n");
}

/** `--keep N`, `--stack NAME, -s`. */
function optionForm(name: string, { value, short }: Option<unknown>): string {
  const long = value === undefined ? `--${name}` : `--${name} ${value}`;
  return short === undefined ? long : `${long}, -${short}`;
}

function told({ about, choices, default: fallback }: Option<unknown>): string {
  const known = choices ? [choices.join(", ")] : [];
  const taken = fallback === undefined || fallback === "" ? [] : [`default: ${fallback}`];
  const more = [...known, ...taken].join("; ");
  return more === "" ? about : `${about} (${more})`;
}
