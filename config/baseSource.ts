import { z } from "zod";
import { matchingText } from "./text.ts";

const relativePath = matchingText(/^(?!\/)(?!.*(^|\/)\.\.(\/|$)).+$/, "a path inside the project");
const pinnedImage = matchingText(
  /^[^\s@]+@sha256:[0-9a-f]{64}$/,
  "an image pinned by digest (name@sha256:…)",
);
const digest = matchingText(/^sha256:[0-9a-f]{64}$/, "a digest (sha256:…)");
const absolutePath = matchingText(/^\/[^\s:]*$/, "an absolute path without spaces or colons");

/** Debian's, where nobody names one. */
export const defaultSuite = "trixie";

const mirror = z
  .strictObject({
    suite: z.string().default(defaultSuite).describe("Release of the distribution."),
    packages: z.array(z.string()).default([]).describe("Packages beside those that every base needs."),
    sources: z
      .array(z.string())
      .default([])
      .describe("Lines for sources.list; empty: the package sources of the machine that builds."),
  })
  .describe("A root file system made by mmdebstrap from a package mirror.");

const rpmRepository = z
  .strictObject({
    url: matchingText(
      /^(https?|file):\/\/[^\s@]+$/,
      "a URL without user name or password (https://…)",
    ).describe(
      "Where the repository is; $releasever and $basearch stand for the release and the architecture.",
    ),
    digest: digest
      .optional()
      .describe(
        "SHA-256 of its repodata/repomd.xml, and so of all that it has; another one refuses the build.",
      ),
    key: relativePath
      .optional()
      .describe("Public key that its packages are signed with, by its path in the project."),
  })
  .describe("A yum repository; it has a digest, a key or both.");

const dnf = z
  .strictObject({
    release: matchingText(/^[\w.]+$/, "a release such as 9").describe("Release of the distribution."),
    repositories: z
      .record(
        matchingText(/^[a-z][a-z0-9-]{0,30}$/, "a name of lower-case letters, digits and dashes"),
        rpmRepository,
      )
      .describe("Where the packages come from."),
    packages: z.array(z.string()).default([]).describe("Packages beside those that every base needs."),
    database: absolutePath
      .default("/var/lib/rpm")
      .describe("Where that distribution's rpm keeps its database: /usr/lib/sysimage/rpm on Fedora."),
  })
  .describe("A root file system of an RPM distribution, made by dnf.");

/** What a base is made of. */
export const baseSourceSchema = z
  .strictObject({
    mirror: mirror.optional(),
    dnf: dnf.optional(),
    image: pinnedImage.optional().describe("An image of a registry, pinned by its digest."),
    archive: relativePath
      .optional()
      .describe(
        "A tar of a root file system (plain, or of gzip, xz, zstd, bzip2), by its path in the project.",
      ),
  })
  .describe("What a base is made of: exactly one of mirror, dnf, image and archive.");

export type DnfSource = z.output<typeof dnf>;
