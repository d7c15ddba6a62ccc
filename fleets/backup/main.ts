import { text } from "node:stream/consumers";
import { withEngine } from "../../engine/connection.ts";
import type { DockerClient } from "../../engine/DockerClient.ts";
import { readRequest } from "../../work/request.ts";
import { backUp } from "./backUp.ts";
import { boxOf } from "./box.ts";
import { backupRequestSchema, type BackupRequest } from "./request.ts";
import { keyOf } from "./seal.ts";
import { messageOf } from "../../work/message.ts";

// Backs an accessory up before its box is replaced by one of another image: a BackupRequest as JSON on standard input. Where there is no
// box, or none of another image, it does nothing. Run by the command resource of an accessory with backups.
try {
  const request = readRequest(backupRequestSchema, await text(process.stdin));
  await withEngine(request.engine, (engine) => beforeReplacement(engine, request));
} catch (error) {
  process.stderr.write(`${messageOf(error)}\n`);
  process.exitCode = 1;
}

async function beforeReplacement(engine: DockerClient, request: BackupRequest): Promise<void> {
  // A key that cannot be is told now, not by the first backup.
  keyOf(request.key.value, request.key.name);
  const box = request.image === undefined ? undefined : await boxOf(engine, request);
  if (!box || box.Image === request.image) return;
  process.stderr.write(`${request.box}: backing it up, since its box is replaced by one of another image\n`);
  const { seconds } = await backUp(engine, request);
  process.stderr.write(`${request.box}: backed up, restored and checked (${seconds} s)\n`);
}
