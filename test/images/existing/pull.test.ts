import { equal, rejects } from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { pullExisting, pullProblem } from "../../../images/existing/pull.ts";

const digest = `sha256:${"a".repeat(64)}`;
const image = `registry.example:5000/team/shop:1.4@${digest}`;

describe("a registry that does not give an image", () => {
  const told = (reason: string, name = image) => pullProblem("shop", name, reason);

  it("is told with the login that docker itself uses", () => {
    equal(
      told(
        "Error response from daemon: Head https://registry.example:5000/v2/team/shop: no basic auth credentials\n",
      ),
      `shop: expected ${image} from its registry, got: Head https://registry.example:5000/v2/team/shop: no basic auth credentials; docker login registry.example:5000 as who may read it, or correct the name`,
    );
    equal(
      told("pull access denied for shop, repository does not exist", `shop@${digest}`),
      `shop: expected shop@${digest} from its registry, got: pull access denied for shop, repository does not exist; docker login as who may read it, or correct the name`,
    );
  });

  it("is told with what takes the present digest, where that one is gone", () => {
    equal(
      told("manifest unknown: manifest unknown"),
      `shop: expected ${image} from its registry, got: manifest unknown: manifest unknown; npm run pin -- shop registry.example:5000/team/shop:1.4 takes what is there now`,
    );
  });

  it("is told as it is, where nobody answers", () => {
    equal(
      told("dial tcp: lookup registry.example: no such host"),
      `shop: expected ${image} from its registry, got: dial tcp: lookup registry.example: no such host; run it again where the registry is reached`,
    );
  });
});

describe("an existing image", () => {
  let folder: string;
  const { PATH } = process.env;

  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), "engine-"));
    process.env["PATH"] = `${folder}:${PATH ?? ""}`;
  });
  afterEach(() => {
    process.env["PATH"] = PATH;
    rmSync(folder, { recursive: true, force: true });
  });

  /** An engine for amd64 that has an image, or gets it from a registry; what it is asked is kept. */
  function engine({ has, pulls = "" }: { has?: string; pulls?: string }): void {
    const facts = (architecture: string) =>
      JSON.stringify([{ Id: "sha256:1", Architecture: architecture, Os: "linux", Config: {} }]);
    const lines = [
      "#!/bin/sh",
      `echo "$*" >> ${folder}/asked`,
      'case "$1" in',
      `version) echo '{"Arch":"amd64","Os":"linux"}' ;;`,
      `image) if [ -e ${folder}/has ]; then cat ${folder}/has; else echo "Error: No such image" >&2; exit 1; fi ;;`,
      pulls === "" ? `pull) cp ${folder}/there ${folder}/has ;;` : `pull) echo '${pulls}' >&2; exit 1 ;;`,
      "esac",
    ];
    writeFileSync(path.join(folder, "docker"), lines.join("\n"), { mode: 0o755 });
    writeFileSync(path.join(folder, "there"), facts("amd64"));
    if (has !== undefined) writeFileSync(path.join(folder, "has"), facts(has));
  }
  const asked = () => readFileSync(path.join(folder, "asked"), "utf8").trim().split("\n");
  const untagged = `registry.example:5000/team/shop@${digest}`;

  it("is not pulled where the engine has it, and is asked for by its digest alone where not", async () => {
    engine({ has: "amd64" });
    equal((await pullExisting("shop", image)).Id, "sha256:1");
    equal(
      asked().some((line) => line.startsWith("pull")),
      false,
    );
    rmSync(path.join(folder, "has"));
    equal((await pullExisting("shop", image)).Id, "sha256:1");
    equal(asked().includes(`pull --quiet ${untagged}`), true);
  });

  it("is refused where it is for another machine, by itself or in an index of several", async () => {
    const problem = (got: string) =>
      `shop: expected an image for linux/amd64, got ${got}: ${image}; pin one for it (npm run pin), or run it on another engine`;
    engine({ has: "arm64" });
    await rejects(pullExisting("shop", image), { message: problem("one for linux/arm64") });
    rmSync(path.join(folder, "has"));
    engine({ pulls: "no matching manifest for linux/amd64 in the manifest list entries" });
    await rejects(pullExisting("shop", image), { message: problem("an index without one") });
  });
});
