import { deepEqual, equal, match, rejects } from "node:assert/strict";
import { createPublicKey } from "node:crypto";
import { askRegistry, repositoryIn } from "../../../engine/registry/ask.ts";
import { attachProof, copyProofs } from "../../../images/proof/attach.ts";
import { attachedTo } from "../../../images/proof/attached.ts";
import { attest } from "../../../images/proof/attest.ts";
import { opened, sealedSchema, signersOf } from "../../../images/proof/envelope.ts";
import {
  attachedLabel,
  bundleType,
  pulledReferrer,
  pushReferrer,
  referrersOf,
} from "../../../images/proof/referrer.ts";
import { statementSchema } from "../../../images/proof/statement.ts";
import { buildKey, keyId } from "../../../images/signing/key.ts";
import { keylessSigner } from "../../../images/signing/keyless.ts";
import { canonicalJson, sha256 } from "../../../plan/digest.ts";
import { listingReferrers } from "../../registry/listing.ts";
import { registryFor, type Registry } from "../../registry/registry.ts";
import { digestOf } from "../release/fixture.ts";
import { Sigstore } from "../signing/sigstore.ts";
import { making, ProofPlace, smallContents } from "./fixture.ts";

const job = "https://github.com/acme/shop/.github/workflows/deploy.yml@refs/heads/main";
const tag = "1".repeat(64);

for (const lists of [false, true])
  describe(`the proof of an image in a registry that ${lists ? "lists referrers" : "lists none"}`, function () {
    this.timeout("1m");
    let registry: Registry;
    let place: ProofPlace;
    let count = 0;
    before(async function () {
      const started = await registryFor(this);
      registry = lists ? await listingReferrers(started) : started;
    });
    after(async () => {
      await (registry as Registry | undefined)?.stop();
    });
    beforeEach(() => {
      place = new ProofPlace();
    });
    afterEach(() => {
      place.dispose();
    });

    /** An image of no layer, as an engine pushes one, in a repository of its own. */
    async function pushed(config = { architecture: "amd64", os: "linux", nth: ++count }) {
      const name = `${registry.prefix}/shop-${count}`;
      const text = JSON.stringify(config);
      const image = `sha256:${sha256(text)}`;
      const repository = repositoryIn(name);
      await upload(name, text);
      const manifest = JSON.stringify({
        schemaVersion: 2,
        mediaType: "application/vnd.docker.distribution.manifest.v2+json",
        config: {
          mediaType: "application/vnd.docker.container.image.v1+json",
          digest: image,
          size: text.length,
        },
        layers: [],
      });
      const headers = { "content-type": "application/vnd.docker.distribution.manifest.v2+json" };
      const { host, name: own } = repository;
      await askRegistry(host, `${own}/manifests/${tag}`, { method: "PUT", headers, body: manifest });
      return {
        name,
        repository,
        image: { name: "base.shop", digest: image },
        manifest: `sha256:${sha256(manifest)}`,
      };
    }

    async function upload(reference: string, body: string): Promise<void> {
      const { host, name } = repositoryIn(reference);
      const begun = await askRegistry(host, `${name}/blobs/uploads/`, { method: "POST" });
      const url = new URL(begun.headers.get("location") ?? "", begun.url);
      url.searchParams.set("digest", `sha256:${sha256(body)}`);
      await askRegistry(host, url.href, { method: "PUT", body });
    }

    const proved = (image: string) => attest(place.root, making(image), smallContents());
    const tagsOf = async ({ host, name }: ReturnType<typeof repositoryIn>) =>
      ((await (await askRegistry(host, `${name}/tags/list`)).json()) as { tags: string[] }).tags.sort();

    it("is attached to its manifest, once, about that and about the image, signed by the builder's key", async () => {
      const { name, repository, image, manifest } = await pushed();
      await proved(image.digest);
      const digest = await attachProof(place.root, image, name, tag);
      equal(await attachProof(place.root, image, name, tag), digest);
      const found = await referrersOf(repository, manifest);
      deepEqual(
        found.map((each) => [each.digest, each.artifactType, each.annotations?.[attachedLabel]]),
        [[digest, bundleType, image.digest]],
      );
      const { bundle, subject } = await pulledReferrer(repository, digest);
      equal(subject.digest, manifest);
      const parsed = JSON.parse(bundle) as {
        mediaType: string;
        dsseEnvelope: { signatures: { keyid?: string }[] };
      };
      equal(parsed.mediaType, bundleType);
      const id = keyId(createPublicKey(buildKey()));
      const { dsseEnvelope: envelope } = parsed;
      const signatures = envelope.signatures.map((each) => ({ ...each, keyid: id }));
      const seal = sealedSchema.parse({ ...envelope, signatures });
      const statement = statementSchema.omit({ subject: true }).loose().parse(opened(seal));
      deepEqual(statement["subject"], [
        { name, digest: { sha256: manifest.slice(7) } },
        { name: "base.shop", digest: { sha256: image.digest.slice(7) } },
      ]);
      const trusted = new Map([[id, createPublicKey(buildKey())]]);
      equal(signersOf(place.root, seal, trusted).problem, undefined);
      // Where the registry lists, no tag is left for it.
      deepEqual(await tagsOf(repository), lists ? [tag] : [tag, manifest.replace(":", "-")].sort());
    });

    it("is signed by the identity of a job that has one", async () => {
      const { name, repository, image } = await pushed();
      const sigstore = await Sigstore.start();
      try {
        sigstore.trustedBy(place.root, [job]);
        sigstore.runAs(job);
        await proved(image.digest);
        const digest = await attachProof(place.root, image, name, tag);
        const { bundle } = await pulledReferrer(repository, digest);
        equal(keylessSigner(place.root, JSON.parse(bundle)), job);
        equal((JSON.parse(bundle) as { mediaType: string }).mediaType, bundleType);
      } finally {
        sigstore.stop();
      }
    });

    it("stands beside what others attached", async () => {
      const { name, repository, image, manifest } = await pushed();
      await proved(image.digest);
      const subject = {
        mediaType: "application/vnd.docker.distribution.manifest.v2+json",
        digest: manifest,
        size: 1,
      };
      const theirs = await pushReferrer(repository, { subject, bundle: "{}", annotations: {} });
      const ours = await attachProof(place.root, image, name, tag);
      const found = await referrersOf(repository, manifest);
      deepEqual(new Set(found.map((each) => each.digest)), new Set([theirs, ours]));
      const attached = await attachedTo(repository, manifest);
      deepEqual(
        attached.map((each) => [each.digest === ours, each.isOurs]),
        lists
          ? [[true, true]]
          : [
              [true, true],
              [false, false],
            ],
      );
    });

    it("is attached to no image but that which was signed, and not without a trusted signature", async () => {
      const { name, image } = await pushed();
      await rejects(
        attachProof(place.root, image, name, tag),
        /^Error: expected a signed statement of how sha256:/,
      );
      place.useKeyOf("them");
      await proved(image.digest);
      place.useKeyOf("us");
      await rejects(attachProof(place.root, image, name, tag), /^Error: expected the signature of a key of/);
      const other = { name: "base.shop", digest: digestOf("a") };
      await proved(other.digest);
      await rejects(
        attachProof(place.root, other, name, tag),
        new RegExp(
          `^Error: .*/shop-\\d+:${tag}: expected the image ${other.digest}, got ${image.digest}; push it again$`,
        ),
      );
    });

    it("goes along to another registry's copy, as it is signed, where that is the same manifest", async () => {
      const first = await pushed();
      await proved(first.image.digest);
      const digest = await attachProof(place.root, first.image, first.name, tag);
      const second = `${registry.prefix}/copy-${count}`;
      const { host, name } = repositoryIn(second);
      const { host: from, name: source } = first.repository;
      const config = await (await askRegistry(from, `${source}/blobs/${first.image.digest}`)).text();
      await upload(second, config);
      const headers = { accept: "application/vnd.docker.distribution.manifest.v2+json" };
      const manifest = await (await askRegistry(from, `${source}/manifests/${tag}`, { headers })).text();
      await askRegistry(host, `${name}/manifests/${tag}`, {
        ...{ method: "PUT", headers: { "content-type": headers.accept }, body: manifest },
      });
      await copyProofs(`${first.name}@${first.manifest}`, `${second}@${digestOf("f")}`);
      deepEqual(await referrersOf({ host, name }, first.manifest), []);
      await copyProofs(`${first.name}@${first.manifest}`, `${second}@${first.manifest}`);
      deepEqual(
        (await referrersOf({ host, name }, first.manifest)).map((each) => each.digest),
        [digest],
      );
      match(canonicalJson(await pulledReferrer({ host, name }, digest)), /dsseEnvelope/);
    });
  });
