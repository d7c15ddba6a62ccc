import { request } from "node:http";

/** One request through an edge of this machine, by host name. */
export interface Question {
  host: string;
  path: string;
  method?: string;
  body?: string;
}

/** What came back. */
export interface Answer {
  status: number;
  type: string;
  body: string;
  /** Digest of the image that answered. */
  image: string;
  /** Name of the box that answered. */
  box: string;
}

/** Asks on a connection of its own. @throws Error when the connection fails. */
export function ask(port: number, { host, path, method = "GET", body = "" }: Question): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const headers = { host, ...(body !== "" && { "content-type": "application/json" }) };
    const sent = request({ host: "127.0.0.1", port, path, method, headers, agent: false }, (response) => {
      let text = "";
      response.setEncoding("utf8");
      response.on("data", (part: string) => {
        text += part;
      });
      response.on("end", () => {
        resolve({
          status: response.statusCode ?? 0,
          type: response.headers["content-type"] ?? "",
          body: text,
          image: String(response.headers["x-image-digest"]),
          box: String(response.headers["x-box"]),
        });
      });
      response.on("error", reject);
    });
    sent.on("error", reject);
    sent.end(body);
  });
}
