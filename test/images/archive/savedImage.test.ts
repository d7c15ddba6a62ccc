import { deepEqual, equal, throws } from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { layerPath } from "../../../images/archive/store.ts";
import { writeImageArchive } from "../../../images/archive/imageArchive.ts";
import { savedLayers } from "../../../images/archive/savedImage.ts";
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
        manifest(["a/layer.tar", "blobs/sha256/one"]),
      ]),
    );
    deepEqual(contents(archive), ["lower", "lower"]);
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
