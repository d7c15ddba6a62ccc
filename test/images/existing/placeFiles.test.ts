import { deepEqual, equal, notEqual } from "node:assert/strict";
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { entriesIn } from "../../../images/existing/files.ts";
import { filesLayer, placedFiles } from "../../../images/existing/placeFiles.ts";
import { layerPath } from "../../../images/archive/store.ts";
import { existingInputs, inputDigest } from "../../../plan/inputs.ts";
import { useFolder } from "../../support/folder.ts";

describe("files that an existing image is given", () => {
  const root = useFolder();

  it("are those of folders below their places; of one place the longest that was given", () => {
    const places = { "/etc/app/": "conf", "/etc/app/main.conf": "special.conf", "/srv": "./pages/" };
    const files = [
      "conf/a",
      "conf/b/c",
      "conf/main.conf",
      "configuration/d",
      "pages/index.html",
      "special.conf",
    ];
    deepEqual(placedFiles(places, files), [
      { place: "/etc/app/a", source: "conf/a" },
      { place: "/etc/app/b/c", source: "conf/b/c" },
      { place: "/etc/app/main.conf", source: "special.conf" },
      { place: "/srv/index.html", source: "pages/index.html" },
    ]);
  });

  it("are root's, readable by all, and an equal layer whenever and wherever it is made", async () => {
    mkdirSync(path.join(root(), "conf"));
    writeFileSync(path.join(root(), "conf/app.conf"), "port 1\n", { mode: 0o600 });
    writeFileSync(path.join(root(), "conf/run"), "#!/bin/sh\n");
    chmodSync(path.join(root(), "conf/run"), 0o700);
    const layerOf = () => {
      const inputs = existingInputs(root(), "image-shop", "shop@sha256:1", { "/etc/app": "conf" });
      const request = {
        id: "image-shop",
        inputs,
        inputDigest: inputDigest(inputs, undefined),
        epochSeconds: 1000,
      };
      return filesLayer(request, root(), () => undefined);
    };
    const layer = await layerOf();
    const entries = await entriesIn(readFileSync(layerPath(layer)), "/");
    deepEqual(
      entries.map(({ path: place, mode, uid, gid, content }) => [place, mode, uid, gid, content]),
      [
        ["/etc/app/app.conf", 0o644, 0, 0, "port 1\n"],
        ["/etc/app/run", 0o755, 0, 0, "#!/bin/sh\n"],
      ],
    );
    writeFileSync(path.join(root(), "conf/app.conf"), "port 1\n");
    equal(await layerOf(), layer);
    writeFileSync(path.join(root(), "conf/app.conf"), "port 2\n");
    notEqual(await layerOf(), layer);
  });
});
