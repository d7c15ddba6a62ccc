import { deepEqual, equal } from "node:assert/strict";
import { createHash } from "node:crypto";
import { Spec, Validation } from "@cyclonedx/cyclonedx-library";
import { contentsDigest } from "../../../images/proof/contents.ts";
import { inventory } from "../../../images/proof/sbom.ts";
import { digestOf } from "../release/fixture.ts";
import { smallContents } from "./fixture.ts";

interface Component {
  type: string;
  name: string;
  purl?: string;
  hashes?: { content: string }[];
}
const sha256 = (text: string) => createHash("sha256").update(text).digest("hex");

describe("the inventory of an image", () => {
  it("has the installed packages, and the files as the uppermost layer left them", () => {
    const { system, packages, files } = smallContents();
    deepEqual(system, { id: "debian", version: "12" });
    deepEqual(packages, [
      {
        kind: "deb",
        name: "curl",
        version: "7.88.1-10+deb12u8",
        architecture: "amd64",
        source: "curl-src",
        sourceVersion: "1.0",
      },
    ]);
    const changed = { type: "file", mode: "4755", uid: 7, gid: 0, sha256: sha256("two") };
    deepEqual(files.slice(0, 4), [
      { path: "/bin", type: "symlink", mode: "0777", uid: 0, gid: 0, target: "usr/bin" },
      { path: "/etc", type: "directory", mode: "0755", uid: 0, gid: 0 },
      { path: "/etc/motd", ...changed },
      { path: "/etc/motd.same", ...changed },
    ]);
  });

  it("is a CycloneDX 1.6 document by its schema, and the same for the same contents", async () => {
    const text = inventory({ place: "base.shop", digest: digestOf("a") }, smallContents());
    equal(await new Validation.JsonStrictValidator(Spec.Version.v1dot6).validate(text), null);
    equal(inventory({ place: "base.shop", digest: digestOf("a") }, smallContents()), text);
    const { components } = JSON.parse(text) as { components: Component[] };
    equal(components[0]?.purl, "pkg:deb/debian/curl@7.88.1-10+deb12u8?arch=amd64&distro=debian-12");
    const motd = components.find(({ name }) => name === "/etc/motd");
    deepEqual([motd?.type, motd?.hashes?.[0]?.content], ["file", sha256("two")]);
  });

  it("has another digest when a file's mode, owner or content is another", () => {
    const digests = (["mode", "uid", "sha256"] as const).map((key) => {
      const contents = smallContents();
      const motd = contents.files.find(({ path }) => path === "/etc/motd");
      if (motd) Object.assign(motd, { [key]: "1" });
      return contentsDigest(contents);
    });
    equal(new Set([...digests, contentsDigest(smallContents())]).size, 4);
  });
});
