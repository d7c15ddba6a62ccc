import { messageOf } from "../../../work/message.ts";
import { ask } from "../../sandbox/ask.ts";

/** The status of an answer of the catalog through the edge, or what came instead. */
export async function statusOf(port: number): Promise<string> {
  try {
    return String((await ask(port, { host: "catalog.localhost", path: "/products/rope" })).status);
  } catch (error) {
    return messageOf(error);
  }
}
