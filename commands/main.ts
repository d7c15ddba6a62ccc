import { projectRoot } from "../config/root.ts";
import { leanSdk } from "../work/leanSdk.ts";
import { commandNames, loadCommand, loadCommands } from "./index.ts";
import { dispatch } from "./line/dispatch.ts";

leanSdk();

// ./fleet COMMAND [options]
const version = async () => (await import("../operations/standing/standing.ts")).versionText(projectRoot);
const program = { call: "./fleet", names: commandNames, load: loadCommand, all: loadCommands, version };
await dispatch(program, process.argv.slice(2));
