import { messageOf } from "../../work/message.ts";
/** An update that did all that was wanted, of which not everything could be written down. */
export class NotRecorded extends Error {
  constructor(stackName: string, cause: unknown) {
    const reason = reasonOf(cause);
    super(
      `${stackName}: the update stands, and runs; expected its release and its swap to be recorded, got: ${reason}; mend that, then npm run up -- --stack ${stackName} records the release, and swaps nothing`,
      { cause },
    );
  }
}

/** What is to be written down of an update. */
export interface UpdateRecords<T> {
  succeeded: () => Promise<T>;
  failed: () => Promise<unknown>;
}

/**
 * Runs an update, and has it recorded what came of it.
 * @throws what the update threw, whether or not that could be recorded; NotRecorded when it succeeded and was not recorded.
 */
export async function updateRecorded<T>(
  stackName: string,
  update: () => Promise<unknown>,
  { succeeded, failed }: UpdateRecords<T>,
): Promise<T> {
  try {
    await update();
  } catch (error) {
    await failed().catch((unrecorded: unknown) => {
      process.stderr.write(
        `${stackName}: expected the failed swap to be recorded, got: ${reasonOf(unrecorded)}; its figures are lost\n`,
      );
    });
    throw error;
  }
  try {
    return await succeeded();
  } catch (error) {
    throw new NotRecorded(stackName, error);
  }
}

function reasonOf(error: unknown): string {
  return messageOf(error);
}
