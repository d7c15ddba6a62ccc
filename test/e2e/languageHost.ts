import * as path from "node:path";
import { execa } from "execa";
import { projectRoot } from "../../config/root.ts";
import { cachePath } from "../../work/cache.ts";

const program = "pulumi-language-nodejs";
const source = "github.com/pulumi/pulumi/sdk/v3/nodejs/cmd/pulumi-language-nodejs";

/**
 * Where Pulumi's own Node language host is, which plain `pulumi up` needs: a folder for PATH, or the reason why there is none.
 * The machine's, else one built from the newest source that a registry has (about a minute the first time).
 */
export async function languageHost(): Promise<{ folder: string } | { missing: string }> {
  const found = await execa("which", [program], { reject: false });
  if (found.exitCode === 0) return { folder: path.dirname(found.stdout) };
  const folder = cachePath("language-host");
  const module = path.join(projectRoot, "toolchain/language-host");
  const build = ["-C", module, "build", "-trimpath", "-buildvcs=false", "-ldflags=-s -w"];
  const built = await execa("go", [...build, "-o", path.join(folder, program), source], { reject: false });
  if (built.exitCode !== 0)
    return { missing: `no ${program} on PATH, and none could be built: ${built.message}` };
  return { folder };
}
