import { recordRelease } from "../../../images/release/record.ts";
import { outputOf } from "./project.ts";

// Records one release, in a process of its own: recordOne.ts ROOT ENVIRONMENT DIGITS [NUMBER].
const [root = "", environment = "", digits = "", number = "1"] = process.argv.slice(2);
const { release } = await recordRelease(root, outputOf(environment, Number(number), digits));
process.stdout.write(`${release.environment}/${release.number}\n`);
