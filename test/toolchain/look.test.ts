import { deepEqual, equal, match } from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { execa } from "execa";
import { projectRoot } from "../../config/root.ts";

describe("the look at the machine", () => {
  const folder = mkdtempSync(path.join(tmpdir(), "fleet-look-"));
  after(() => {
    rmSync(folder, { recursive: true });
  });

  /** What is said of a machine on which some programs are other ones. @param fakes functions of bash, by name. */
  async function problems(steps: string, fakes: Readonly<Record<string, string>> = {}): Promise<string[]> {
    const toolchain = path.join(projectRoot, "toolchain");
    const script = [
      `exec 3>&2; for file in "${toolchain}"/lib/*.sh "${toolchain}"/steps/*.sh; do . "$file"; done`,
      // Nothing of this machine counts.
      "may_administrate() { true; }; present() { true; }; has_venv() { true; }; answers() { false; }",
      "docker() { echo 'Cannot connect to the Docker daemon'; return 1; }; unset DOCKER_HOST",
      "go() { echo 'go version go1.26.1 linux/amd64'; }",
      ...Object.entries(fakes).map(([name, text]) => `${name}() { ${text}; }`),
      `machine_problems ${steps}`,
    ];
    const { stdout } = await execa("bash", ["-c", script.join("\n")], { env: { XDG_CACHE_HOME: folder, HOME: folder } });
    return stdout === "" ? [] : stdout.split("\n");
  }

  const all = "node_modules packages rpm docker_compose engine nfpm ansible machine pulumi plugins packer";

  it("says nothing where setup brings all that is missing", async () => {
    deepEqual(await problems(all), []);
    deepEqual(await problems(all, { present: "false" }), []);
  });

  it("says all that stands in the way at once, each with the way out", async () => {
    const said = await problems(all, {
      present: "false",
      has_venv: "false",
      may_administrate: "false",
      suitable_python: "false",
      python3: "echo Python 3.9.2",
      go: "echo 'go version go1.19.8 linux/amd64'",
      df: "echo head; echo /dev/x 9 9 12 9% /",
    });
    deepEqual(
      said.map((line) => line.split(":")[0]?.replace(/^\/.*/, "room")),
      ["room", "rights", "python3", "go"],
    );
    for (const line of said) match(line, /^[^:]+: expected .*, got .*; /);
    match(said[1] ?? "", /sudo apt-get install .* docker\.io .*mmdebstrap.*python3-venv/);
    match(said[2] ?? "", /got Python 3\.9\.2;/);
  });

  it("asks for what the steps at hand need, and no more", async () => {
    const none = { may_administrate: "false", suitable_python: "false", go: "false", present: "false" };
    deepEqual(await problems("node_modules", none), []);
    const [rights = "", ...others] = await problems("packages", none);
    match(rights, /apt-get install .*mmdebstrap/);
    equal(rights.includes("docker"), false);
    deepEqual(others, []);
    deepEqual(await problems("pulumi packer", { go: "false", answers: "true" }), []);
  });

  for (const [what, fakes, wanted] of [
    ["of Apple", { uname: "echo Darwin" }, /^system: expected Linux, got macOS; .*limactl start/],
    ["of Windows", { uname: "echo MINGW64_NT-10.0" }, /^system: expected Linux, got MINGW64.*wsl --install/],
    ["of another processor", { uname: "[ $1 = -s ] && echo Linux || echo riscv64" }, /^processor: expected x86_64 or aarch64, got riscv64/],
    ["with Podman in Docker's place", { docker: "echo Client: Podman Engine" }, /^Docker Engine: .*got Podman's under its name/],
    ["whose engine refuses this user", { docker: "echo permission denied while trying to connect; false" }, /^Docker Engine: .*usermod -aG docker/],
    ["whose engine nobody here may start", { may_administrate: "false" }, /^Docker Engine: expected one that answers, got none; run: sudo /],
    ["without apt-get", { command: '[ "$2" != apt-get ]', present: "false" }, /^apt-get: expected on PATH.*mmdebstrap/],
  ] as const)
    it(`tells of a machine ${what}`, async () => {
      const said = await problems("packages engine", fakes);
      equal(said.length, 1, said.join("\n"));
      match(said[0] ?? "", wanted);
    });
});
