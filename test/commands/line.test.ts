import { deepEqual, equal, match } from "node:assert/strict";
import { readFileSync } from "node:fs";
import * as path from "node:path";
import { execa } from "execa";
import { loadCommands, loadCommand } from "../../commands/index.ts";
import { command, type Command } from "../../commands/line/command.ts";
import { completionScript } from "../../commands/line/completion.ts";
import { helpText } from "../../commands/line/help.ts";
import { swallowedOptions } from "../../commands/line/npm.ts";
import { choice, flag, mapped, matching, optional, text } from "../../commands/line/option.ts";
import { readLine } from "../../commands/line/read.ts";
import { withCommandTable } from "../../commands/line/readme.ts";
import { projectRoot } from "../../config/root.ts";

const sample = command({
  name: "sample",
  about: "Does nothing.",
  summary: "does nothing",
  words: { form: "A [B]", least: 1, most: 2, expected: "one or two words", fix: "for example x" },
  options: {
    keep: mapped(matching(text("N", "5", "how many", "k"), /^\d+$/, "a whole number", "try 5"), Number),
    format: choice("FORMAT", ["text", "json"], "how it is shown"),
    tag: optional("NAME", "a name"),
    "dry-run": flag("only say"),
  },
  run: () => Promise.resolve(),
});

describe("a command line", () => {
  it("has every option's value, of its own type, defaults where nothing is given", () => {
    deepEqual(readLine(sample, ["x", "--dry-run", "-k", "7", "-s", "test"]), {
      values: { stack: "test", keep: 7, format: "text", tag: undefined, "dry-run": true, help: false },
      words: ["x"],
      problems: [],
    });
    deepEqual(readLine(sample, ["x"]).values, {
      ...{ stack: "dev", keep: 5, format: "text", tag: undefined, "dry-run": false, help: false },
    });
  });

  it("is told all that is wrong with it at once", () => {
    deepEqual(readLine(sample, ["--keep", "many", "--format", "xml"]).problems, [
      "--keep: expected a whole number, got many; try 5",
      "--format: expected one of text, json, got xml; choose one",
      "A [B]: expected one or two words, got none; for example x",
    ]);
  });

  it("refuses options that the command has not, and words where it takes none", () => {
    match(readLine(sample, ["x", "--kep", "5"]).problems.join("\n"), /^Unknown option '--kep'/);
    const none = command({
      name: "n",
      about: "",
      summary: "",
      options: {},
      onStack: false,
      run: () => Promise.resolve(),
    });
    match(readLine(none, ["--stack", "x"]).problems.join("\n"), /^Unknown option '--stack'/);
    deepEqual(readLine(none, ["up"]).problems, [
      "arguments: expected none beside the options, got up; leave it out",
    ]);
  });

  it("hands another program's line on as it is, from its second word on or behind --", () => {
    const passing = command({
      name: "run",
      about: "",
      summary: "",
      words: { form: "A [B…]", least: 1, most: Infinity, passesFrom: 1, expected: "a word", fix: "add it" },
      options: { dry: flag("only say", "d") },
      run: () => Promise.resolve(),
    });
    const lines: [given: string[], stack: string, dry: boolean, words: string[]][] = [
      [["a"], "dev", false, ["a"]],
      [["a", "ls", "-l", "--stack", "x"], "dev", false, ["a", "ls", "-l", "--stack", "x"]],
      [["--stack", "x", "a", "-d", "sh", "-c", "b -- c"], "x", true, ["a", "sh", "-c", "b -- c"]],
      [["a", "--stack", "x", "--", "-d", "--", "y"], "x", false, ["a", "-d", "--", "y"]],
      [["-d", "--", "a", "-d"], "dev", true, ["a", "-d"]],
      [["a", "b", "--help"], "dev", false, ["a", "b", "--help"]],
    ];
    for (const [given, stack, dry, words] of lines)
      deepEqual(readLine(passing, given), { values: { stack, dry, help: false }, words, problems: [] });
    deepEqual(readLine(passing, []).problems, ["A [B…]: expected a word, got none; add it"]);
    match(readLine(passing, ["a", "-x", "ls"]).problems.join(), /^Unknown option '-x'/);
    equal(readLine(passing, ["--help"]).values["help"], true);
  });

  it("is another program's from its first word on, where it has none of its own", () => {
    const handed = command({
      ...{ name: "run", about: "", summary: "", onStack: false, options: {} },
      words: { form: "A…", least: 1, most: Infinity, passesFrom: 0, expected: "a word", fix: "add it" },
      run: () => Promise.resolve(),
    });
    for (const words of [
      ["stack", "ls", "--json"],
      ["up", "--help", "-s", "x"],
      ["config", "--", "-1"],
    ])
      deepEqual(readLine(handed, words), { values: { help: false }, words, problems: [] });
    deepEqual(readLine(handed, ["--", "up", "-y"]).words, ["up", "-y"]);
    equal(readLine(handed, ["--help", "up"]).values["help"], true);
  });

  it("is explained by the same declaration", () => {
    equal(
      helpText(sample),
      [
        "usage: ./fleet sample A [B] [options]",
        "",
        "Does nothing.",
        "",
        "  --stack NAME, -s  the environment (default: dev)",
        "  --keep N, -k      how many (default: 5)",
        "  --format FORMAT   how it is shown (text, json; default: text)",
        "  --tag NAME        a name",
        "  --dry-run         only say",
        "  --help, -h        this text",
        "",
      ].join("\n"),
    );
  });

  it("is refused where npm took an option for its own", async () => {
    const destroy = await loadCommand("destroy");
    const environment = { npm_lifecycle_event: "destroy", npm_config_stack: "test" };
    deepEqual(swallowedOptions(destroy as Command, environment), [
      "--stack: expected options after --, got one that npm took for its own; write npm run destroy -- --stack …",
    ]);
    deepEqual(swallowedOptions(destroy as Command, { ...environment, npm_lifecycle_event: "test" }), []);
    // What npm's own settings files say comes the same way.
    const settings = { npm_lifecycle_event: "destroy", npm_config_yes: "true", npm_config_stack: "" };
    deepEqual(swallowedOptions(destroy as Command, settings), []);
    const run = await execa("npm", ["run", "--silent", "status", "--stack", "x"], {
      cwd: path.join(projectRoot, "test/commands/npm"),
      env: { FLEET: path.join(projectRoot, "commands/main.ts") },
      reject: false,
    });
    equal(run.exitCode, 64, run.stderr);
    match(run.stderr, /^--stack: expected options after --/m);
  });
});

describe("the commands", () => {
  let all: Command[];
  before(async () => {
    all = await loadCommands();
  });

  it("are called as their files and as the scripts of package.json", async () => {
    const { scripts } = JSON.parse(readFileSync(path.join(projectRoot, "package.json"), "utf8")) as {
      scripts: Record<string, string>;
    };
    for (const each of all) {
      equal((await loadCommand(each.name))?.name, each.name);
      if (!["help", "completion"].includes(each.name))
        equal(scripts[each.script ?? each.name], `toolchain/run commands/main.ts ${each.name}`);
    }
  });

  it("stand in the README as they declare themselves; npm run docs makes it so", () => {
    const readme = readFileSync(path.join(projectRoot, "README.md"), "utf8");
    equal(readme, withCommandTable(readme, all));
  });

  it("are suggested where one is misspelt, with exit code 64", async () => {
    const run = await execa("node", ["commands/main.ts", "statuss"], { cwd: projectRoot, reject: false });
    equal(run.exitCode, 64);
    match(run.stderr, /^statuss: expected a command, got another word; did you mean status\?/);
  });

  it("are completed by bash: commands, options, and values of which there are few", async () => {
    const complete = async (...words: string[]) => {
      const script = [
        completionScript("bash", all),
        'COMP_WORDS=(./fleet "$@"); COMP_CWORD=$#; _fleet; printf \'%s\\n\' "${COMPREPLY[@]}"',
      ].join("\n");
      const { stdout } = await execa("bash", ["-c", script, "complete", ...words]);
      return stdout.split("\n");
    };
    deepEqual(await complete("pre"), ["preview"]);
    deepEqual(await complete("up", "--s"), ["--stack"]);
    deepEqual(await complete("drift", "--format", "m"), ["markdown"]);
    deepEqual((await complete("")).sort(), all.map(({ name }) => name).sort());
  });
});
