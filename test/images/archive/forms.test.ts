import { deepEqual, throws } from "node:assert/strict";
import { padding } from "../../../images/archive/writeTar.ts";
import { archiveOf, entriesOf, entry, Workplace, type Entry } from "./fixture.ts";

const list = Buffer.from(
  "02000000" +
    "01000600ffffffff" +
    "02000400e9030000" +
    "04000400ffffffff" +
    "10000600ffffffff" +
    "20000000ffffffff",
  "hex",
);

describe("a tar archive of another form", () => {
  const workplace = new Workplace();
  after(() => {
    workplace.dispose();
  });

  /** Pax records for the entry that follows, or with the flag `g` for all that follow. */
  const pax = (records: Record<string, string>, flag = "x"): Buffer => {
    const body = Buffer.from(
      Object.entries(records)
        .map(([key, value]) => record(key, value))
        .join(""),
      "latin1",
    );
    const header = archiveOf([entry("PaxHeader", { content: body })]).subarray(0, 512);
    header.write(flag, 156);
    return Buffer.concat([resummed(header), body, padding(body.length)]);
  };
  const read = (...parts: Buffer[]): Entry[] => entriesOf(workplace.file(Buffer.concat(parts)));
  const file = archiveOf([entry("file", { content: Buffer.from("text") })]);

  it("has access control lists as text, of numbers", () => {
    const text = "user::rw-,group::r--,other::---,user:deploy:r--:1001,mask::rw-";
    const [got] = read(
      pax({ "SCHILY.acl.access": text, "SCHILY.acl.default": text.replace("deploy", "1001") }),
      file,
    );
    deepEqual(
      [...(got?.xattrs ?? [])],
      [
        ["system.posix_acl_access", list],
        ["system.posix_acl_default", list],
      ],
    );
    // The bits of the group are those of the mask.
    deepEqual(got?.mode, 0o664);
  });

  it("is refused where a list names somebody without a number, or is none", () => {
    const of = (text: string) => () => read(pax({ "SCHILY.acl.access": text }), file);
    throws(of("user::rw-,user:deploy:r--,group::r--,mask::r--,other::---"), {
      message:
        "tar entry file: expected in its access control list the number of user deploy, got its name alone; make the archive with tar --numeric-owner",
    });
    throws(of("nonsense"), /expected in its access control list user::rwx and the like, got "nonsense"$/);
  });

  it("has lists that say no more than the mode", () => {
    deepEqual(
      read(pax({ "SCHILY.acl.access": "user::rw-,group::r--,other::r--" }), file)[0]?.xattrs,
      new Map(),
    );
  });

  it("says something of all entries that follow, until one says otherwise", () => {
    const second = pax({ mtime: "9" });
    const got = read(pax({ mtime: "7.5", comment: "x" }, "g"), file.subarray(0, 1024), second, file);
    deepEqual(
      got.map(({ mtime }) => mtime),
      [7, 9],
    );
  });

  it("has folders by the slash of old times, and a name of the whole that is no file", () => {
    const label = archiveOf([entry("label")]).subarray(0, 512);
    label.write("V", 156);
    const old = archiveOf([entry("folder/")]);
    old[156] = 0;
    deepEqual(
      read(resummed(label), resummed(old.subarray(0, 512)), file).map(({ path, type }) => [path, type]),
      [
        ["folder", "directory"],
        ["file", "file"],
      ],
    );
  });

  it("with a damaged map of a file with holes is refused", () => {
    const sparse = (map: string) => () => read(pax({ "GNU.sparse.size": "10", "GNU.sparse.map": map }), file);
    throws(sparse("0,4,2,4"), /expected data in order within 10 bytes, got 4 bytes at 2$/);
    throws(sparse("0,4,8,4"), /expected data in order within 10 bytes, got 4 bytes at 8$/);
    throws(sparse("0,4,4,4"), /expected 8 bytes of data, got 4$/);
    throws(
      () => read(pax({ "GNU.sparse.major": "1", "GNU.sparse.minor": "0", "GNU.sparse.realsize": "9" }), file),
      /expected a map of a file with holes, got 4 bytes without one$/,
    );
  });
});

function record(key: string, value: string): string {
  const rest = ` ${key}=${value}\n`;
  const length = [1, 2, 3]
    .map((digits) => rest.length + digits)
    .find((total) => rest.length + String(total).length === total);
  return `${length ?? ""}${rest}`;
}

function resummed(block: Buffer): Buffer {
  const header = Buffer.from(block);
  header.fill(0x20, 148, 156);
  const sum = header.subarray(0, 512).reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148, "latin1");
  return header;
}
