import { equal, match, notEqual } from "node:assert/strict";
import { generateKeyPairSync, randomBytes } from "node:crypto";
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { execa } from "execa";
import { projectRoot } from "../../config/root.ts";
import { localReference, registryReference } from "../../engine/labels.ts";
import { envelopeSchema, opened, sealed } from "../../images/proof/envelope.ts";
import { proofFolder } from "../../images/proof/store.ts";
import { pushProof } from "../../images/proof/transport.ts";
import type { BuildResult } from "../../plan/buildRequest.ts";
import { registryFor, type Registry } from "../registry/registry.ts";
import { archiveOf, entry } from "../images/archive/fixture.ts";
import { builtLayer } from "./builtLayer.ts";

const manifest = "application/vnd.docker.distribution.manifest.v2+json";

describe("An image that is found, in an engine or a registry that somebody else has written to", function () {
  this.timeout("5m");
  const layer = `test-${randomBytes(4).toString("hex")}`;
  const folder = path.join(projectRoot, `.cache/${layer}`);
  const stranger = generateKeyPairSync("ed25519").privateKey;
  let registry: Registry;
  let older: BuildResult;
  let newer: BuildResult;
  let evil = "";

  before(async function () {
    registry = await registryFor(this);
    mkdirSync(folder, { recursive: true });
    older = (await build("older")).result;
    newer = (await build("newer")).result;
    evil = await evilImage();
  });

  after(async () => {
    rmSync(folder, { recursive: true, force: true });
    await (registry as Registry | undefined)?.stop();
    const { stdout } = await execa("docker", [
      "image",
      "ls",
      "--quiet",
      "--filter",
      `reference=*/*${layer}*`,
    ]);
    const { stdout: names } = await execa("docker", ["image", "ls", "--format", "{{.Repository}}:{{.Tag}}"]);
    const ours = names.split("\n").filter((name) => name.includes(`/${layer}:`));
    await execa("docker", ["image", "rm", "--force", ...ours, ...stdout.split("\n").filter(Boolean), evil], {
      reject: false,
    });
    for (const image of [older.image, newer.image, evil])
      rmSync(proofFolder(image), { recursive: true, force: true });
  });

  it("is taken where nothing was altered", async () => {
    await refound(/: found sha256/);
  });

  it("is not an older one under its name", async () => {
    await execa("docker", ["tag", older.image, local()]);
    await refound(/builds again: found .* got one of/);
  });

  it("is not one with its labels", async () => {
    await execa("docker", ["tag", evil, local()]);
    await refound(/builds again: found .* no whole proof/);
  });

  it("is not one that a stranger signed", async () => {
    forgeProof();
    await execa("docker", ["tag", evil, local()]);
    await refound(/builds again: found .* expected the signature of a key of releases\/keys/);
  });

  it("is one whose proof on this machine is that of another, where the registry has its own", async () => {
    copyProof(older.image, newer.image);
    await refound(/expected the proof that was written, got another[^]*: found sha256/);
  });

  it("is not an older one that the registry has under its name, with its own proof", async () => {
    await pushAs(older.image);
    await pushProof(registry.prefix, layer, older.image);
    await forget();
    await refound(/builds again: found .* got one of/);
  });

  it("is not another one that the registry has under its name, signed by a stranger", async () => {
    forgeProof();
    await pushAs(evil);
    await pushProof(registry.prefix, layer, evil);
    await forget();
    await refound(/builds again: found .* (expected the signature of a key|no whole proof)/);
  });

  it("is not what a list of manifests leads to", async () => {
    await pushAs(evil);
    await pushList();
    await forget();
    await refound(/builds again: found .* (expected the signature of a key|no whole proof)/);
  });

  it("is not one for another architecture", async () => {
    const archive = path.join(folder, "root.tar");
    const { stdout: other } = await execa("docker", ["import", "--platform", "linux/s390x", archive]);
    try {
      await pushAs(other);
      await forget();
      await refound(/builds again: found .* no whole proof/);
    } finally {
      await execa("docker", ["image", "rm", "--force", other]);
    }
  });

  it("is what was built, once the registry has it again", async () => {
    await forget();
    await refound(/: found sha256/);
  });

  /** Builds from the newer content: the image is that of before, whatever was found. */
  async function refound(how: RegExp): Promise<void> {
    const { result, progress } = await build("newer");
    equal(result.image, newer.image);
    match(progress, how);
  }

  function build(content: string) {
    writeFileSync(
      path.join(folder, "root.tar"),
      archiveOf([entry("etc/motd", { content: Buffer.from(`${layer} ${content}`) })]),
    );
    const from = { archive: path.relative(projectRoot, path.join(folder, "root.tar")) };
    const recipe = { roles: [], variables: {}, files: [], machineOnly: false, from };
    return builtLayer(recipe, { layer, registry: { prefix: registry.prefix, push: true } });
  }

  function local(): string {
    return localReference(layer, newer.inputDigest);
  }

  /** An image that says of itself all that the newer one does. */
  async function evilImage(): Promise<string> {
    const { stdout: box } = await execa("docker", ["create", newer.image, "/evil"]);
    const { stdout } = await execa("docker", ["commit", "--change", 'CMD ["/evil"]', box]);
    await execa("docker", ["rm", box]);
    notEqual(stdout, newer.image);
    return stdout;
  }

  /** Gives the evil image the proof of the newer one, as if it were its own, signed by whoever altered it. */
  function forgeProof(): void {
    copyProof(newer.image, evil);
    const file = path.join(proofFolder(evil), "provenance.dsse.json");
    const statement = JSON.stringify(opened(envelopeSchema.parse(JSON.parse(readFileSync(file, "utf8")))));
    const forged: unknown = JSON.parse(statement.replaceAll(hexOf(newer.image), hexOf(evil)));
    writeFileSync(file, JSON.stringify(sealed(forged, stranger)));
  }

  function copyProof(from: string, to: string): void {
    rmSync(proofFolder(to), { recursive: true, force: true });
    cpSync(proofFolder(from), proofFolder(to), { recursive: true });
  }

  async function pushAs(image: string): Promise<void> {
    const remote = registryReference(registry.prefix, layer, newer.inputDigest);
    await execa("docker", ["tag", image, remote]);
    await execa("docker", ["push", remote]);
  }

  /** Neither the engine nor the cache knows of the newer one any more. */
  async function forget(): Promise<void> {
    const remote = registryReference(registry.prefix, layer, newer.inputDigest);
    await execa("docker", ["image", "rm", "--force", local(), remote]);
    for (const image of [newer.image, older.image, evil])
      rmSync(proofFolder(image), { recursive: true, force: true });
  }

  /** Has the registry give a list of manifests in the place of the one that it has. */
  async function pushList(): Promise<void> {
    const [host = "", ...prefix] = registry.prefix.split("/");
    const tag = registryReference(registry.prefix, layer, newer.inputDigest).split(":").at(-1) ?? "";
    const at = `http://${host}/v2/${[...prefix, layer].join("/")}/manifests/${tag}`;
    const answer = await fetch(at, { headers: { accept: manifest } });
    const body = Buffer.from(await answer.arrayBuffer());
    const digest = answer.headers.get("docker-content-digest");
    const { stdout } = await execa("docker", ["version", "--format", "{{.Server.Os}} {{.Server.Arch}}"]);
    const [os, architecture] = stdout.split(" ");
    const list = "application/vnd.docker.distribution.manifest.list.v2+json";
    const platform = { os, architecture };
    const manifests = [{ mediaType: manifest, size: body.length, digest, platform }];
    const put = await fetch(at, {
      method: "PUT",
      headers: { "content-type": list },
      body: JSON.stringify({ schemaVersion: 2, mediaType: list, manifests }),
    });
    equal(put.status, 201);
  }
});

function hexOf(digest: string): string {
  return digest.replace("sha256:", "");
}
