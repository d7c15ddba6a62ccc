import { deepEqual, match } from "node:assert/strict";
import type { Package } from "../../../images/proof/packages.ts";
import {
  companionsIn,
  dependenciesOf,
  distinctDependencies,
  relationsIn,
  withReasons,
} from "../../../operations/freshen/dependencies.ts";
import { newsMarkdown } from "../../../operations/freshen/markdown.ts";
import { formatNews } from "../../../operations/freshen/text.ts";

// As apt prints it for a kernel, whose package has another name in each version.
const simulated = `The following NEW packages will be installed:
  libnew1 linux-image-6.1.0-41-amd64
Remv rival [2.0]
Inst libnew1 (1.0-1 Debian:12.12/oldstable [amd64])
Inst linux-image-6.1.0-41-amd64 (6.1.158-1 Debian-Security:12/oldstable-security [amd64])
Inst linux-image-amd64 [6.1.148-1] (6.1.158-1 Debian-Security:12/oldstable-security [amd64])
Inst tool [1.0-1] (1.1-1 Debian:12.12/oldstable [all])
Conf linux-image-amd64 (6.1.158-1 Debian-Security:12/oldstable-security [amd64])
`;
const unneeded = `${simulated}Remv linux-image-6.1.0-40-amd64 [6.1.148-1]\nRemv orphan [1]\n`;
const after = `Package: linux-image-amd64
Version: 6.1.158-1
Depends: linux-image-6.1.0-41-amd64 (= 6.1.158-1)

Package: tool
Version: 1.1-1
Depends: libc6 (>= 2.36), library-virtual:any | something-else
Conflicts: rival (<< 3)

Package: libnew1
Provides: library-virtual (= 1.0)
`;
const before =
  "Package: linux-image-amd64\nStatus: install ok installed\nDepends: linux-image-6.1.0-40-amd64 (= 6.1.148-1)\n";

const deb = (name: string, version: string): Package => ({
  kind: "deb",
  name,
  version,
  architecture: "amd64",
});
const chain = [
  { layer: "base", packages: [deb("tool", "1.0-1")] },
  { layer: "machine", packages: [deb("tool", "1.0-1"), deb("linux-image-6.1.0-40-amd64", "6.1.148-1")] },
  { layer: "top", packages: [deb("rival", "2.0")] },
];
const kernel = {
  layer: "machine",
  name: "linux-image-amd64",
  installed: "6.1.148-1",
  candidate: "6.1.158-1",
  security: true,
};
const tool = { layer: "base", name: "tool", installed: "1.0-1", candidate: "1.1-1", security: false };

describe("what comes and goes with newer packages", () => {
  const companions = withReasons(
    companionsIn(simulated, unneeded, "Remv orphan [1]\n"),
    ["linux-image-amd64", "tool"],
    relationsIn(before),
    relationsIn(after),
  );

  it("is what apt installs anew, removes or needs no more, each with what it is for", () => {
    deepEqual(companions, [
      { name: "libnew1", version: "1.0-1", change: "new", for: ["tool"] },
      { name: "linux-image-6.1.0-41-amd64", version: "6.1.158-1", change: "new", for: ["linux-image-amd64"] },
      { name: "rival", version: "2.0", change: "gone", for: ["tool"] },
      {
        name: "linux-image-6.1.0-40-amd64",
        version: "6.1.148-1",
        change: "gone",
        for: ["linux-image-amd64"],
      },
    ]);
  });

  it("is of the layer whose newer package needs it, or of the one that has it; only of news that count", () => {
    const named = (...news: (typeof kernel)[]) =>
      dependenciesOf(chain, companions, news).map(({ layer, name, change }) => `${layer} ${name} ${change}`);
    deepEqual(named(kernel, tool), [
      "base libnew1 new",
      "machine linux-image-6.1.0-41-amd64 new",
      "top rival gone",
      "machine linux-image-6.1.0-40-amd64 gone",
    ]);
    deepEqual(named(kernel), [
      "machine linux-image-6.1.0-41-amd64 new",
      "machine linux-image-6.1.0-40-amd64 gone",
    ]);
    deepEqual(named(), []);
  });

  it("is told in the pull request and the terminal, by layer", () => {
    const news = [tool, kernel];
    const dependencies = distinctDependencies([
      ...dependenciesOf(chain, companions, news),
      ...dependenciesOf(chain, companions, news),
    ]);
    const affected = { base: "3 layers, 1 fleet", machine: "1 layer, 1 fleet" };
    const report = { news, dependencies, affected, pinned: [], updates: {}, relocked: [] };
    deepEqual(formatNews(report, false).split("\n"), [
      "base: 3 layers, 1 fleet",
      "  tool 1.0-1 → 1.1-1",
      "  libnew1 1.0-1 is new, for tool",
      "machine: 1 layer, 1 fleet",
      "  linux-image-amd64 6.1.148-1 → 6.1.158-1 (security)",
      "  linux-image-6.1.0-40-amd64 6.1.148-1 is gone, by linux-image-amd64",
      "  linux-image-6.1.0-41-amd64 6.1.158-1 is new, for linux-image-amd64",
      "top: built again with what is below it",
      "  rival 2.0 is gone, by tool",
      "2 newer packages; npm run freshen writes images.lock.yaml",
      "",
    ]);
    const markdown = newsMarkdown(report);
    match(
      markdown,
      /\n\| `machine` \| `linux-image-6\.1\.0-41-amd64` \| 6\.1\.158-1 \| new \| `linux-image-amd64` \|\n/,
    );
    match(
      markdown,
      /\n\| `top` \| `rival` \| 2\.0 \| gone \| `tool` \|\n\nWhat is new is not in the lock, if there is one: /,
    );
    match(markdown, /^### Newer packages: tool, linux-image-amd64\n/);
  });
});
