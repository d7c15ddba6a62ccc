import * as path from "node:path";

/** The root of the project: the folder of Pulumi.yaml. */
export const projectRoot = path.dirname(import.meta.dirname);
