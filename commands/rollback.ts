import { projectRoot } from "../config/root.ts";
import { releaseName } from "../images/release/release.ts";
import { readRelease, releaseFile, releaseNumbers } from "../images/release/store.ts";
import { refuse } from "./line/choice.ts";
import { readOptions } from "./line/options.ts";
import { runningRelease } from "../operations/release/running.ts";
import { differenceText, switchRelease } from "../operations/release/switch.ts";
import { runCommand } from "./line/run.ts";

const { values } = readOptions(
  {
    usage: "npm run rollback -- [--stack prod] [--to N]",
    about: "Goes back to an earlier release of an environment, without a build.",
    options: {
      "--to N": "the number of the release (default: the one before what runs)",
      "--build": "the other way: take no release any more, build again",
    },
  },
  { to: { type: "string" }, build: { type: "boolean", default: false } },
);

if (values.to !== undefined && !/^[1-9]\d*$/.test(values.to))
  refuse("--to", "the number of a release", values.to, "npm run releases lists them");

await runCommand(async () => {
  if (values.build) {
    await switchRelease(values.stack, undefined);
    return;
  }
  const running = await runningRelease(values.stack);
  const number = values.to === undefined ? earlier(running?.number) : Number(values.to);
  const release = readRelease(projectRoot, releaseFile(values.stack, number));
  const name = releaseName(release);
  const difference = differenceText(running, release);
  process.stdout.write(`${values.stack} goes back to ${name}\n${difference || "  which it runs already\n"}`);
  await switchRelease(values.stack, name);
});

function earlier(running: number | undefined): number {
  const numbers = releaseNumbers(projectRoot, values.stack).filter((each) => each < (running ?? Infinity));
  const last = numbers.at(-1);
  if (last !== undefined) return last;
  throw new Error(
    `${values.stack}: expected a release before ${running ?? "this one"}, got none; npm run releases lists them`,
  );
}
