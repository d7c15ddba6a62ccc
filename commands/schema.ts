import { mkdir, writeFile } from "node:fs/promises";
import * as path from "node:path";
import { fileSchemas } from "../config/documentation/jsonSchema.ts";
import { projectRoot } from "../config/root.ts";
import { projectName } from "../operations/stack/projectName.ts";
import { command } from "./line/command.ts";

/** Where they are written, in the project; git knows nothing of it. */
const folder = ".schemas";

export default command({
  name: "schema",
  about: `Writes JSON schemas of Pulumi.yaml and Pulumi.STACK.yaml to ${folder}, by which editors complete keys and show what is wrong.`,
  summary: "writes JSON schemas of the configuration, for editors",
  options: {},
  onStack: false,
  needs: "nothing",
  run: async () => {
    await mkdir(path.join(projectRoot, folder), { recursive: true });
    for (const [name, schema] of Object.entries(fileSchemas(projectName))) {
      const file = `${folder}/${name}.json`;
      await writeFile(path.join(projectRoot, file), `${JSON.stringify(schema, null, 1)}\n`);
      process.stdout.write(`${file}\n`);
    }
  },
});
