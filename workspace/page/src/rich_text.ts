/** Turns `rich_text` blocks into the tree that mrkdwn is parsed into. */

import { type Inline, type Item, type Piece, plainInlines, safeUrl } from "./text_tree";

interface Leaf {
  type?: unknown;
  [field: string]: unknown;
}

const BULLETS = ["•", "◦", "▪"];
const list = (value: unknown): Leaf[] => (Array.isArray(value) ? (value as Leaf[]) : []);
const string = (value: unknown): string => (typeof value === "string" ? value : "");

/** The pieces of a rich text's elements. */
export function richTextPieces(elements: unknown): Piece[] {
  const pieces: Piece[] = [];
  for (const part of list(elements)) {
    const inner = list(part["elements"]);
    if (part.type === "rich_text_section") pieces.push({ kind: "paragraph", inner: inner.flatMap(leaf) });
    else if (part.type === "rich_text_quote") {
      pieces.push({ kind: "quote", inner: [{ kind: "paragraph", inner: inner.flatMap(leaf) }] });
    } else if (part.type === "rich_text_preformatted") {
      pieces.push({ kind: "pre", text: inner.map((one) => string(one["text"]) || string(one["url"])).join("") });
    } else if (part.type === "rich_text_list") pieces.push(richList(part, inner));
    else pieces.push({ kind: "paragraph", inner: [{ kind: "text", text: `[${string(part.type)}]` }] });
  }
  return pieces;
}

function richList(part: Leaf, inner: Leaf[]): Piece {
  const indent = Number(part["indent"] ?? 0);
  const offset = Number(part["offset"] ?? 0);
  const ordered = part["style"] === "ordered";
  const items = inner.map(
    (item, index): Item => ({
      marker: ordered ? `${offset + index + 1}.` : (BULLETS[Math.min(indent, 2)] ?? "•"),
      indent,
      inner: list(item["elements"]).flatMap(leaf),
    }),
  );
  return { kind: "list", ordered, items };
}

function leaf(one: Leaf): Inline[] {
  switch (one.type) {
    case "text":
      return styled(one, plainInlines(string(one["text"]), false));
    case "link": {
      const url = safeUrl(one["url"]);
      const label = string(one["text"]) || string(one["url"]);
      return styled(one, url ? [{ kind: "link", url, inner: [{ kind: "text", text: label }] }] : plainInlines(label));
    }
    case "emoji":
      return [{ kind: "emoji", name: string(one["name"]) }];
    case "user":
      return [{ kind: "user", id: string(one["user_id"]) }];
    case "channel":
      return [{ kind: "channel", id: string(one["channel_id"]) }];
    case "usergroup":
      return [{ kind: "broadcast", name: string(one["usergroup_id"]) }];
    case "broadcast":
      return [{ kind: "broadcast", name: string(one["range"]) }];
    case "date":
      return [{ kind: "text", text: string(one["fallback"]) || dateText(one["timestamp"]) }];
    case "color":
      return [{ kind: "color", value: string(one["value"]) }];
    default:
      return [{ kind: "text", text: string(one["text"]) || `[${string(one.type)}]` }];
  }
}

function dateText(timestamp: unknown): string {
  const date = new Date(Number(timestamp) * 1000);
  return Number.isNaN(date.getTime()) ? "" : date.toLocaleString();
}

function styled(one: Leaf, inner: Inline[]): Inline[] {
  const style = (one["style"] ?? {}) as Record<string, unknown>;
  let shown = inner;
  if (style["code"]) shown = [{ kind: "code", text: string(one["text"]) || string(one["url"]) }];
  if (style["underline"]) shown = [{ kind: "underline", inner: shown }];
  if (style["strike"]) shown = [{ kind: "strike", inner: shown }];
  if (style["italic"]) shown = [{ kind: "italic", inner: shown }];
  if (style["bold"]) shown = [{ kind: "bold", inner: shown }];
  return shown;
}
