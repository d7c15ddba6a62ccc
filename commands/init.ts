import { projectRoot } from "../config/root.ts";
import { initialise } from "../operations/init/init.ts";
import { command, oneWord } from "./line/command.ts";
import { flag } from "./line/option.ts";

export default command({
  name: "init",
  onStack: false,
  about: [
    "Makes a fresh clone your own: the project is called NAME in Pulumi.yaml, in the files of stacks and in package.json, and the changelog begins anew.",
    "With --without-sample the sample's applications go, their layers, roles and production: what is left runs nothing until you make an application",
    "(npm run new). Files with changes that no commit has are left alone, and so is a project that has stacks.",
  ].join("\n"),
  summary: "makes a fresh clone your own: its name, its changelog, `--without-sample` an empty topology",
  words: oneWord("NAME", "the project's name", "name it, for example ./fleet init shop"),
  options: { "without-sample": flag("without the sample's applications") },
  needs: "nothing",
  run: ({ "without-sample": withoutSample }, [name = ""]) => {
    const { written, removed } = initialise(projectRoot, name, !withoutSample);
    const lines = [
      ...["Written", ...written.map((file) => `  ${file}`)],
      ...(removed.length > 0 ? ["Removed", ...removed.map((file) => `  ${file}`)] : []),
      "",
      "Yours to write: README.md. LICENSE is that of the engine, and stays with it.",
      "The first up adds encryptionsalt to the stack's file, and releases/: commit both.",
      ...(withoutSample
        ? [
            "npm test tries the engine with the sample: run it in a clone that has it.",
            "Next: npm run new -- shop",
          ]
        : ["Next: npm run up"]),
      "",
    ];
    process.stdout.write(lines.join("\n"));
    return Promise.resolve();
  },
});
