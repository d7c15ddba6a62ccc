import { createHash } from "node:crypto";
import { describeFinding } from "../drift/finding/finding.ts";
import { formatAge, formatBytes, formatTime, shortDigest } from "../text/format.ts";
import type { RecordedFleet } from "../state/fleet.ts";
import { escapeHtml as text } from "./escape.ts";
import { layerGraph } from "./graph.ts";
import { stackDifferences, type Board, type BoardStack, type BoardUpdate } from "./model.ts";
import { style } from "./style.ts";

const sections = {
  stacks: "Environments",
  layers: "Layers",
  differences: "Differences",
  releases: "Releases",
  swaps: "Last updates",
  drift: "Drift",
};

/** The whole page: it needs no other file and no other host, and its policy allows none. */
export function boardPage(board: Board): string {
  const digest = createHash("sha256").update(style).digest("base64");
  const links = Object.entries(sections).map(([id, title]) => `<li><a href="#${id}">${title}</a></li>`);
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'sha256-${digest}'; base-uri 'none'; form-action 'none'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>Fleets</title>
<style>${style}</style>
</head>
<body>
<a class="skip" href="#main">To the content</a>
<header>
<h1>Fleets</h1>
<p class="soft">As of ${time(board.made)}</p>
<nav aria-label="Sections"><ul>${links.join("")}</ul></nav>
</header>
<main id="main">
${section("stacks", `<ul class="stacks">${board.stacks.map(stackCard).join("")}</ul>`)}
${section("layers", layersPart(board))}
${section("differences", differencesPart(board))}
${section("releases", releasesPart(board))}
${section("swaps", updatesPart(board))}
${section("drift", driftPart(board))}
</main>
</body>
</html>
`;
}

function section(id: keyof typeof sections, content: string): string {
  return `<section aria-labelledby="${id}"><h2 id="${id}">${sections[id]}</h2>${content}</section>`;
}

function time(date: Date): string {
  const iso = date.toISOString();
  return `<time datetime="${iso}">${formatTime(iso)}</time>`;
}

function code(digest: string): string {
  return digest === "" ? "–" : `<code>${text(shortDigest(digest))}</code>`;
}

/** A table that scrolls by itself where it is too wide, by keyboard too. */
function table(caption: string, head: readonly string[], rows: readonly (readonly string[])[]): string {
  const cells = rows.map(
    ([first = "", ...others]) =>
      `<tr><th scope="row">${first}</th>${others.map((cell) => `<td>${cell}</td>`).join("")}</tr>`,
  );
  const heads = head.map((name) => `<th scope="col">${text(name)}</th>`).join("");
  return `<div class="scroll" role="region" tabindex="0" aria-label="${text(caption)}"><table><caption>${text(caption)}</caption><thead><tr>${heads}</tr></thead><tbody>${cells.join("")}</tbody></table></div>`;
}

function stackCard({ name, url, releases, fleets, drift }: BoardStack): string {
  const boxes = fleets.map(
    ({ name: fleet, kind, boxes: count, image }) =>
      `<li>${text(fleet)}: ${count} × ${code(image)}${kind === "containers" ? "" : ` <span class="soft">${kindNames[kind]}</span>`}</li>`,
  );
  const at = url === undefined ? "" : `<p><a href="${text(url)}" rel="noreferrer">${text(url)}</a></p>`;
  const release = releases[0] === undefined ? "no release" : `release ${text(releases[0])}`;
  const running = fleets.length === 0 ? `<p class="soft">Nothing runs.</p>` : `<ul>${boxes.join("")}</ul>`;
  return `<li><h3>${text(name)}</h3><p>${release} · ${driftWord(drift)}</p>${at}${running}</li>`;
}

const kindNames: Record<RecordedFleet["kind"], string> = {
  containers: "containers",
  swarm: "on a Swarm",
  hosts: "mutable hosts",
  instances: "instances",
  stateful: "instances with data",
  beanstalk: "Elastic Beanstalk",
};

function driftWord(drift: BoardStack["drift"]): string {
  if (!drift) return `<span class="soft">drift not looked at</span>`;
  if (drift.findings.length === 0) return `<span class="good">no drift</span>`;
  const count = drift.findings.length;
  return `<span class="bad">${count} ${count === 1 ? "difference" : "differences"} from what was rolled out</span>`;
}

function layersPart({ layers }: Board): string {
  if (layers.length === 0) return `<p class="soft">No images yet.</p>`;
  const rows = layers.map(({ id, images, bytes }) => [
    text(id),
    images.map(({ stack, image }) => `${text(stack)} ${code(image)}`).join("<br>"),
    bytes === undefined ? "–" : formatBytes(bytes),
  ]);
  return `<div class="scroll" role="region" tabindex="0" aria-label="Graph of the layers">${layerGraph(layers)}</div><details><summary>The layers as a table</summary>${table("Layers, each standing on the one named before its last dot", ["Layer", "Image by environment", "Adds"], rows)}</details>`;
}

function differencesPart(board: Board): string {
  const found = stackDifferences(board);
  const names = board.stacks.filter(({ fleets }) => fleets.length > 0).map(({ name }) => name);
  if (names.length < 2) return `<p class="soft">Fewer than two environments run: nothing to compare.</p>`;
  if (found.length === 0) return `<p class="good">All environments run the same images.</p>`;
  const rows = found.map(({ what, values }) => [text(what), ...values.map(({ value }) => code(value))]);
  return table("Images that are not the same everywhere", ["What", ...names], rows);
}

function releasesPart({ releases }: Board): string {
  if (releases.length === 0) return `<p class="soft">No releases yet.</p>`;
  const rows = releases.map(({ name, images, runsIn }) => [
    text(name),
    String(images),
    text(runsIn.join(", ") || "–"),
  ]);
  return table("Releases, newest first", ["Release", "Digests", "Runs in"], rows);
}

function updatesPart({ stacks }: Board): string {
  const rows = stacks
    .flatMap(({ name, updates }) => updates.map((update) => ({ name, ...update })))
    .sort((a, b) => b.start.getTime() - a.start.getTime())
    .map(({ name, start, seconds, result, changes, swap }) => [
      text(name),
      time(start),
      formatAge(seconds),
      `<span class="${result === "succeeded" ? "good" : "bad"}">${text(result)}</span>`,
      text(swap?.swapped.join(", ") ?? "–"),
      failedRequests(swap),
      text(changes),
    ]);
  if (rows.length === 0) return `<p class="soft">No updates yet.</p>`;
  return table(
    "Updates, newest first",
    ["Environment", "When", "Duration", "Result", "Swapped", "Failed requests", "Resources"],
    rows,
  );
}

function failedRequests(swap: BoardUpdate["swap"]): string {
  if (!swap?.counts) return "–";
  const { failed, requests } = swap.counts;
  return `<span class="${failed === 0 ? "good" : "bad"}">${failed}</span> of ${requests}`;
}

function driftPart({ stacks }: Board): string {
  const parts = stacks.map(({ name, drift }) => {
    if (!drift) return `<p>${text(name)}: <span class="soft">not looked at</span></p>`;
    if (drift.findings.length === 0) return `<p>${text(name)}: <span class="good">none</span></p>`;
    const lines = drift.findings.map((finding) => `<li>${text(describeFinding(finding))}</li>`);
    return `<h3>${text(name)}</h3><ul>${lines.join("")}</ul>`;
  });
  return parts.join("");
}
