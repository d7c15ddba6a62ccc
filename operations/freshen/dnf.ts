import { readFileSync } from "node:fs";
import * as path from "node:path";
import { z } from "zod";
import { localEngine } from "../../engine/DockerClient.ts";
import type { Indexed, IndexedPackage } from "../../images/lock/indexed.ts";
import { inThrownAwayBox } from "./listedBox.ts";
import type { Upgrade } from "./upgrades.ts";

/** What dnf would upgrade in an image, and what its indexes know of that, and of what was asked for. */
export interface DnfNews {
  upgrades: Upgrade[];
  indexed: Indexed;
}

const answerSchema = z.object({
  upgrades: z.array(
    z.object({ name: z.string(), installed: z.string(), candidate: z.string(), security: z.boolean() }),
  ),
  packages: z.array(z.object({ id: z.string(), version: z.string(), sha256: z.string() })),
  indexes: z.record(z.string(), z.object({ date: z.string(), sha256: z.string() })),
});

/** Runs a text with the Python that dnf 4 is for: RHEL 8 keeps it out of PATH. Exit code 69: there is none, as where dnf 5 is. */
const pythonScript = `text=$1; shift
for python in /usr/libexec/platform-python /usr/bin/python3; do
  if "$python" -c "import dnf, hawkey" 2>/dev/null; then exec "$python" -c "$text" "$@"; fi
done
exit 69`;

const noDnf = 69;

/**
 * What an image's own repositories have that is newer, as dnf 4 in it sees them; undefined where it has none.
 * @param asker the command that asks.
 * @param ids packages that are asked for beside the newer ones: `openssl-libs:x86_64`.
 * @throws Error, with what dnf said, where its repositories cannot be read.
 */
export function dnfNews(
  asker: string,
  image: string,
  root: string,
  ids: readonly string[] = [],
): Promise<DnfNews | undefined> {
  const text = readFileSync(path.join(root, "operations/freshen/dnf_news.py"), "utf8");
  return inThrownAwayBox(image, async (box) => {
    const command = ["sh", "-c", pythonScript, "sh", text, ...ids];
    const { exitCode, stdout, stderr } = await localEngine.exec(box, command);
    if (exitCode === noDnf) return undefined;
    if (exitCode !== 0)
      throw new Error(
        `${asker}: expected dnf to say what the repositories of ${image} have, got ${lastLine(stderr)}; see that they can be reached`,
      );
    const { upgrades, packages, indexes } = answerSchema.parse(JSON.parse(stdout));
    return { upgrades, indexed: { packages: byId(packages), indexes } };
  });
}

function byId(packages: z.output<typeof answerSchema>["packages"]): Indexed["packages"] {
  const found = new Map<string, IndexedPackage[]>();
  for (const { id, version, sha256 } of packages)
    found.set(id, [...(found.get(id) ?? []), { version, sha256 }]);
  return found;
}

/** What failed is in the last line of Python's own telling. */
function lastLine(text: string): string {
  return text.trim().split("\n").at(-1) ?? "";
}
