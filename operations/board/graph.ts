import { formatBytes, shortDigest } from "../text/format.ts";
import { escapeHtml } from "./escape.ts";
import type { BoardLayer } from "./model.ts";

const box = { width: 196, height: 56, gapX: 44, gapY: 14 };
const margin = 8;

/** Where a layer stands in the picture: column and row; rows may lie between two others. */
export interface GraphPlace {
  id: string;
  column: number;
  row: number;
}

/** Bases on the left; each layer beside the middle of what stands on it, and no two in one place. */
export function placeTree(ids: readonly string[]): GraphPlace[] {
  const places = new Map<string, GraphPlace>();
  let nextRow = 0;
  const visit = (id: string, column: number): number => {
    const children = ids.filter((other) => parentId(other) === id).sort();
    const rows = children.map((child) => visit(child, column + 1));
    const row = rows.length === 0 ? nextRow++ : ((rows[0] ?? 0) + (rows.at(-1) ?? 0)) / 2;
    places.set(id, { id, column, row });
    return row;
  };
  const roots = ids.filter((id) => !ids.includes(parentId(id))).sort();
  for (const root of roots) visit(root, 0);
  return [...places.values()];
}

/** `base.python` for `base.python.catalog`; empty for a base. */
export function parentId(id: string): string {
  return id.split(".").slice(0, -1).join(".");
}

/** The layers as an inline SVG. The table beside it says the same in words, so it is one image to a screen reader. */
export function layerGraph(layers: readonly BoardLayer[]): string {
  const places = placeTree(layers.map(({ id }) => id));
  const left = ({ column }: GraphPlace) => margin + column * (box.width + box.gapX);
  const top = ({ row }: GraphPlace) => margin + row * (box.height + box.gapY);
  const width = Math.max(0, ...places.map(left)) + box.width + margin;
  const height = Math.max(0, ...places.map(top)) + box.height + margin;
  const lines = places.flatMap((place) => {
    const parent = places.find(({ id }) => id === parentId(place.id));
    if (!parent) return [];
    const [x1, y1] = [left(parent) + box.width, top(parent) + box.height / 2];
    const [x2, y2] = [left(place), top(place) + box.height / 2];
    const middle = (x1 + x2) / 2;
    return [`<path class="line" d="M${x1} ${y1}C${middle} ${y1} ${middle} ${y2} ${x2} ${y2}"/>`];
  });
  const boxes = places.map((place) =>
    layerBox(
      layers.find(({ id }) => id === place.id),
      left(place),
      top(place),
    ),
  );
  return `<svg role="img" aria-label="Layers of all images, each standing on the one to its left; the table below says the same" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">${lines.join("")}${boxes.join("")}</svg>`;
}

function layerBox(layer: BoardLayer | undefined, x: number, y: number): string {
  if (!layer) return "";
  const digests = [...new Set(layer.images.map(({ image }) => shortDigest(image)))];
  const shown = digests.length === 1 ? (digests[0] ?? "") : `${digests.length} versions`;
  const name = layer.id.split(".").at(-1) ?? "";
  const size = layer.bytes === undefined ? "" : ` · ${formatBytes(layer.bytes)}`;
  const differs = digests.length > 1 ? " differs" : "";
  return `<g class="layer${differs}"><rect x="${x}" y="${y}" width="${box.width}" height="${box.height}" rx="8"/><text class="name" x="${x + 12}" y="${y + 23}">${escapeHtml(name)}</text><text class="digest" x="${x + 12}" y="${y + 43}">${escapeHtml(shown + size)}</text></g>`;
}
