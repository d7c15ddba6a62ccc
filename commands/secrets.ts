import { text } from "node:stream/consumers";
import { writtenConfiguration } from "../config/read/readFiles.ts";
import { projectRoot } from "../config/root.ts";
import { secretsOf } from "../operations/secrets/secretsOf.ts";
import { formatSecrets } from "../operations/secrets/text.ts";
import { rotateSecret } from "../operations/secrets/rotate.ts";
import { removeSecret, setSecret } from "../operations/secrets/write.ts";
import { command } from "./line/command.ts";
import { hidden } from "./line/hidden.ts";

export default command({
  name: "secrets",
  about: [
    "Lists the secrets of an environment, and where they are named; `set NAME` sets one, from standard input or by a question, `remove NAME` takes it away.",
    "`rotate NAME` gives another value to one that is there: one that is generated is made anew by the next update, any other is asked for.",
    "Values are shown nowhere. What runs changes by the next update alone, which swaps what is given the secret.",
    "Exit code: 0 done · 1 not · 2 the list has one that nobody has set.",
  ].join("\n"),
  summary:
    "lists the environment's secrets (exit code 2: one is missing); `set NAME`, `rotate NAME`, `remove NAME`",
  words: {
    form: "[set|rotate|remove NAME]",
    least: 0,
    most: 2,
    expected: "set, rotate or remove, and a name",
    fix: "for example ./fleet secrets set token",
  },
  options: {},
  needs: "state",
  run: async ({ stack }, [verb, name]) => {
    const { input, secrets } = writtenConfiguration(projectRoot, stack);
    const known = secretsOf(input, secrets);
    if (verb === undefined) {
      process.stdout.write(formatSecrets(stack, known));
      if (known.some(({ origin }) => origin === "missing")) process.exitCode = 2;
      return;
    }
    const done = Object.hasOwn(past, verb) ? past[verb as keyof typeof past] : undefined;
    if (name === undefined || done === undefined)
      throw new Error(
        `secrets: expected set NAME, rotate NAME or remove NAME, got ${verb}; for example ./fleet secrets set token`,
      );
    const places = known.find((each) => each.name === name)?.places ?? [];
    if (verb === "set") await setSecret(stack, name, await valueOf(name));
    else if (verb === "remove") await removeSecret(stack, name);
    else await rotateSecret(projectRoot, stack, name, known, () => valueOf(name));
    const by = places.length === 0 ? "nothing names it yet" : `named by ${places.join(", ")}`;
    process.stdout.write(`${name} is ${done} in Pulumi.${stack}.yaml; ${by}\n`);
  },
});

/** What is said when it is done. */
const past = { set: "set", rotate: "rotated", remove: "removed" };

function valueOf(name: string): Promise<string> {
  return process.stdin.isTTY ? hidden(`${name}: `) : text(process.stdin);
}
