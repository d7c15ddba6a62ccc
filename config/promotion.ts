import { z } from "zod";

const reference =
  "a release: a number beside promoteFrom, ENVIRONMENT/NUMBER, or the path of its file in the project";

/** Which release an environment takes instead of building: spread into the environment's keys. */
export const promotion = {
  promoteFrom: z
    .string()
    .regex(/^[a-z][a-z0-9-]{0,30}$/, { error: "the name of another stack" })
    .optional()
    .describe(
      "Build nothing: take the images of that stack's releases, the newest unless `release` names one.",
    ),
  release: z
    .union(
      [
        z.int().min(1),
        z.string().regex(/^(\d+|[a-z][a-z0-9-]{0,30}\/[1-9]\d*|(?!\/)(?!.*(^|\/)\.\.(\/|$)).+\.json)$/),
      ],
      { error: reference },
    )
    .optional()
    .describe("Build nothing: take exactly these images. `npm run promote` and `npm run rollback` write it."),
};
