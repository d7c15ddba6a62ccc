import assert from "node:assert/strict";
import { once } from "node:events";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import * as path from "node:path";
import fc from "fast-check";
import type { Announcement } from "../../../operations/announce/announcement.ts";
import { announcementOf } from "../../../operations/announce/announcement.ts";
import { announcing } from "../../../operations/announce/announcer.ts";
import { announceSettings, type AnnounceSettings } from "../../../operations/announce/settings.ts";
import { reportOf } from "../../../operations/preview/report.ts";
import { stepsOf } from "../../../operations/preview/step.ts";
import { announced } from "../../../operations/swap/announced.ts";
import { NotRecorded } from "../../../operations/swap/recorded.ts";
import { temporaryRoot } from "../../images/release/fixture.ts";
import { swapEvents } from "./fixture.ts";

const [before, after] = ["a", "b"].map((digit) => `sha256:${digit.repeat(64)}`);
const events = swapEvents("v4lue");
const look = () => Promise.resolve(reportOf("dev", stepsOf(events)));
const nothing = () => Promise.resolve(reportOf("dev", []));

describe("an update that is told of", () => {
  let root = "";
  let remove: () => void;
  let server: Server;
  let url = "";
  let sent: Announcement[] = [];
  let status = 204;
  beforeEach(async () => {
    ({ root, remove } = temporaryRoot());
    [sent, status] = [[], 204];
    server = createServer((request, response) => {
      let body = "";
      request.setEncoding("utf8").on("data", (chunk: string) => (body += chunk));
      request.on("end", () => {
        sent.push(JSON.parse(body) as Announcement);
        response.writeHead(status).end();
      });
    }).listen(0, "127.0.0.1");
    await once(server, "listening");
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/t0ken`;
  });
  afterEach(() => {
    server.closeAllConnections();
    server.close();
    remove();
  });
  const told = () => {
    const file = path.join(root, "told");
    const lines = existsSync(file) ? readFileSync(file, "utf8").trimEnd().split("\n") : [];
    return lines.map((line) => JSON.parse(line) as Announcement);
  };
  const note = ["sh", "-c", "cat >> told"];
  const hooks = (own: Partial<AnnounceSettings["hooks"]>) => ({ timeoutSeconds: 30, ...own });
  const webhook = { url: "https://shop.example", secret: "${secret:HOOK}", started: true };
  const announcer = (settings: Partial<AnnounceSettings>) =>
    announcing(
      "dev",
      { hooks: undefined, webhook: undefined, takes: "qa/4", ...settings },
      settings.webhook && { url, key: Buffer.alloc(24), timeoutMilliseconds: 2000, pausesMilliseconds: [] },
      { reason: "a sale", root },
    );
  /** What a stretch of work says on standard error. */
  const said = async (work: () => Promise<unknown>) => {
    const write = process.stderr.write.bind(process.stderr);
    let text = "";
    process.stderr.write = (chunk: string | Uint8Array) => {
      text += String(chunk);
      return true;
    };
    try {
      await work();
    } finally {
      process.stderr.write = write;
    }
    return text;
  };

  it("is told before and after, with what changes and why, by hooks and webhook alike", async () => {
    const each = announcer({ hooks: hooks({ before: note, after: note }), webhook });
    await each.started(look);
    await each.ended("succeeded", events, "dev/5");
    const [first, second] = told();
    assert.deepEqual(sent, [first, second]);
    assert.equal(first?.type, "update.started");
    const { update, author, seconds, ...data } = second?.data ?? assert.fail();
    assert.ok(second?.type === "update.succeeded" && first.data.update === update && author !== "");
    assert.ok(typeof seconds === "number" && first.data.seconds === undefined);
    const image = "image aaaaaaaaaaaa → bbbbbbbbbbbb";
    assert.deepEqual(data, {
      ...{ environment: "dev", takes: "qa/4", release: "dev/5", reason: "a sale" },
      images: [
        {
          ...{ name: "base.web", action: "build" },
          text: "base.web builds: file apps/web/server.py changed, variable WORD changed",
        },
      ],
      fleets: [
        {
          ...{ name: "web", action: "swap", boxesBefore: 2, boxesAfter: 2, from: before, to: after },
          text: `web swaps 2 boxes: ${image}, labels, environment URL; new boxes first, the old ones after the gate`,
        },
      ],
      ...{ machineImages: [], tasks: [], hosts: [] },
    });
  });

  it("is not begun where the hook before it refuses, and nobody else is told", async () => {
    const each = announcer({ hooks: hooks({ before: ["sh", "-c", "exit 3"], after: note }), webhook });
    await assert.rejects(each.started(look), {
      message:
        "dev: expected sh (environment.hooks.before) to let the update go on, got exit code 3; nothing was changed; see what it said",
    });
    assert.deepEqual([told(), sent], [[], []]);
  });

  it("stands whatever the hook after it and the receiver make of it, which is said without the address's path", async () => {
    status = 500;
    const each = announcer({ hooks: hooks({ after: ["sh", "-c", "exit 4"] }), webhook });
    const text = await said(async () => {
      await each.started(look);
      await each.ended("succeeded", events, "dev/5");
    });
    const end = "; what the update did stands\n";
    const refused = `dev: expected ${new URL(url).host} (environment.webhook) to take the message, got status 500${end}`;
    assert.equal(text.split(refused).length, 3, text);
    assert.equal(
      text.replaceAll(refused, ""),
      `dev: expected sh (environment.hooks.after) to end well, got exit code 4${end}`,
    );
    assert.doesNotMatch(text, /t0ken/);
  });

  it("that changes nothing is told nobody; one that failed before it changed anything, who was told that it began", async () => {
    const settings = { hooks: hooks({ before: note, after: note }), webhook };
    const quiet = announcer(settings);
    await quiet.started(nothing);
    await quiet.ended("succeeded", []);
    assert.deepEqual([told(), sent], [[], []]);
    const failing = announcer(settings);
    await failing.started(look);
    await failing.ended("failed", []);
    assert.deepEqual(
      [told(), sent].map((each) => each.map(({ type }) => type)),
      [
        ["update.started", "update.failed"],
        ["update.started", "update.failed"],
      ],
    );
  });

  it("is not looked at before where nobody is told before", async () => {
    const each = announcer({ hooks: hooks({ after: note }), webhook: { ...webhook, started: false } });
    await each.started(() => Promise.reject(new Error("nobody asked")));
  });

  it("has failed as the update did, and succeeded where that only could not be recorded", async () => {
    for (const [error, type] of [
      [new Error("no gate"), "update.failed"],
      [new NotRecorded("dev", new Error("full")), "update.succeeded"],
    ] as const) {
      sent = [];
      const each = announcer({ webhook: { ...webhook, started: false } });
      const update = (own: unknown[]) => {
        own.push(...events);
        return Promise.reject(error);
      };
      await assert.rejects(announced(each, update), error);
      assert.deepEqual(
        sent.map((one) => one.type),
        [type],
      );
    }
  });

  it("tells no value of what is in boxes and images, whatever it is", () => {
    fc.assert(
      fc.property(fc.string({ minLength: 5, maxLength: 40 }), (text) => {
        const value = `s3:${text}`;
        const report = reportOf("dev", stepsOf(swapEvents(value)));
        const known = {
          type: "update.succeeded",
          now: new Date(),
          update: "u",
          recorder: { author: "A" },
        } as const;
        const none = { takes: undefined, release: undefined, seconds: undefined };
        const json = JSON.stringify(announcementOf({ ...known, ...none, report }));
        for (const form of [value, JSON.stringify(value).slice(1, -1), encodeURIComponent("s3:")])
          assert.ok(!json.includes(form), json);
      }),
    );
  });

  it("takes the release that the stack's file names", () => {
    writeFileSync(path.join(root, "Pulumi.yaml"), "name: shop\n");
    const takes = (environment: string) => {
      writeFileSync(
        path.join(root, "Pulumi.prod.yaml"),
        `config:\n  environment:\n    hooks: { after: ["true"] }\n${environment}`,
      );
      return announceSettings(root, "prod")?.takes;
    };
    assert.equal(takes("    release: dev/4\n"), "dev/4");
    assert.equal(takes("    promoteFrom: dev\n    release: 4\n"), "dev/4");
    assert.equal(takes("    promoteFrom: dev\n"), "dev");
    assert.equal(takes(""), undefined);
    writeFileSync(path.join(root, "Pulumi.prod.yaml"), "config:\n  environment: {}\n");
    assert.equal(announceSettings(root, "prod"), undefined);
    assert.equal(announceSettings(root, "none"), undefined);
  });
});
