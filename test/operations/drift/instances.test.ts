import { deepEqual, doesNotMatch, rejects } from "node:assert/strict";
import { deflateSync } from "node:zlib";
import type { ImageFile } from "../../../images/proof/contents.ts";
import { boxFindings } from "../../../operations/drift/instances/boxFindings.ts";
import { checkLine } from "../../../operations/drift/instances/check.ts";
import { imageGroups } from "../../../operations/drift/instances/groups.ts";
import { insideLines } from "../../../operations/drift/instances/look.ts";
import { describeFinding } from "../../../operations/drift/finding/finding.ts";
import { wantedGroups } from "../../../operations/state/instance.ts";
import type { StateResource } from "../../../operations/state/resource.ts";

const file = (path: string, content = "a", own: Partial<ImageFile> = {}): ImageFile => ({
  ...{ path, type: "file", mode: "0644", uid: 0, gid: 0, sha256: content.repeat(64) },
  ...own,
});
const image = [
  file("/opt/api.py"),
  file("/usr/bin/python3"),
  file("/etc/passwd"),
  file("/dev/null", "a", { type: "character" as ImageFile["type"] }),
  file("/data/x"),
];

interface Seen {
  files: ImageFile[];
  setId?: string[];
  programs?: string[];
}

/** A box that answers as root_facts.py would, from these files. */
function box({ files, setId = [], programs = ["usr/bin/python3"] }: Seen) {
  const asked: number[][] = [];
  const run = (line: string): Promise<string> => {
    const request = JSON.parse(Buffer.from(line.split(" ").at(-1) ?? "", "base64").toString()) as {
      show: number[];
    };
    asked.push(request.show);
    const groups = imageGroups(files, (path) => path.startsWith("data"));
    const shown = Object.fromEntries(request.show.flatMap((group) => [...(groups.files[group] ?? [])]));
    const packed = Buffer.from(groups.digests.join(""), "hex").toString("base64");
    const answer = { groups: packed, shown, setId, mounts: ["data"], programs };
    return Promise.resolve(deflateSync(JSON.stringify(answer)).toString("base64"));
  };
  return { run, asked };
}

describe("drift inside an instance", () => {
  it("is none where all groups of files are the image's; one command tells it", async () => {
    const { run, asked } = box({ files: image });
    deepEqual([await insideLines({ files: image }, [], run), asked], [[], [[]]]);
  });

  it("is told file by file, after asking for the groups that differ, in portions that fit", async () => {
    const files = [
      ...image.filter(({ path }) => path !== "/opt/api.py"),
      ...Array.from({ length: 8 }, (_, index) => file(`/opt/new${index}`)),
      file("/etc/passwd", "b"),
    ].filter((each, index, all) => all.findLastIndex(({ path }) => path === each.path) === index);
    const { run, asked } = box({ files });
    deepEqual(await insideLines({ files: image }, [], run), [
      "file /etc/passwd changed",
      "file /opt/api.py removed",
      ...Array.from({ length: 8 }, (_, index) => `file /opt/new${index} added`),
    ]);
    deepEqual(
      asked.map((groups) => groups.length),
      [0, 6, 3],
    );
  });

  it("is counted where it is too much to tell", async () => {
    const many = Array.from({ length: 3000 }, (_, index) => file(`/opt/many/${index}`));
    const lines = await insideLines({ files: image }, [], box({ files: [...image, ...many] }).run);
    deepEqual(lines.slice(-2)[0]?.replace(/\d+/, "N"), "N more files");
    deepEqual(lines.at(-1)?.replace(/\d+/, "N"), "files in N of 512 further parts differ");
  });

  it("is told for programs that are not the image's, and for hidden rights", async () => {
    const seen = {
      files: image,
      setId: ["var/tmp/sh"],
      programs: ["usr/bin/python3", "tmp/miner (deleted)"],
    };
    deepEqual(await insideLines({ files: image }, [], box(seen).run), [
      "file /var/tmp/sh gives its owner's rights to whoever starts it",
      "process /tmp/miner (deleted) runs, which is no program of the image",
    ]);
  });

  it("cannot be told from an answer that is none", async () => {
    const run = () => Promise.resolve("\n");
    await rejects(insideLines({ files: image }, [], run), /expected facts of the box, got an empty answer/);
    const other = () => Promise.resolve("command not found");
    await rejects(insideLines({ files: image }, [], other), /got something else: command not found/);
  });

  it("is asked for by a line that no shell misreads, whatever paths it names", () => {
    const line = checkLine([1], ["/var/it's; rm -rf $HOME `x`"]);
    doesNotMatch(line.replace(/^python3 -c "[\w.,;()'+/= ]+" --groups /, ""), /[^\w+/=]/);
  });
});

const group = {
  ...{ urn: "urn:group", fleet: "web", group: "web-1", ami: "ami-1", diskDigest: "sha256:1", boxes: 2 },
  ...{ stateful: false, region: "r", targetGroups: [] },
};
const instance = (id: string, own: object = {}) => ({
  ...{
    id,
    ami: "ami-1",
    state: "running",
    launched: new Date("2026-01-01"),
    tags: { "immutable-fleets:group": "web-1" },
  },
  ...own,
});
const now = new Date("2026-01-11");
const seen = (instances: ReturnType<typeof instance>[], days?: number) =>
  boxFindings([group], instances, days, now).map(describeFinding);

describe("drift of instances, as AWS tells it", () => {
  it("is none for as many boxes of the AMI as are wanted, or more", () => {
    deepEqual(seen([instance("i-1"), instance("i-2"), instance("i-3", { state: "pending" })], 10), []);
  });

  it("is told for missing boxes, another AMI, age and strangers", () => {
    const boxes = [
      instance("i-1", { ami: "ami-2" }),
      instance("i-2", { state: "stopped" }),
      instance("i-3", { tags: { "immutable-fleets:group": "web-0" } }),
    ];
    deepEqual(seen(boxes, 9.5), [
      "settings web-1: running boxes: expected at least 2, got 1",
      "settings i-1: AMI: expected ami-1, got ami-2",
      "age i-1: age: expected at most 9.5 days, got 10.0 days",
      "age i-2: age: expected at most 9.5 days, got 10.0 days",
      "stranger i-3: an instance with this stack's tags that the state does not know; look at it, then end it",
    ]);
  });
});

describe("the instances that a state wants", () => {
  const resource = (type: string, urn: string, name: string, inputs: object): StateResource => ({
    ...{ type, urn, name, id: name, outputs: {}, provider: "", pendingDelete: false },
    inputs: inputs as Record<string, unknown>,
  });
  const gate = (name: string) =>
    resource("command:local:Command", "p::fleet:index:InstanceFleet$command:local:Command", `${name}-gate`, {
      stdin: JSON.stringify({ fleet: "web", region: "r", group: name, boxes: 1, targetGroups: ["arn"] }),
    });

  it("are its groups, with the AMI of their template, and its boxes that keep data", () => {
    const tags = [
      { key: "immutable-fleets:group", value: "web-1" },
      { key: "immutable-fleets:disk-digest", value: "sha256:1" },
    ];
    const state = [
      resource("aws:ec2/launchTemplate:LaunchTemplate", "t", "web-1", { imageId: "ami-1" }),
      resource("aws:autoscaling/group:Group", "g", "web-1", { minSize: 2, tags }),
      gate("web-1"),
      resource("aws:ec2/instance:Instance", "i", "db-1", {
        ami: "ami-2",
        tags: { "immutable-fleets:group": "db-1-1", "immutable-fleets:disk-digest": "sha256:2" },
      }),
      gate("db-1-1"),
      resource("aws:ec2/instance:Instance", "o", "other", { ami: "ami-3" }),
    ];
    const common = { fleet: "web", region: "r", targetGroups: ["arn"] };
    deepEqual(wantedGroups(state), [
      {
        ...common,
        urn: "g",
        group: "web-1",
        ami: "ami-1",
        diskDigest: "sha256:1",
        boxes: 2,
        stateful: false,
      },
      {
        ...common,
        urn: "i",
        group: "db-1-1",
        ami: "ami-2",
        diskDigest: "sha256:2",
        boxes: 1,
        stateful: true,
      },
    ]);
  });
});
