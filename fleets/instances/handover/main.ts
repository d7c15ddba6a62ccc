import { shareSnapshots, type SnapshotShare } from "../../handover/shareSnapshot.ts";
import { messageOf } from "../../../work/message.ts";

// Lets an account copy the snapshots of an AMI: a SnapshotShare as JSON, the only argument. Run by the command resource of
// the share: states name this path.
try {
  await shareSnapshots(JSON.parse(process.argv[2] ?? "") as SnapshotShare);
} catch (error) {
  process.stderr.write(`${messageOf(error)}\n`);
  process.exitCode = 1;
}
