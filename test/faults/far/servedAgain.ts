import { setTimeout as sleep } from "node:timers/promises";
import { messageOf } from "../../../work/message.ts";
import { recoverySeconds } from "../../load/lost.ts";
import { ask } from "../../sandbox/ask.ts";
import type { FarSystem } from "./farSystem.ts";
import type { Part } from "./part.ts";

/** One that hangs must not hide that others are answered. */
const timeoutSeconds = 3;
const paths = { site: "/", catalog: "/products", orders: "/orders" };

/** Waits until every box runs and has answered. @returns what is wrong where that is not so in time. */
export async function servedAgain(
  system: FarSystem,
  wanted: readonly Part[],
  since: number,
): Promise<string | undefined> {
  const left = new Set(wanted.filter(({ kind }) => kind === "a box").map(({ name }) => name));
  const deadline = since + recoverySeconds * 1000;
  for (let last = "nothing"; ;) {
    const answers = Object.entries(paths).map(async ([application, path]) => {
      const host = application === "site" ? "localhost" : `${application}.localhost`;
      const { address, port } = system.at;
      const answer = await ask(port, { host, path, address, timeoutSeconds }).catch(messageOf);
      if (typeof answer === "string") last = `${application}: ${answer}`;
      else if (answer.status === 200) left.delete(answer.box);
      else last = `${application}: status ${answer.status}`;
    });
    await Promise.all(answers);
    if (left.size === 0 && namesOf(await system.parts()) === namesOf(wanted)) return undefined;
    if (performance.now() > deadline)
      return `expected every box to answer within ${recoverySeconds} s without up, got none of ${[...left].join(", ")}; last: ${last}; ${await system.engine.docker("ps", "--all")}`;
    await sleep(100);
  }
}

function namesOf(parts: readonly Part[]): string {
  return parts.map(({ name }) => name).join(", ");
}
