import { strict as assert } from "node:assert";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { SnapshotService } from "../../../../images/publish/snapshot/snapshotService.ts";
import { restoreVariables } from "../../../support/variables.ts";

describe("SnapshotService", () => {
  it("reaches AWS through the proxy of HTTPS_PROXY", async () => {
    const asked: string[] = [];
    const proxy = createServer().on("connect", ({ url }, socket) => {
      asked.push(url ?? "");
      socket.end("HTTP/1.1 403 Forbidden\r\n\r\n");
    });
    await new Promise<void>((resolve) => proxy.listen(0, "127.0.0.1", resolve));
    const before = { ...process.env };
    const own = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
    Object.assign(process.env, {
      HTTPS_PROXY: own,
      https_proxy: own,
      NO_PROXY: "",
      no_proxy: "",
      AWS_ACCESS_KEY_ID: "a",
      AWS_SECRET_ACCESS_KEY: "b",
    });
    const service = new SnapshotService({
      region: "eu-west-1",
      endpoint: "https://aws.invalid",
      retry: { attempts: 1 },
    });
    try {
      await assert.rejects(service.put("snap-1", 0, Buffer.alloc(524_288), Buffer.alloc(32)));
      await assert.rejects(service.find("snap-1"));
      assert.equal(asked.length, 2);
      assert.ok(
        asked.every((host) => host.endsWith("aws.invalid:443")),
        asked.join(),
      );
    } finally {
      restoreVariables(before);
      service.close();
      proxy.close();
    }
  });
});
