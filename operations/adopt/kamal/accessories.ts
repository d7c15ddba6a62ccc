import { writtenCommand } from "../services/commandFault.ts";
import type { ForeignMount, ForeignPort, ForeignService } from "../services/ForeignService.ts";
import type { SayLine } from "../services/told.ts";
import { shellWords } from "../services/words.ts";
import { kamalVariables } from "./variables.ts";
import type { KamalText } from "./schema.ts";

type Accessory = NonNullable<KamalText["accessories"]>[string];

const onThisMachine =
  "runs on the engine of this machine, as is proposed; put others into environment.engines, or give its `address` where it runs elsewhere";

/** Kamal's accessories in the words that the proposal is made from. */
export function kamalAccessories({ service, accessories }: KamalText, say: SayLine): ForeignService[] {
  return Object.entries(accessories ?? {}).map(([name, written]) => {
    const path = `accessories.${name}`;
    for (const key of Object.keys(written).filter(
      (each) => !/^(image|host|hosts|role|roles|port|cmd|env|files|directories|volumes|service)$/.test(each),
    ))
      say("left", `${path}.${key}`, "is not known here; look whether the accessory needs it");
    for (const [index, each] of (written.files ?? []).entries())
      if (typeof each !== "string")
        say(
          "left",
          `${path}.files[${index}]`,
          "is read as a text alone: LOCAL:REMOTE; write it so, and adopt again",
        );
    for (const key of ["host", "hosts", "role", "roles"].filter((each) => written[each] !== undefined))
      say("left", `${path}.${key}`, onThisMachine);
    const command = commandIn(`${path}.cmd`, written.cmd, say);
    return {
      ...{ name, path, image: written.image },
      ...(command && { command }),
      variables: kamalVariables([{ path: `${path}.env`, env: written.env }]),
      ports: portsIn(path, written),
      needs: [],
      mounts: mountsIn(path, written),
      ...{ volatile: [], capabilities: [], boxes: 1, once: false, hosts: [] },
      aliases: [written.service ?? `${service}-${name}`],
    };
  });
}

/** A command of Kamal's; undefined where there is none, or none that may be written down. */
export function commandIn(path: string, line: string | undefined, say: SayLine): string[] | undefined {
  return writtenCommand(path, line === undefined ? undefined : shellWords(line), say);
}

/** `PORT`, `MACHINE:PORT`, `ADDRESS:MACHINE:PORT`: at the machine itself it is published for nobody else. */
function portsIn(path: string, { port }: Accessory): ForeignPort[] {
  if (port === undefined) return [];
  const own = Number(port.split(":").at(-1));
  if (!Number.isInteger(own) || own < 1 || own > 65_535)
    throw new Error(`${path}.port: expected a port such as 3306, got ${port}; correct it`);
  return [{ port: own, published: !/^127\./.test(port), path: `${path}.port` }];
}

function mountsIn(path: string, { files, directories, volumes }: Accessory): ForeignMount[] {
  const of = (key: string, all: readonly string[] | null | undefined) =>
    (all ?? []).flatMap((text, index): ForeignMount[] => mountIn(`${path}.${key}[${index}]`, text));
  return [...filesIn(path, files), ...of("directories", directories), ...of("volumes", volumes)];
}

/** `SOURCE:TARGET[:ro]`. */
export function mountIn(path: string, text: string): ForeignMount[] {
  const [source = "", target, options = ""] = text.split(":");
  if (target?.startsWith("/") !== true)
    throw new Error(`${path}: expected a volume such as data:/data, got ${text}; correct it`);
  const kind = source.startsWith("/") ? "bind" : "volume";
  return [{ kind, source, target, readOnly: options.split(",").includes("ro"), path }];
}

/** They lie beside Kamal's own folder. Its templates (`.erb`) are filled in, which no file of a project is. */
function filesIn(path: string, files: Accessory["files"]): ForeignMount[] {
  return (files ?? []).flatMap((each, index) => {
    if (typeof each !== "string") return [];
    return mountIn(`${path}.files[${index}]`, each).map((mount) => {
      const source = /^[./~]/.test(mount.source) ? mount.source : `./${mount.source}`;
      return { ...mount, kind: "bind" as const, source, readOnly: !source.endsWith(".erb") };
    });
  });
}
