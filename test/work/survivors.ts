import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { releaseProofs, writeProof, readEnvelope, readInventory } from "../../images/proof/store.ts";
import { newestRelease, writeRelease } from "../../images/release/store.ts";
import { privateKeyIn } from "../../images/signing/key.ts";
import { selectionOf, writeSelection } from "../../operations/release/selection.ts";
import { readSwaps, writeSwap } from "../../operations/swap/record.ts";
import { release } from "../images/release/fixture.ts";
import { wholeWrites, type Survivor } from "./wholeWrites.ts";

const digest = `sha256:${"d".repeat(64)}`;
const swap = { at: "2026-11-28T18:00:00.000Z", seconds: 3, result: "succeeded", swapped: ["site"] } as const;
const proof = (inventory: string) => ({
  envelope: {
    payloadType: "application/vnd.in-toto+json" as const,
    payload: "e30=",
    signatures: [{ keyid: "k", sig: "c2ln" }],
  },
  inventory,
  contents: {} as never,
});

const stackFile = `encryptionsalt: v1:salt # kept
config:
  environment:
    release: dev/1
`;

/** All that writes files which must survive. Run as a program with a name and a folder, it writes. */
export const survivors: Readonly<Record<string, Survivor>> = {
  ...wholeWrites,
  release: {
    prepare: async (root) => {
      await writeRelease(root, release("dev", 1));
    },
    write: async (root) => {
      await writeRelease(root, { ...release("dev", 1), number: 2 });
    },
    read: (root) => newestRelease(root, "dev"),
  },
  selection: {
    prepare: (root) => {
      writeFileSync(path.join(root, "Pulumi.prod.yaml"), stackFile);
    },
    write: (root) => {
      writeSelection(root, "prod", "dev/2");
    },
    read: (root) => [
      selectionOf(root, "prod"),
      /salt.*/.exec(readFileSync(path.join(root, "Pulumi.prod.yaml"), "utf8"))?.[0],
    ],
  },
  swaps: {
    prepare: (root) => {
      writeSwap(root, "dev", { ...swap, update: 1, swapped: ["site"] });
    },
    write: (root) => {
      writeSwap(root, "dev", { ...swap, update: 2, swapped: ["site"] });
    },
    read: (root) => readSwaps(root, "dev").map(({ update }) => update),
  },
  key: {
    prepare: () => undefined,
    write: (root) => {
      privateKeyIn(path.join(root, "key.pem"));
    },
    // It is made where there is none: what counts is that one can be read.
    read: (root) => privateKeyIn(path.join(root, "key.pem")).asymmetricKeyType,
  },
  proof: {
    prepare: (root) => {
      process.env["XDG_CACHE_HOME"] = path.join(root, "cache");
      mkdirSync(path.join(root, "cache"), { recursive: true });
      writeProof(digest, proof("before"));
      releaseProofs(root, [digest]);
    },
    write: (root) => {
      process.env["XDG_CACHE_HOME"] = path.join(root, "cache");
      writeProof(digest, proof("after"));
      releaseProofs(root, [digest]);
    },
    read: (root) => {
      process.env["XDG_CACHE_HOME"] = path.join(root, "cache");
      return [readEnvelope(root, digest), readInventory(digest)];
    },
  },
};

const [, program = "", name = "", root = ""] = process.argv;
if (program.endsWith("survivors.ts")) await survivors[name]?.write(root);
