import { request } from "node:https";
import { text } from "node:stream/consumers";
import { setTimeout as sleep } from "node:timers/promises";

/**
 * The certificate on which all of a Pebble stand that now runs, in PEM: another one after each start.
 * @param port at which it is managed. @param ca by which it is trusted. @param servername for which its own certificate is.
 */
export async function pebbleRoot(port: number, ca: string, servername: string): Promise<string> {
  const options = { host: "127.0.0.1", port, path: "/roots/0", ca, servername };
  for (let tries = 0; ; tries++)
    try {
      return await new Promise<string>((resolve, reject) => {
        const asked = request(options, (answer) => {
          text(answer).then(resolve, reject);
        });
        asked.on("error", reject).end();
      });
    } catch (error) {
      if (tries > 50) throw error;
      await sleep(100);
    }
}
