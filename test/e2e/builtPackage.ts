import { deepEqual, equal, match, ok, rejects } from "node:assert/strict";
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { execa } from "execa";
import { packageBuildSchema } from "../../config/packageBuild.ts";
import { readConfigurationFiles } from "../../config/read/readFiles.ts";
import { withBuilders } from "../../config/read/resolved.ts";
import { buildChain } from "../../images/layer/buildChain.ts";
import { buildPackage } from "../../images/packages/nfpm.ts";
import { sourceDateEpochSeconds as epochSeconds } from "../../plan/epoch.ts";
import { localPackages, packageFiles } from "../../plan/packages.ts";
import { toolVersions } from "../../plan/tools.ts";
import { cacheFolder, cachePath } from "../../work/cache.ts";
import { registryFor } from "../registry/registry.ts";

const token = "token-that-no-log-may-show";

const lock = {
  name: "built",
  version: "1.0.0",
  lockfileVersion: 3,
  requires: true,
  packages: {
    "": { name: "built", version: "1.0.0", dependencies: { "is-odd": "3.0.1" } },
    "node_modules/is-number": {
      version: "6.0.0",
      integrity:
        "sha512-Wu1VHeILBK8KAWJUAiSZQX94GmOE45Rg6/538fKwiloUu21KncEkYGPqob2oSZ5mUT73vLGrHQjKw3KMPwfDzg==",
    },
    "node_modules/is-odd": {
      version: "3.0.1",
      integrity:
        "sha512-CQpnWPrDwmP1+SMHXZhtLtJv90yiyVfluGsX5iNCVkrhQtU3TQHsUWPG9wkdk9Lgd5yNpAg9jQEo90CBaXgWMA==",
      dependencies: { "is-number": "^6.0.0" },
    },
  },
};

/** What the project has: an application that npm and pip build, and one that a layer's own Python does. */
const files = {
  "apps/built/package.json": JSON.stringify({
    name: "built",
    version: "1.0.0",
    dependencies: { "is-odd": "3.0.1" },
  }),
  "apps/built/package-lock.json": JSON.stringify(lock),
  "apps/built/requirements.txt":
    "itsdangerous==2.2.0 --hash=sha256:c6242fc49e35958c8b15141343aa660db5fc54d4f13a1db01a3f5891b98700ef\n",
  "apps/built/nfpm.yaml":
    "name: built\narch: ${ARCHITECTURE}\nversion_schema: none\nversion: 1+${CONTENT_DIGEST}\nmaintainer: T <t@example.org>\ndescription: T\ncontents: [{ src: ./, dst: /opt/built, type: tree }]\n",
  "apps/made/nfpm.yaml":
    "name: made\narch: all\nversion_schema: none\nversion: 1+${CONTENT_DIGEST}\nmaintainer: T <t@example.org>\ndescription: T\ncontents: [{ src: out, dst: /opt/made, type: tree }]\n",
};

const whoBuilds =
  "import os, pathlib; pathlib.Path('out').mkdir(); pathlib.Path('out/user').write_text(str(os.getuid()))";

/**
 * The case of packages that are built: by npm and pip, from their registries, in an image that the base and these two are, and in a layer.
 * @param root the project's copy, whose base is built. @param unique a text of this run alone.
 */
export function buildsPackages(root: string, unique: string): void {
  it("are built before by npm and pip, in an image, and in a layer, and found the second time", async function () {
    const registry = await registryFor(this);
    const name = `${registry.prefix}/tools:${unique}`;
    try {
      for (const [file, text] of Object.entries({
        ...files,
        "apps/built/unique.txt": unique,
        "apps/made/unique.txt": unique,
      })) {
        mkdirSync(path.dirname(path.join(root, file)), { recursive: true });
        writeFileSync(path.join(root, file), text);
      }
      const configuration = readConfigurationFiles(root, "dev");
      const base = (await buildChain(["base"], configuration, root))[0]?.image ?? "";
      const image = await pushTools(base, name);
      const built = packageBuildSchema.parse({
        image,
        commands: [
          ["npm", "ci"],
          [
            "python3",
            "-m",
            "pip",
            "install",
            "--require-hashes",
            "--target",
            "lib",
            "-r",
            "requirements.txt",
          ],
        ],
        output: ["node_modules", "lib"],
      });
      const made = packageBuildSchema.parse({
        layer: "base",
        commands: [["python3", "-c", whoBuilds]],
        output: ["out"],
      });
      const packages = {
        built: { source: "apps/built", build: built },
        made: { source: "apps/made", build: made },
      };
      const recipe = {
        on: "base",
        roles: ["packages"],
        variables: { packages_names: ["built", "made"] },
        files: [],
        machineOnly: false,
        packages,
      };
      const layer = `built-${unique}`;
      const layers = withBuilders({ ...configuration.layers, [layer]: recipe });
      const chain = () => buildChain(["base", layer], { ...configuration, layers }, root);
      const top = (await chain()).at(-1)?.image ?? "";
      const look =
        "ls /opt/built/node_modules /opt/built/lib; cat /opt/made/user; ls /usr/local/bin; find / -xdev -name '*build-home*' -o -xdev -name '*build-cache*'";
      deepEqual((await inside(top, "sh", "-c", look)).split("\n"), [
        ...["/opt/built/lib:", "itsdangerous", "itsdangerous-2.2.0.dist-info", ""],
        ...["/opt/built/node_modules:", "is-number", "is-odd", "65534"],
        ...(await inside(base, "ls", "/usr/local/bin")).split("\n").filter((line) => line !== ""),
      ]);
      equal((await chain()).at(-1)?.image, top);
      await isTheSameAgain(root, packages.built);
      await tellsWhatFailed(root, packages.built);
    } finally {
      await registry.stop();
      await execa("docker", ["image", "rm", name], { reject: false });
    }
  });
}

/** Built twice, a package is the same, byte for byte; a third time it is found. */
async function isTheSameAgain(root: string, built: { source: string; build: object }): Promise<void> {
  const local = planned(root, built);
  const bytes = async () => {
    const { files: made } = await buildPackage(local, root, epochSeconds);
    return made.map((file) => readFileSync(file).toString("base64"));
  };
  const first = await bytes();
  const kept = path.join(cacheFolder("packages", "built"), `built-${local.contentDigest}-${epochSeconds}`);
  rmSync(kept, { recursive: true });
  ok(
    (await bytes()).every((text, index) => text === first[index]),
    "expected the same bytes, got others",
  );
  const log = cachePath("logs", `package-built-${local.contentDigest}.log`);
  rmSync(log);
  await bytes();
  ok(!existsSync(log), "expected no second build, got its log");
}

/** What fails is told with what it printed, but for what nobody may see, and leaves no container. */
async function tellsWhatFailed(root: string, built: { source: string; build: object }): Promise<void> {
  process.env["BUILD_TOKEN"] = token;
  const say = "import os, sys; print('the token is', os.environ['BUILD_TOKEN']); sys.exit(3)";
  const build = { ...built.build, commands: [["python3", "-c", say]], passes: ["BUILD_TOKEN"] };
  const local = planned(root, { ...built, build });
  try {
    await rejects(buildPackage(local, root, epochSeconds), ({ message }: Error) => {
      match(
        message,
        /^packages\.built\.build\.commands\[0\]: expected "python3 -c .*" to succeed, got exit code 3; correct it by what it printed, below\n/,
      );
      match(message, /^the token is \*\*\*$/m);
      ok(!message.includes(token));
      return true;
    });
  } finally {
    delete process.env["BUILD_TOKEN"];
  }
  const label = `label=immutable-fleets.build`;
  const { stdout } = await execa("docker", [
    "ps",
    "--all",
    "--filter",
    label,
    "--format",
    '{{.Label "immutable-fleets.build"}}',
  ]);
  ok(!stdout.includes(local.contentDigest), `expected no container of it, got ${stdout}`);
  await execa("docker", ["volume", "rm", ...(await caches())]);
}

function planned(root: string, built: { source: string; build: object }) {
  const packages = { built: { source: built.source, build: packageBuildSchema.parse(built.build) } };
  const [local] = localPackages({
    packages,
    files: packageFiles(root, { packages }),
    tools: toolVersions(root),
  });
  if (!local) throw new Error("expected a package, got none");
  return local;
}

/** The volumes of these packages' caches, each of which npm or pip was to use. */
async function caches(): Promise<string[]> {
  const filter = (name: string) => ["--filter", `label=immutable-fleets.package-cache=${name}`];
  const list = (name: string) => execa("docker", ["volume", "ls", "--quiet", ...filter(name)]);
  const found = [await list("built"), await list("made")].flatMap(({ stdout }) => stdout.split("\n"));
  equal(found.length, 2, found.join(", "));
  return found;
}

/** An image of the base with this machine's Node, npm and pip. @returns its name in the registry, with its digest. */
async function pushTools(base: string, name: string): Promise<string> {
  const folder = mkdtempSync(path.join(tmpdir(), "tools-image-"));
  try {
    cpSync(process.execPath, path.join(folder, "node"));
    const npm = path.dirname(path.dirname(realpathSync((await execa("which", ["npm"])).stdout)));
    cpSync(npm, path.join(folder, "npm"), { recursive: true });
    const ansible = path.dirname((await execa("which", ["ansible"])).stdout);
    const find = "import pip, os; print(os.path.dirname(pip.__file__))";
    const pip = (await execa(path.join(ansible, "python3"), ["-c", find])).stdout;
    cpSync(pip, path.join(folder, "pip"), { recursive: true });
    const lines = [
      `FROM ${base}`,
      "COPY node /usr/local/bin/node",
      "COPY npm /usr/local/lib/npm",
      "COPY pip /usr/lib/python3/dist-packages/pip",
      "RUN ln -s ../lib/npm/bin/npm-cli.js /usr/local/bin/npm",
    ];
    writeFileSync(path.join(folder, "Dockerfile"), lines.join("\n"));
    await execa("docker", ["build", "--quiet", "--tag", name, folder]);
    await execa("docker", ["push", "--quiet", name]);
    const format = "{{range .RepoDigests}}{{println .}}{{end}}";
    const { stdout } = await execa("docker", ["image", "inspect", "--format", format, name]);
    const prefix = `${name.slice(0, name.lastIndexOf(":"))}@`;
    return stdout.split("\n").find((each) => each.startsWith(prefix)) ?? "";
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function inside(image: string, ...command: string[]): Promise<string> {
  const [program = "", ...args] = command;
  const run = ["run", "--rm", "--entrypoint", program, image, ...args];
  return (await execa("docker", run)).stdout;
}
