import { projectRoot } from "../../../config/root.ts";
import { buildInCloud } from "./build.ts";
import type { CloudRequest } from "./request.ts";
import { messageOf } from "../../../work/message.ts";

// Builds a machine image in the cloud, for images/publish/main.ts: a CloudRequest as JSON is its argument. Progress goes to
// standard error.
try {
  await buildInCloud(JSON.parse(process.argv[2] ?? "") as CloudRequest, projectRoot);
} catch (error) {
  process.stderr.write(`${messageOf(error)}\n`);
  process.exitCode = 1;
}
