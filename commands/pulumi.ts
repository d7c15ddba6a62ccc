import { execa } from "execa";
import { projectRoot } from "../config/root.ts";
import { command } from "./line/command.ts";

export default command({
  name: "pulumi",
  about: [
    "Runs the project's own Pulumi on the project's own states, for what no other command does: stack, state, config.",
    "Exit code: Pulumi's own.",
  ].join("\n"),
  summary: "runs the project's own Pulumi, on its own states: `./fleet pulumi stack ls`",
  words: {
    form: "COMMAND [ARGUMENT…]",
    least: 1,
    most: Infinity,
    passesFrom: 0,
    expected: "a command of Pulumi's",
    fix: "for example ./fleet pulumi stack ls",
  },
  options: {},
  onStack: false,
  ownSignals: true,
  needs: "boxes",
  run: async (_values, line) => {
    const running = execa("pulumi", line, { cwd: projectRoot, stdio: "inherit", reject: false });
    // It has Ctrl-C from the terminal itself; either way it ends in its own time, since a state is to be written.
    process.on("SIGINT", () => undefined);
    process.on("SIGTERM", () => running.kill("SIGINT"));
    const { exitCode, signal, code } = await running;
    if (code === "ENOENT")
      process.stderr.write("pulumi: expected on PATH, got nothing; run toolchain/setup\n");
    process.exitCode = exitCode ?? (signal === "SIGINT" ? 130 : 1);
  },
});
