import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import type { Release } from "../../../images/release/release.ts";

/** An image id from one letter or digit. */
export const digestOf = (digit: string): string => `sha256:${digit.repeat(64)}`;

/** A release with two fleets, whose images are given by a digit each. */
export function release(environment: string, number: number, web = "a", catalog = "b"): Release {
  const image = (digit: string) => ({ image: digestOf(digit), inputDigest: digit.repeat(64) });
  return {
    format: 1,
    environment,
    number,
    createdAt: "2026-01-02T03:04:05.000Z",
    images: { base: image("0"), "base.web": image(web), "base.catalog": image(catalog) },
    machineImages: {},
    fleets: { web: { image: "base.web" }, catalog: { image: "base.catalog" } },
  };
}

/** A folder that is removed after the test. */
export function temporaryRoot(): { root: string; remove: () => void } {
  const root = mkdtempSync(path.join(tmpdir(), "immutable-fleets-release-"));
  return {
    root,
    remove: () => {
      rmSync(root, { recursive: true, force: true });
    },
  };
}

/** Has each test of a suite run with such a root of its own. @param use is given it. */
export function withRoots(use: (root: string) => void): void {
  let remove: () => void;
  beforeEach(() => {
    const made = temporaryRoot();
    ({ remove } = made);
    use(made.root);
  });
  afterEach(() => {
    remove();
  });
}
