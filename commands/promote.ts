import { releaseName } from "../images/release/release.ts";
import { provedRelease, runningReleaseIfAny } from "../operations/release/running.ts";
import { differenceText, switchRelease } from "../operations/release/switch.ts";
import { command } from "./line/command.ts";
import { confirmed } from "./line/confirm.ts";
import { flag, text } from "./line/option.ts";

export default command({
  name: "promote",
  about:
    "Runs in one environment exactly what another has proved. Builds nothing. Shows the difference first.",
  summary: "takes what one environment proved to another, unchanged",
  options: {
    from: text("NAME", "dev", "the environment whose release is taken"),
    to: text("NAME", "prod", "the environment that takes it"),
    yes: flag("do not ask", "y"),
  },
  onStack: false,
  run: async ({ from, to, yes }) => {
    const release = await provedRelease(from);
    const name = release.promotedFrom ?? releaseName(release);
    const difference = differenceText(await runningReleaseIfAny(to), release);
    if (difference === "") {
      process.stdout.write(`${to} runs ${name} already.\n`);
      return;
    }
    process.stdout.write(`${name} → ${to}\n${difference}`);
    if (!yes && !(await confirmed(`Promote ${name} to ${to}? [y/N] `))) {
      process.stdout.write("Nothing was changed.\n");
      return;
    }
    await switchRelease(to, name);
  },
});
