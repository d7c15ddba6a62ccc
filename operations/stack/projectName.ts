import { nameOfProject } from "../../config/read/stackKeys.ts";
import { projectRoot } from "../../config/root.ts";

/** The name of the project in Pulumi.yaml: one state serves `npm run up` and `pulumi up`. */
export const projectName = nameOfProject(projectRoot);
