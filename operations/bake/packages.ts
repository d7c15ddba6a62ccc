import { projectLayers } from "../../config/read/readFiles.ts";
import { build } from "../../images/layer/build.ts";
import { builderImage } from "../../images/layer/builderImage.ts";
import { givenPasswords } from "../../images/layer/passwords.ts";
import { buildPackage, type BuiltPackage } from "../../images/packages/nfpm.ts";
import { sourceDateEpochSeconds as epochSeconds } from "../../plan/epoch.ts";
import { readBuilders } from "../../plan/inputs.ts";
import { localPackages, packageFiles } from "../../plan/packages.ts";
import { toolVersions } from "../../plan/tools.ts";
import { knownPackages } from "./bake.ts";

/** Makes all packages of the project, built as its layers say, or finds them. */
export async function projectPackages(root: string): Promise<BuiltPackage[]> {
  const tools = toolVersions(root);
  const builder = builderImage(build, { epochSeconds, passwords: givenPasswords() }, root);
  const made = [...knownPackages(root, projectLayers(root))].flatMap(
    ([name, { builders = {}, ...known }]) => {
      const uses = { packages: { [name]: known } };
      const files = packageFiles(root, uses);
      return localPackages({ ...uses, builders: readBuilders(root, builders, tools), files, tools });
    },
  );
  return Promise.all(made.map((each) => buildPackage(each, root, epochSeconds, builder)));
}
