import { randomBytes } from "node:crypto";
import { startEmulator } from "../test/emulator/start.ts";
import { createSandbox } from "../test/sandbox/sandbox.ts";
import { timed, type Figure } from "./table.ts";

const region = "eu-central-1";
const products = "apps/catalog/catalog/products.json";

/** A change of the sample's catalog until its AMI is registered in the emulator: layer, disk, upload; without a boot test. */
export async function machineFigures(): Promise<Figure[]> {
  const emulator = await startEmulator();
  const sandbox = await createSandbox("bench");
  const image = async (): Promise<string> => {
    const { exitCode, all, stderr } = await sandbox.run("operations/image.ts", "catalog", "--format", "ami");
    if (exitCode !== 0) throw new Error(all);
    return stderr;
  };
  const original = { ...process.env };
  try {
    Object.assign(process.env, emulator.environment, { AWS_REGION: region });
    // What the sandbox's own end destroys.
    await sandbox.pulumi("stack", "init", "dev");
    await image();
    sandbox.replace(products, "Lantern", `Lantern ${randomBytes(8).toString("hex")}`);
    const [seconds, log] = await timed(image);
    const blocks = /(\d+) blocks were sent/.exec(log)?.[1] ?? "?";
    const [again] = await timed(image);
    return [
      { what: "change of an application → AMI", ours: `${seconds.toFixed(1)} s`, goal: "< 60 s" },
      { what: "… blocks of 512 KiB that were sent", ours: blocks, goal: "≤ 64" },
      { what: "… the same again: look-ups only", ours: `${again.toFixed(1)} s` },
    ];
  } finally {
    process.env = original;
    await sandbox.dispose();
    await emulator.stop();
  }
}
