import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
} from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import * as path from "node:path";
import { createWhole, writeWhole } from "../../work/wholeFile.ts";
import { trustedFile, trustedFiles, trustFolder } from "../ledger/trust.ts";
import { refuseEndedKey } from "./ended.ts";

/** The private key (Ed25519) in a file, which is made at the first call and readable by its owner only. */
export function privateKeyIn(file: string): KeyObject {
  if (!existsSync(file)) makeKey(file);
  return createPrivateKey(readFileSync(file));
}

/** Appears whole, and once, also when two are first. */
function makeKey(file: string): void {
  const { privateKey } = generateKeyPairSync("ed25519");
  createWhole(file, privateKey.export({ type: "pkcs8", format: "pem" }), { mode: 0o600 });
}

/**
 * The key that signs what this user builds, for every clone, since they share what is built. In a job without a home of
 * its own, the variable FLEET_BUILD_KEY has it (PEM).
 */
export function buildKey(): KeyObject {
  const given = process.env["FLEET_BUILD_KEY"] ?? "";
  if (given !== "") return createPrivateKey(given);
  return privateKeyIn(buildKeyFile());
}

/** The same, once it is sure that it has not ended. @throws Error with the way out. */
export function usableBuildKey(root: string): KeyObject {
  const key = buildKey();
  const isGiven = (process.env["FLEET_BUILD_KEY"] ?? "") !== "";
  refuseEndedKey(root, keyId(createPublicKey(key)), isGiven ? "FLEET_BUILD_KEY" : buildKeyFile());
  return key;
}

function buildKeyFile(): string {
  const home = process.env["XDG_DATA_HOME"] ?? path.join(homedir(), ".local/share");
  return path.join(home, "immutable-fleets/build-key.pem");
}

/** 16 hexadecimal digits of the public key's SHA-256. */
export function keyId(publicKey: KeyObject): string {
  const bytes = publicKey.export({ type: "spki", format: "der" });
  return createHash("sha256").update(bytes).digest("hex").slice(0, 16);
}

/** Puts the public half of a key among those of this clone, which are trusted once they are committed where that counts. */
export function publishKey(root: string, key: KeyObject): string {
  const publicKey = createPublicKey(key);
  const id = keyId(publicKey);
  const file = path.join(root, trustFolder, `${id}.pem`);
  if (!existsSync(file)) writeWhole(file, publicKey.export({ type: "spki", format: "pem" }));
  return id;
}

/** The public key of that id among those that the project trusts; `none`: no such file; `other`: a file that is no key. */
export function trustedKey(root: string, id: string): KeyObject | "none" | "other" {
  const text = /^[0-9a-f]+$/.test(id) ? trustedFile(root, `${id}.pem`) : undefined;
  return text === undefined ? "none" : (publicKeyOf(text) ?? "other");
}

/**
 * The keys that the project trusts, by id.
 * @throws Error that names the file, when one is no key.
 */
export function trustedKeys(root: string): Map<string, KeyObject> {
  const files = trustedFiles(root).filter((file) => file.endsWith(".pem"));
  const keys = files.map((file) => {
    const key = publicKeyOf(trustedFile(root, file) ?? "");
    if (key) return [path.basename(file, ".pem"), key] as const;
    throw new Error(
      `${trustFolder}/${file}: expected a public key (PEM), got another file; take it again from where it was recorded`,
    );
  });
  return new Map(keys.filter(([id, key]) => keyId(key) === id));
}

function publicKeyOf(text: string): KeyObject | undefined {
  try {
    return createPublicKey(text);
  } catch {
    return undefined;
  }
}
