import { execute } from "../../../work/execute.ts";
import { device, type FileSystem } from "./fileSystem.ts";

/** Arguments of a full check that changes nothing. */
function e2fsckArguments(fileSystem: FileSystem): string[] {
  return ["-f", "-n", device(fileSystem)];
}

/** @throws Error with e2fsck's findings when the file system is not clean. */
export async function checkFileSystem(fileSystem: FileSystem): Promise<void> {
  const { exitCode, stdout } = await execute("e2fsck", e2fsckArguments(fileSystem), {
    allowedExitCodes: [0, 4],
    package: "e2fsprogs",
  });
  if (exitCode !== 0)
    throw new Error(`${fileSystem.disk}: expected a clean file system, got: ${stdout.trim()}`);
}
