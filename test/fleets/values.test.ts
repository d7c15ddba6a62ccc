import { deepEqual } from "node:assert/strict";
import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { execa } from "execa";
import fc from "fast-check";
import { projectRoot } from "../../config/root.ts";
import { environmentParts, joinedParts } from "../../fleets/hosts/environmentParts.ts";
import { composeText } from "../../operations/compose/document/fileText.ts";
import { composeEnvironment, envFile } from "../../operations/compose/document/secrets.ts";
import { startProgram } from "../../plan/boxCommand.ts";
import { encodedValues } from "../../plan/glue/encodedValue.ts";
import { hostileEnvironment, readSettings } from "./instances/support/firstBoot.ts";

type Values = Record<string, string>;

/** What everybody who writes a line, a template or a command gets wrong somewhere; 64 KiB of the worst of it. */
const worst: Values = {
  TEMPLATE: "a{{ 6*7 }}b{{ lookup('pipe', 'echo evil') }}{% if %}{# x #}",
  QUOTES: `'"\`\\' \\" "" ''`,
  BACKSLASHES: "\\ \\n \\\\ \\",
  DOLLARS: "$HOME ${HOME} $$ $(id) $",
  PERCENT: "%s %% %n %{x}",
  LINES: "one\ntwo\r\nthree\rfour\n",
  BLANKS: " \t x ",
  WORDS: "ünïcode 🚀 \u0085\u2028\u2029\ufeff \u007f \u0001 \u001b[0m",
  COMMENT: "a # b ; c",
  TAB: ".\t\\",
  EQUALS: "=",
  WORD: "yes",
  NUMBER: "0o17",
  SIXTIES: "1:30",
  MARK: "\ufeff$$",
  LONG: "'\"\\\n{{$%ü".repeat(6554),
  EMPTY: "",
};

/** Prints the environment in which it runs, as JSON. */
const showsEnvironment = "import json, os; print(json.dumps(dict(os.environ)))";
/** What systemd would do for a service of which nothing is said. */
const start = {
  unit: "shows.service",
  environment: [],
  files: [],
  unset: [],
  before: [],
  start: { program: "/usr/bin/python3", expands: false },
  umask: 0o22,
  folder: { path: "/", optional: false },
  limits: {},
  kill: "first",
  ignoresPipe: false,
  stopSignal: 15,
  stopSeconds: 1,
};

describe("a value reaches a box byte for byte, whatever stands in it,", function () {
  this.timeout(120_000);
  let folder: string;
  before(() => {
    folder = mkdtempSync(path.join(tmpdir(), "immutable-fleets-values-"));
    for (const file of [
      "images/packer/layer/fleet-start",
      "playbooks/roles/settings/files/fleet_settings.py",
      "playbooks/roles/base/files/fleet-environment",
    ])
      copyFileSync(path.join(projectRoot, file), path.join(folder, path.basename(file)));
  });
  after(() => {
    rmSync(folder, { recursive: true });
  });

  /** What comes out is what goes in: for the worst, and for generated values. */
  async function arrive(by: (values: Values) => Promise<Values>, numRuns = 8): Promise<void> {
    deepEqual(await by(worst), worst);
    await fc.assert(
      fc.asyncProperty(hostileEnvironment, async (values) => {
        deepEqual(await by(values), values);
      }),
      { numRuns },
    );
  }

  /** What the one service of a box in the foreground is given, by the program that starts it. */
  async function inForeground(values: Values): Promise<Values> {
    const program = path.join(folder, path.basename(startProgram));
    const args = ["-IS", program, JSON.stringify(start), "--", "python3", "-c", showsEnvironment];
    const { stdout } = await execa("/usr/bin/python3", args, { env: values, extendEnv: false });
    return only(values, JSON.parse(stdout) as Values);
  }

  /** What the services of a box are given where systemd is its first process. */
  async function bySystemd(values: Values): Promise<Values> {
    const block = Object.entries(values).map(([name, value]) => `${name}=${value}\0`);
    writeFileSync(path.join(folder, "environ"), block.join(""));
    rmSync(path.join(folder, "box.env"), { force: true });
    const program = [
      "import importlib.machinery, importlib.util, pathlib, sys",
      "loader = importlib.machinery.SourceFileLoader('it', sys.argv[1] + '/fleet-environment')",
      "it = importlib.util.module_from_spec(importlib.util.spec_from_loader('it', loader))",
      "loader.exec_module(it)",
      "it.CONFIGURED = pathlib.Path(sys.argv[1], 'none')",
      "it.INITIAL, it.RESULT = pathlib.Path(sys.argv[1], 'environ'), pathlib.Path(sys.argv[1], 'box.env')",
      "it.main()",
    ].join("\n");
    await execa("python3", ["-c", program, folder], { env: { PYTHONDONTWRITEBYTECODE: "1" } });
    return readSettings(path.join(folder, "box.env"));
  }

  it("in a container, to its command in the foreground", () => arrive(inForeground));

  it("in a container, by systemd", () => arrive(bySystemd));

  it("on a mutable host, to the program that configures it", async () => {
    await arrive(async (values) => {
      const env = environmentParts(JSON.stringify(values));
      const { stdout } = await execa("python3", ["-c", showsEnvironment], { env });
      return JSON.parse(joinedParts(JSON.parse(stdout) as Values) ?? "") as Values;
    });
  });

  it("on Elastic Beanstalk, which writes a line for each variable", async () => {
    await arrive(async (values) => inForeground(await byEnvFile(encodedValues(values, "beanstalk"))));
    await arrive(async (values) => bySystemd(await byEnvFile(encodedValues(values, "beanstalk"))));
  });

  it("in the plain values of a Compose file, as readers of YAML 1.1 and 1.2 have them", async function () {
    if ((await execa("python3", ["-c", "import yaml"], { reject: false })).exitCode !== 0) this.skip();
    await arrive(async (values) => {
      const text = composeText({ services: { box: { environment: composeEnvironment(values) } } });
      const written = await readYaml(text);
      return undoubled(written.services.box.environment);
    });
  });

  it("in the secrets of a Compose file, as every Compose that is here has them", async function () {
    const programs = await composePrograms();
    if (programs.length === 0) {
      console.log("      skipped: no Docker Compose here");
      this.skip();
    }
    for (const program of programs)
      await arrive(async (values) => {
        // The older one prints what YAML takes for the ends of lines as such.
        const secrets = mapped(values, (value) => value.replaceAll(/[\u0085\u2028\u2029]/g, "!"));
        const names = Object.keys(values).map((name) => [name, `\${secret:${name}}`] as const);
        const environment = composeEnvironment(Object.fromEntries(names));
        const image = `a@sha256:${"0".repeat(64)}`;
        writeFileSync(path.join(folder, ".env"), envFile("values", secrets));
        writeFileSync(
          path.join(folder, "docker-compose.yml"),
          composeText({ services: { box: { image, environment } } }),
        );
        const { stdout } = await execa(program, ["config"], { cwd: folder });
        // The newer one doubles `$` in the text that it prints, and so none that it escapes.
        const doubled = stdout.replace(/(?<!\\)((?:\\\\)*)\\x24/g, (_, before: string) => `${before}$$`);
        const read = undoubled((await readYaml(doubled, printedByGo)).services.box.environment);
        deepEqual(read, secrets);
        return values;
      }, 2);
  });

  it("by lines that the engine reads as Elastic Beanstalk has it read them", async function () {
    if ((await execa("docker", ["version"], { reject: false })).exitCode !== 0) {
      console.log("      skipped: no Docker engine here");
      this.skip();
    }
    const { LONG: _none, ...short } = worst;
    const values = encodedValues(short, "beanstalk");
    const file = path.join(folder, "env.list");
    writeFileSync(
      file,
      Object.entries(values)
        .map(([name, value]) => `${name}=${value}\n`)
        .join(""),
    );
    const empty = path.join(folder, "empty.tar");
    writeFileSync(empty, Buffer.alloc(1024));
    const { stdout: image } = await execa("docker", ["import", empty]);
    try {
      const { stdout: box } = await execa("docker", ["create", "--env-file", file, image, "/none"]);
      try {
        const shown = await execa("docker", ["inspect", "--format", "{{json .Config.Env}}", box]);
        const lines = JSON.parse(shown.stdout) as string[];
        deepEqual(only(values, pairs(lines)), values);
      } finally {
        await execa("docker", ["rm", box]);
      }
    } finally {
      await execa("docker", ["rmi", image]);
    }
  });
});

/** Variables as a file of lines brings them: `docker run --env-file`, as Elastic Beanstalk starts containers. */
function byEnvFile(values: Values): Promise<Values> {
  const lines = Object.entries(values).map(([name, value]) => `${name}=${value}\n`);
  const read = lines
    .join("")
    .split("\n")
    .filter((line) => line !== "");
  return Promise.resolve(pairs(read.map((line) => line.replace(/\r$/, ""))));
}

function pairs(lines: readonly string[]): Values {
  return Object.fromEntries(
    lines.map((line) => {
      const [name = "", ...value] = line.split("=");
      return [name, value.join("=")] as const;
    }),
  );
}

function only(wanted: Values, found: Values): Values {
  return Object.fromEntries(Object.keys(wanted).map((name) => [name, found[name] ?? "(none)"]));
}

function mapped(values: Values, change: (value: string) => string): Values {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, change(value)]));
}

/** Compose fills `$$` in as `$`. */
function undoubled(values: Values): Values {
  return mapped(values, (value) => value.replaceAll("$$", "$"));
}

interface ComposeFile {
  services: { box: { environment: Values } };
}

/** A lone `=`, which Go prints as it is, is a text. */
const printedByGo =
  "yaml.SafeLoader.add_constructor('tag:yaml.org,2002:value', yaml.SafeLoader.construct_yaml_str)";

async function readYaml(input: string, before = "pass"): Promise<ComposeFile> {
  const program = `import json, sys, yaml\n${before}\nprint(json.dumps(yaml.safe_load(sys.stdin.buffer.read())))`;
  return JSON.parse((await execa("python3", ["-c", program], { input })).stdout) as ComposeFile;
}

/** Every program of Compose that is here: that of the tool chain, and the system's own. */
async function composePrograms(): Promise<string[]> {
  const { stdout } = await execa("which", ["-a", "docker-compose"], { reject: false });
  return stdout.split("\n").filter((file) => file !== "");
}
