import { projectRoot } from "../../config/root.ts";
import { noteClone } from "../../work/clones.ts";
import { readRequest } from "../../work/request.ts";
import { bootDisk } from "./bootDisk.ts";
import { buildDisks } from "./buildDisks.ts";
import { chainImages } from "./chainImages.ts";
import { planDisks } from "./plan.ts";
import { progress } from "./progress.ts";
import { bootRequestSchema, diskRequestSchema } from "./request.ts";
import { sourceDateEpochSeconds as sourceDateEpoch } from "../../plan/epoch.ts";
import { messageOf } from "../../work/message.ts";

// The disks of one machine image, for images/publish/main.ts: `build REQUEST` prints `{"disks": [{"disk", "diskDigest"}, …]}`,
// base first; `boot REQUEST DISK` exits with 0 when the disk boots. Progress goes to standard error.
const [command = "", text = "", disk = ""] = process.argv.slice(2);
const work: Record<string, () => Promise<void>> = { build, boot };
const chosen = work[command];

if (!chosen) {
  process.stderr.write(`expected build REQUEST or boot REQUEST DISK, got ${command || "nothing"}\n`);
  process.exitCode = 64;
} else {
  try {
    await chosen();
  } catch (error) {
    process.stderr.write(`${messageOf(error)}\n`);
    process.exitCode = 1;
  }
}

async function build(): Promise<void> {
  noteClone(projectRoot);
  const request = readRequest(diskRequestSchema, text);
  const { say, end } = progress(request.name);
  try {
    const built = await buildDisks(request, say);
    const disks = built.map(({ disk, diskDigest }) => ({ disk, diskDigest }));
    process.stdout.write(`${JSON.stringify({ disks })}\n`);
  } finally {
    end();
  }
}

async function boot(): Promise<void> {
  const request = readRequest(bootRequestSchema, text);
  const { say, end } = progress(request.name);
  try {
    const steps = planDisks(await chainImages(request.images, say), { ...request, sourceDateEpoch });
    await bootDisk({ ...request, disk, digest: steps.at(-1)?.digest ?? "" }, say);
  } finally {
    end();
  }
}
