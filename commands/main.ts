import { leanSdk } from "../work/leanSdk.ts";
import { commandNames, loadCommand, loadCommands } from "./index.ts";
import { dispatch } from "./line/dispatch.ts";

leanSdk();

// ./fleet COMMAND [options]
const program = { call: "./fleet", names: commandNames, load: loadCommand, all: loadCommands };
await dispatch(program, process.argv.slice(2));
