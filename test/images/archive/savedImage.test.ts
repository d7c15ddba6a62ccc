import { deepEqual, equal, ok, rejects, throws } from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { gzipSync, zstdCompressSync } from "node:zlib";
import { layerPath } from "../../../images/archive/store.ts";
import { writeImageArchive } from "../../../images/archive/imageArchive.ts";
import { extractLayer, savedLayers } from "../../../images/archive/savedImage.ts";
import { sha256 } from "../../../plan/digest.ts";
import { archiveOf, entriesOf, entry, Workplace } from "./fixture.ts";

describe("a saved image", () => {
  const workplace = new Workplace();
  const cache = process.env["XDG_CACHE_HOME"];

  before(() => {
    process.env["XDG_CACHE_HOME"] = workplace.folder;
  });
  after(() => {
    if (cache === undefined) delete process.env["XDG_CACHE_HOME"];
    else process.env["XDG_CACHE_HOME"] = cache;
    workplace.dispose();
  });

  const manifest = (layers: string[]) =>
    entry("manifest.json", { content: Buffer.from(JSON.stringify([{ Config: "c.json", Layers: layers }])) });
  const config = entry("c.json", { content: Buffer.from("{}") });
  /** The contents of the layers, in order. */
  const contents = (archive: string) => {
    const all = workplace.read(archive);
    return savedLayers(archive).map(({ start, end }) => all.subarray(start, end).toString());
  };

  it("has its layers in the manifest's order", () => {
    const archive = workplace.file(
      archiveOf([
        entry("b/layer.tar", { content: Buffer.from("upper") }),
        entry("a/layer.tar", { content: Buffer.from("lower") }),
        config,
        manifest(["a/layer.tar", "b/layer.tar"]),
      ]),
    );
    deepEqual(contents(archive), ["lower", "upper"]);
  });

  it("of newer engines has blobs, and links to them", () => {
    const archive = workplace.file(
      archiveOf([
        entry("blobs/sha256/one", { content: Buffer.from("lower") }),
        entry("a/layer.tar", { type: "symlink", target: "../blobs/sha256/one" }),
        config,
        manifest(["a/layer.tar", "blobs/sha256/one"]),
      ]),
    );
    deepEqual(contents(archive), ["lower", "lower"]);
  });

  describe("of an engine with containerd's image store", () => {
    const texts = ["lower", "middle", "upper"];
    const stored = [gzipSync("lower"), zstdCompressSync("middle"), Buffer.from("upper")];
    const blob = (content: Buffer | string) =>
      entry(`blobs/sha256/${sha256(content)}`, { content: Buffer.from(content) });
    const descriptor = (content: Buffer | string, more = {}) => ({
      digest: `sha256:${sha256(content)}`,
      ...more,
    });
    const diffIds = texts.map((text) => `sha256:${sha256(text)}`);
    const configuration = JSON.stringify({ rootfs: { diff_ids: diffIds } });
    const image = JSON.stringify({
      config: descriptor(configuration),
      layers: stored.map((each) => descriptor(each)),
    });
    const attestation = JSON.stringify({ config: descriptor("{}"), layers: [] });
    const platforms = JSON.stringify({
      manifests: [
        descriptor("of another platform, not here"),
        descriptor(attestation, { annotations: { "vnd.docker.reference.type": "attestation-manifest" } }),
        descriptor(image),
      ],
    });
    const blobs = [configuration, image, attestation, platforms, ...stored].map(blob);
    const layout = (index: string) => [
      ...blobs,
      entry("oci-layout", { content: Buffer.from('{"imageLayoutVersion":"1.0.0"}') }),
      entry("index.json", { content: Buffer.from(JSON.stringify({ manifests: [descriptor(index)] })) }),
    ];
    const withManifest = entry("manifest.json", {
      content: Buffer.from(
        JSON.stringify([{ Config: blob(configuration).path, Layers: stored.map((each) => blob(each).path) }]),
      ),
    });

    for (const [title, entries] of [
      ["by its manifest.json", [...layout(platforms), withManifest]],
      ["as an OCI layout", layout(image)],
      ["as an OCI layout of several platforms", layout(platforms)],
    ] as const)
      it(`has compressed layers, ${title}`, async () => {
        const archive = workplace.file(archiveOf(entries));
        const layers = savedLayers(archive);
        deepEqual(
          layers.map(({ compression, diffId }) => [compression, diffId]),
          diffIds.map((diffId, index) => [["gzip", "zstd", undefined][index], diffId]),
        );
        for (const [index, layer] of layers.entries()) {
          const output = workplace.path();
          await extractLayer(archive, layer, output);
          equal(workplace.read(output).toString(), texts[index]);
        }
      });

    it("is refused where a layer is not what the configuration says, or the archive has no image", async () => {
      const archive = workplace.file(archiveOf(layout(image)));
      const [lower] = savedLayers(archive);
      ok(lower);
      await rejects(extractLayer(archive, { ...lower, diffId: "sha256:other" }, workplace.path()), {
        message: `expected the layer sha256:other, got sha256:${sha256("lower")}`,
      });
      const none = workplace.file(archiveOf(layout("nothing")));
      throws(() => savedLayers(none), {
        message: `${none}: expected an image's manifest in index.json, got none`,
      });
    });
  });

  it("without a manifest is none", () => {
    const archive = workplace.file(archiveOf([entry("other")]));
    throws(() => savedLayers(archive), {
      message: `${archive}: expected an entry manifest.json, got none; is it an image archive?`,
    });
  });

  it("is read as it was put together for loading", () => {
    writeFileSync(layerPath("sha256:one"), "lower");
    writeFileSync(layerPath("sha256:two"), "upper");
    const archive = workplace.path();
    const layers = ["sha256:one", "sha256:two", "sha256:one"];
    equal(writeImageArchive(archive, "{}", layers, layers), `sha256:${sha256("{}")}`);
    deepEqual(contents(archive), ["lower", "upper", "lower"]);
    deepEqual(
      entriesOf(archive).map(({ path }) => path),
      [`${sha256("{}")}.json`, "one/layer.tar", "two/layer.tar", "manifest.json"],
    );
  });

  it("may leave out layers that the engine has", () => {
    writeFileSync(layerPath("sha256:two"), "upper");
    const archive = workplace.path();
    writeImageArchive(archive, "{}", ["sha256:absent", "sha256:two"], ["sha256:two"]);
    const entries = entriesOf(archive);
    deepEqual(
      entries.map(({ path }) => path),
      [`${sha256("{}")}.json`, "two/layer.tar", "manifest.json"],
    );
    deepEqual(JSON.parse(entries.at(-1)?.content.toString() ?? ""), [
      { Config: `${sha256("{}")}.json`, RepoTags: null, Layers: ["absent/layer.tar", "two/layer.tar"] },
    ]);
  });
});
