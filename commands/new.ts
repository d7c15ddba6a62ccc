import { portNumber } from "../config/forms.ts";
import { projectRoot } from "../config/root.ts";
import { createApplication } from "../operations/new/create.ts";
import { kinds } from "../operations/new/kinds.ts";
import { exposedPort } from "../operations/new/exposedPort.ts";
import { pinnedImage } from "../operations/pin/pin.ts";
import { command, oneWord } from "./line/command.ts";
import { choice, mapped, optional, UsageProblem } from "./line/option.ts";

const port = mapped(
  optional("PORT", "where it listens; default: one that nothing has, or the one that the image names"),
  (given) => {
    if (given === undefined) return undefined;
    if (!/^\d{1,5}$/.test(given) || !portNumber.safeParse(Number(given)).success)
      throw new UsageProblem("a port from 1 to 65535", given, "correct it");
    return Number(given);
  },
);

export default command({
  name: "new",
  about: [
    "Makes an application: a program that answers (python, node), a static site, or an existing image. Writes its package into apps/, its role",
    "into playbooks/roles, and its layer, fleet and host name into Pulumi.yaml and Pulumi.STACK.yaml; nothing that is there changes.",
    "Runs nothing; the next preview says what is made.",
  ].join("\n"),
  summary:
    "makes an application `NAME`: its program, role, layer and fleet (`--kind python`, `node`, `static` or `image`)",
  words: oneWord("NAME", "the application's name", "name it"),
  options: {
    kind: choice("KIND", kinds, "what it is made of"),
    image: optional("IMAGE", "of the kind image; a tag becomes the digest that it means in the registry now"),
    port,
    on: optional("LAYER", "the layer that it stands on; default: that of its kind, where there is one"),
  },
  needs: "nothing",
  run: async ({ stack, kind, image, port: wanted, on }, [name = ""]) => {
    if ((kind === "image") !== (image !== undefined))
      throw new Error(
        kind === "image"
          ? "--image: expected an image, got none; name it"
          : `--image: expected none for --kind ${kind}, got ${image ?? ""}; say --kind image`,
      );
    const pinned = image === undefined ? undefined : await pinnedImage(name, image);
    const listening = wanted ?? (pinned === undefined ? undefined : await exposedPort(pinned));
    const created = createApplication(projectRoot, {
      name,
      kind,
      stack,
      ...(listening !== undefined && { port: listening }),
      ...(on !== undefined && { on }),
      ...(pinned !== undefined && { image: pinned }),
    });
    const lines = ["Written", ...created.files.map((file) => `  ${file}`), ""];
    const next = `It listens on port ${created.port}, and answers as ${created.host}. Next: npm run preview -- --stack ${stack}`;
    process.stdout.write([...lines, next, ""].join("\n"));
  },
});
