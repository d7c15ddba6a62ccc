import { z } from "zod";
import { owner } from "../../../config/owner.ts";
import { readRequest } from "../../../work/request.ts";
import { declareShare, endShare } from "./share.ts";
import { messageOf } from "../../../work/message.ts";

const schema = z.strictObject({
  region: z.string().min(1),
  endpoint: z.url().optional(),
  account: z.string().regex(/^\d{12}$/),
  by: z.string().min(1),
  /** The AMI that the account may launch; none: it may launch none of those any more that were declared before. */
  ami: z.string().optional(),
});

// Notes that an account may launch an AMI, or ends that: JSON of the schema above, the only argument. Run by the command
// resource of the share.
try {
  const { ami, account, by, ...place } = readRequest(schema, process.argv[2] ?? "");
  const declaration = { account, by, owner: owner() };
  await (ami === undefined ? endShare(place, declaration) : declareShare(place, ami, declaration));
} catch (error) {
  process.stderr.write(`${messageOf(error)}\n`);
  process.exitCode = 1;
}
