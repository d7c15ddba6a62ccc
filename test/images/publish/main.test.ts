import { execa } from "execa";
import { strict as assert } from "node:assert";
import { readFile, rm, writeFile } from "node:fs/promises";
import { parseCommandLine } from "../../../images/publish/cliOptions.ts";
import type { Result } from "../../../images/publish/runRequest.ts";
import { Account, REGION } from "./fixture/account.ts";
import { BLOCK } from "./fixture/disks.ts";

describe("main.ts", function () {
  this.timeout("180s");
  const account = Account.use();
  const size = 10 * BLOCK;

  const run = (args: string[], environment: Record<string, string> = {}) => {
    const env = { ...account.emulator.environment, AWS_ENDPOINT_URL: account.proxy.endpoint, ...environment };
    return execa("node", ["images/publish/main.ts", ...args], { env, reject: false });
  };

  /** A request whose build and boot test leave a trace, so that a test sees which of them ran. */
  const request = async (
    bootExit: number,
  ): Promise<{ text: string; trace: () => Promise<string>; disk: string }> => {
    const base = await account.disks.make("base", size, { 0: "random" });
    const top = await account.disks.change(base.disk, "top", { 1: "random" });
    const trace = `${account.disks.path}/trace`;
    await writeFile(trace, "");
    const disks = JSON.stringify({ disks: [base, top] });
    const text = JSON.stringify({
      name: "shop",
      region: REGION,
      endpoint: account.proxy.endpoint,
      stateFolder: `${account.disks.path}/state`,
      inputDigest: "sha256:input",
      build: ["sh", "-c", `echo build >> "$1"; echo "progress"; echo "$2"`, "sh", trace, disks],
      bootTest: ["sh", "-c", `echo boot "$1" >> "$0"; echo console; exit ${bootExit}`, trace],
    });
    return {
      text,
      disk: top.disk,
      trace: async () => (await readFile(trace, "utf8")).replaceAll(account.disks.path, ""),
    };
  };

  it("publishes a chain from the command line: one line of JSON, progress on standard error", async () => {
    const base = await account.disks.make("base", size, { 0: "random" });
    const top = await account.disks.change(base.disk, "top", { 1: "random" });
    const options = [
      "--region",
      REGION,
      "--state-folder",
      `${account.disks.path}/state`,
      "--tag",
      "Fleet=shop",
    ];
    const { stdout, stderr, exitCode } = await run([...options, base.disk, `${top.disk}@${top.diskDigest}`]);
    assert.equal(exitCode, 0, stderr);
    assert.equal(stdout.split("\n").length, 1);
    const result = JSON.parse(stdout) as Result;
    assert.deepEqual([result.diskDigest, result.written, result.skipped], [top.diskDigest, 2, 18]);
    assert.match(stderr, /^10\/10 blocks · 1 written · 9 zero · /mu);
    assert.match(stderr, /^10\/10 blocks · 1 written · 8 zero · 1 unchanged · /mu);
    const quiet = await run([...options, "--quiet", top.disk]);
    assert.deepEqual([quiet.stderr, (JSON.parse(quiet.stdout) as Result).reused], ["", true]);
  });

  it("builds, boots, publishes; with a known input digest it costs one look-up and neither", async () => {
    const { text, trace, disk } = await request(0);
    const first = await run([text]);
    assert.equal(first.exitCode, 0, first.stderr);
    assert.equal(await trace(), "build\nboot /top\n");
    await account.assertHolds(
      (await account.snapshots()).map(({ SnapshotId }) => SnapshotId ?? ""),
      disk,
    );
    account.proxy.clear();
    const second = await run([text]);
    assert.equal(await trace(), "build\nboot /top\n");
    assert.equal(account.proxy.requests.length, 1);
    const [before, after] = [first, second].map(({ stdout }) => JSON.parse(stdout) as Result);
    assert.notEqual(after?.registration, before?.registration, "its AMI has another name");
    const found = { written: 0, skipped: 0, reused: true, registration: after?.registration };
    assert.deepEqual(after, { ...before, ...found });
  });

  it("does not boot a disk again that other inputs made and that is published", async () => {
    const { text, trace } = await request(0);
    await run([text]);
    await run([text.replace("sha256:input", "sha256:other")]);
    assert.equal(await trace(), "build\nboot /top\nbuild\n");
  });

  it("publishes nothing when the boot test fails, and exits with 3", async () => {
    const { text } = await request(1);
    const { exitCode, stderr, stdout } = await run([text]);
    assert.deepEqual([exitCode, stdout], [3, ""]);
    assert.match(stderr, /console[^]*bootTest: expected exit code 0, got 1; nothing was published/u);
    assert.equal(account.sent("StartSnapshot").length, 0);
    await account.assertOnly();
  });

  it("publishes nothing when the build fails, and says what it said", async () => {
    const { text } = await request(0);
    const broken = JSON.stringify({
      ...(JSON.parse(text) as object),
      build: ["sh", "-c", "echo 'no space' >&2; exit 4"],
    });
    const { exitCode, stderr } = await run([broken]);
    assert.equal(exitCode, 1);
    assert.match(stderr, /no space/u);
    await account.assertOnly();
  });

  it("deletes the snapshots of an input digest", async () => {
    const { text } = await request(0);
    const { stdout } = await run([text]);
    const { snapshotId } = JSON.parse(stdout) as Result;
    const deletion = await run([JSON.stringify({ ...(JSON.parse(text) as object), delete: true })]);
    assert.deepEqual(JSON.parse(deletion.stdout), { deleted: [snapshotId] });
    assert.equal((await account.snapshots()).length, 1, "the base's snapshot stays");
  });

  it("exits with 77 without valid credentials, and with 1 without a disk", async () => {
    const { disk, diskDigest } = await account.disks.make("base", size, { 0: "random" });
    const args = [
      "--region",
      REGION,
      "--state-folder",
      `${account.disks.path}/state`,
      `${disk}@${diskDigest}`,
    ];
    account.proxy.fault = () => ({ kind: "status", status: 403, code: "ExpiredTokenException" });
    assert.equal((await run(args)).exitCode, 77);
    const none = {
      AWS_ACCESS_KEY_ID: "",
      AWS_SECRET_ACCESS_KEY: "",
      AWS_CONFIG_FILE: "/dev/null",
      AWS_SHARED_CREDENTIALS_FILE: "/dev/null",
    };
    assert.equal((await run(args, none)).exitCode, 77);
    account.proxy.clear();
    await rm(disk);
    assert.equal((await run(args)).exitCode, 1);
  });

  it("exits with 2 and the fix when the command line is wrong, and helps", async () => {
    for (const [args, message] of [
      [[], /DISK: expected a path, got none; see --help/u],
      [["--speed", "disk"], /--speed/u],
      [["--region", REGION, "--tag", "Fleet", "/dev/null"], /--tag: expected KEY=VALUE, got Fleet/u],
      [["{}"], /name: .*\nregion: /u],
      [['{"name": "a", "region": "b"}'], /disks, build: expected one of them/u],
      [["{"], /request: expected JSON/u],
    ] as const)
      await assert.rejects(parseCommandLine([...args], {}), message);
    const { exitCode, stderr } = await run(["--speed", "disk"]);
    assert.deepEqual([exitCode, stderr.includes("--speed")], [2, true]);
    const { stdout } = await run(["--help"]);
    assert.match(stdout, /^Publishes raw disks/u);
  });
});
