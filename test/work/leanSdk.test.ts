import assert from "node:assert/strict";
import { execa } from "execa";
import { projectRoot } from "../../config/root.ts";

/** Loads the SDK, then has it write a function that refers to a package, which takes all that it requires for that. */
const program = (lean: boolean) => `
import { createRequire } from "node:module";
${lean ? 'const { leanSdk } = await import("./work/leanSdk.ts"); leanSdk();' : ""}
const { runtime } = await import("@pulumi/pulumi");
const loaded = () => Object.keys(createRequire(import.meta.url).cache);
const seldom = () => loaded().filter((file) => /node_modules.(typescript|@npmcli.arborist).lib/.test(file)).length;
const before = loaded().length;
const factor = 6;
class Base { twice(of) { return 2 * of; } }
class Derived extends Base { twice(of) { return super.twice(of) + factor; } }
const { text } = await runtime.serializeFunction((of) => new Derived().twice(of));
const paths = await runtime.computeCodePaths({ extraExcludePackages: [] });
console.log(JSON.stringify({ text, paths: [...paths.keys()].sort(), more: loaded().length - before, seldom: seldom() }));
`;

interface Told {
  text: string;
  paths: string[];
  more: number;
  seldom: number;
}

async function tell(lean: boolean): Promise<Told> {
  const args = ["--input-type=module", "--eval", program(lean)];
  const { stdout } = await execa("node", args, { cwd: projectRoot });
  return JSON.parse(stdout.trim().split("\n").at(-1) ?? "") as Told;
}

describe("the engine's SDK", function () {
  this.timeout(60_000);

  it("loads what it seldom uses only for that, and does the same then", async () => {
    const [plain, lean] = [await tell(false), await tell(true)];
    assert.match(plain.text, /factor/);
    assert.deepEqual([lean.text, lean.paths], [plain.text, plain.paths]);
    assert.ok(plain.paths.length > 10 && lean.seldom > 10, JSON.stringify([plain.paths.length, lean.seldom]));
    assert.ok(lean.more > plain.more + 100, `${plain.more} modules after it was loaded, ${lean.more} lean`);
  });
});
