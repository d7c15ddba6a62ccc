import type { Command } from "./command.ts";

/** The shells that can complete. */
export const shells = ["bash", "zsh"] as const;
export type Shell = (typeof shells)[number];

/**
 * A script that completes the first word with commands, words that begin with a dash with the command's options, and an option's
 * value where it is one of few. Zsh runs it by its own bashcompinit.
 */
export function completionScript(shell: Shell, commands: readonly Command[]): string {
  return [
    ...(shell === "zsh"
      ? ["autoload -U +X compinit && compinit", "autoload -U +X bashcompinit && bashcompinit"]
      : []),
    "_fleet() {",
    "  local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD - 1]}",
    '  if [ "$COMP_CWORD" = 1 ]; then',
    `    COMPREPLY=($(compgen -W "${commands.map(({ name }) => name).join(" ")}" -- "$word"))`,
    "    return",
    "  fi",
    '  case "${COMP_WORDS[1]} $before" in',
    ...commands.flatMap(choiceLines),
    "  esac",
    '  case "${COMP_WORDS[1]}" in',
    ...commands.map(
      ({ name, options }) =>
        `    ${name}) COMPREPLY=($(compgen -W "${Object.keys(options)
          .map((option) => `--${option}`)
          .join(" ")}" -- "$word")) ;;`,
    ),
    "  esac",
    "}",
    "complete -o default -F _fleet ./fleet fleet",
    "",
  ].join("\n");
}

function choiceLines({ name, options }: Command): string[] {
  return Object.entries(options).flatMap(([option, { choices }]) =>
    choices
      ? [`    "${name} --${option}") COMPREPLY=($(compgen -W "${choices.join(" ")}" -- "$word")); return ;;`]
      : [],
  );
}
