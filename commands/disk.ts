#!/usr/bin/env node
import { dispatch } from "./line/dispatch.ts";
import { helpOf } from "./help.ts";
import apply from "./disk/apply.ts";
import blocks from "./disk/blocks.ts";
import boot from "./disk/boot.ts";
import build from "./disk/build.ts";
import convert from "./disk/convert.ts";

// node commands/disk.ts COMMAND [options]: single steps on files of disks, each of which prints one line of JSON.
const call = "node commands/disk.ts";
const commands = [build, apply, convert, boot, blocks, helpOf(call)];
await dispatch(
  {
    call,
    names: commands.map(({ name }) => name),
    load: (name) => Promise.resolve(commands.find((each) => each.name === name)),
    all: () => Promise.resolve(commands),
  },
  process.argv.slice(2),
);
