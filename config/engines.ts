import { z } from "zod";
import { hostSchema, privateKey } from "./hosts.ts";

/** The Docker Engine of another machine, reached by SSH: a value of the environment's key `engines`. */
export const engineSchema = hostSchema
  .extend({
    address: hostSchema.shape.address.describe("Where its machine is reached, by SSH and by requests."),
    user: hostSchema.shape.user.describe("Who logs in, and may use the engine; default: the current user."),
    privateKey: privateKey.optional(),
  })
  .describe("The Docker Engine of another machine.");

export type EngineSettings = z.output<typeof engineSchema>;
