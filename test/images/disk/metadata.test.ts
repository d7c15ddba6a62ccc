import { deepEqual, equal, match } from "node:assert/strict";
import { qemuArguments } from "../../../images/disk/boot/qemu.ts";
import { serveMetadata, type MetadataService } from "../../../images/disk/boot/metadata.ts";

describe("the metadata service of a boot test", () => {
  let service: MetadataService;
  const ask = async (path: string, headers: Record<string, string> = {}, method = "GET") => {
    const answer = await fetch(`http://127.0.0.1:${service.port}${path}`, { method, headers });
    return [answer.status, await answer.text()] as const;
  };
  const token = async () => {
    const [, text] = await ask("/latest/api/token", { "X-aws-ec2-metadata-token-ttl-seconds": "60" }, "PUT");
    return { "X-aws-ec2-metadata-token": text };
  };

  beforeEach(async () => {
    service = await serveMetadata("#cloud-config\n{}\n");
  });
  afterEach(() => {
    service.stop();
  });

  it("tells nothing without a session token, as EC2 does where version 2 is required", async () => {
    deepEqual(await ask("/latest/meta-data/instance-id"), [401, ""]);
    deepEqual(await ask("/latest/user-data", { "X-aws-ec2-metadata-token": "another" }), [401, ""]);
    deepEqual(await ask("/latest/api/token", {}, "PUT"), [400, ""]);
  });

  it("tells user data, categories and their lists, under every version", async () => {
    const headers = await token();
    deepEqual(await ask("/2021-03-23/user-data", headers), [200, "#cloud-config\n{}\n"]);
    match((await ask("/latest/meta-data/instance-id", headers))[1], /^i-\w+$/);
    match((await ask("/latest/meta-data/", headers))[1], /^instance-id\n(.*\n)*network\/$/);
    equal((await ask("/latest/meta-data/network/interfaces", headers))[1], "macs/");
    deepEqual(await ask("/latest/meta-data/spot/termination-time", headers), [404, ""]);
  });
});

describe("a virtual machine with a metadata service", () => {
  const file = (name: string) => `/tmp/${name}`;
  const machine = {
    ...{ kind: "ec2" as const, accelerator: "tcg" as const, overlay: file("disk"), variables: file("vars") },
    firmware: { code: file("code"), variables: file("template") },
    ...{ monitor: file("monitor"), forwards: new Map([[18080, 8080]]), memoryMiB: 1024 },
  };
  const network = (given: object) => {
    const all = qemuArguments({ ...machine, ...given });
    return { netdev: all[all.indexOf("-netdev") + 1] ?? "", isEc2: all.join(" ").includes("Amazon EC2") };
  };

  it("finds it at EC2's address, knows itself to be on EC2, and reaches nothing else", () => {
    const { netdev, isEc2 } = network({ metadataPort: 4711 });
    match(
      netdev,
      /^user,id=net,restrict=on,ipv6=off,hostfwd=tcp:127\.0\.0\.1:18080-:8080,net=169\.254\.169\.0\/24,/,
    );
    match(netdev, /guestfwd=tcp:169\.254\.169\.254:80-cmd:bash '.*\/relay\.sh' 4711$/);
    equal(isEc2, true);
  });

  it("is no instance of EC2 without", () => {
    deepEqual(network({}), {
      netdev: "user,id=net,restrict=on,ipv6=off,hostfwd=tcp:127.0.0.1:18080-:8080",
      isEc2: false,
    });
  });
});
