import { mkdirSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { stringify } from "yaml";
import { attest } from "../../../images/proof/attest.ts";
import { readContents, type Contents } from "../../../images/proof/contents.ts";
import type { ReleaseContent } from "../../../images/release/release.ts";
import { archiveOf, entry, Workplace } from "../../images/archive/fixture.ts";
import { making } from "../../images/proof/fixture.ts";

/** A package as dpkg's database has it. */
export interface Deb {
  name: string;
  version: string;
  /** As the field Source has it. */
  source?: string;
}

/** What an image of Debian 12 with these packages is made of, read from an archive of it as after a build. */
export function contentsWith(packages: readonly Deb[]): Contents {
  const status = packages
    .map(({ name, version, source }) =>
      [
        `Package: ${name}`,
        "Status: install ok installed",
        "Architecture: amd64",
        ...(source === undefined ? [] : [`Source: ${source}`]),
        `Version: ${version}`,
        "",
      ].join("\n"),
    )
    .join("\n");
  const workplace = new Workplace();
  try {
    const entries = [
      entry("usr/lib/os-release", { content: Buffer.from('ID=debian\nVERSION_ID="12"\n') }),
      entry("var/lib/dpkg/status", { content: Buffer.from(status) }),
    ];
    return readContents([workplace.file(archiveOf(entries))]);
  } finally {
    workplace.dispose();
  }
}

/** The digest of an image that a digit stands for. */
export const digestOf = (digit: number) => `sha256:${String(digit).repeat(64)}`;

/**
 * Signs the inventories of a chain of images as builds do: `base`, `base.shop`, …, the digests of which are 1, 2, ….
 * @returns a release in which the fleet `shop` runs the uppermost.
 */
export async function provedChain(
  root: string,
  layers: readonly (readonly [layer: string, packages: readonly Deb[]])[],
): Promise<ReleaseContent> {
  const images: ReleaseContent["images"] = {};
  let place = "";
  for (const [index, [layer, packages]] of layers.entries()) {
    place = place === "" ? layer : `${place}.${layer}`;
    const [digest, parent] = [digestOf(index + 1), index === 0 ? undefined : digestOf(index)];
    await attest(root, { ...making(digest), place, parent }, contentsWith(packages));
    images[place] = { image: digest, inputDigest: "1".repeat(64) };
  }
  return { images, machineImages: {}, fleets: { shop: { image: place } } };
}

/** Files of a small project, whose environment `prod` takes releases of `dev`. */
export function writeProject(root: string, project: object, prod: object = {}): void {
  const roles = ["base", "shop"];
  for (const role of roles) {
    const file = path.join(root, `playbooks/roles/${role}/tasks/main.yml`);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, "[]\n");
  }
  const config = {
    layers: { base: { from: { mirror: {} }, roles: ["base"] }, shop: { on: "base", roles: ["shop"] } },
    applications: { shop: { layer: "shop", port: 8080, public: true } },
    fleets: { shop: { applications: ["shop"] } },
    ...project,
  };
  const values = Object.fromEntries(Object.entries(config).map(([key, value]) => [key, { value }]));
  writeFileSync(path.join(root, "Pulumi.yaml"), stringify({ name: "immutable-fleets", config: values }));
  const environment = (own: object) =>
    stringify({
      config: { "immutable-fleets:environment": { fleets: { shop: {} }, edge: { layer: "base" }, ...own } },
    });
  writeFileSync(path.join(root, "Pulumi.dev.yaml"), environment({}));
  writeFileSync(path.join(root, "Pulumi.prod.yaml"), environment({ promoteFrom: "dev", ...prod }));
}
