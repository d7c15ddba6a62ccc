import { request } from "node:http";

/** One request through the edge: its status, and the digest of the image that answered. */
export function askEdge(
  port: number,
  host: string,
  path: string,
): Promise<{ status: number; image: string }> {
  return new Promise((resolve, reject) => {
    const sent = request({ host: "127.0.0.1", port, path, headers: { host }, agent: false }, (response) => {
      response.resume();
      response.on("end", () => {
        resolve({ status: response.statusCode ?? 0, image: String(response.headers["x-image-digest"]) });
      });
    });
    sent.on("error", reject);
    sent.end();
  });
}
