/** The tree that mrkdwn, Markdown and rich text are parsed into; only text ever leaves it, never HTML. */

import { glyph } from "./emoji";

export type Inline =
  | { kind: "text"; text: string }
  | { kind: "bold" | "italic" | "strike" | "underline"; inner: Inline[] }
  | { kind: "code"; text: string }
  | { kind: "link"; url: string; inner: Inline[] }
  | { kind: "user"; id: string; label?: string }
  | { kind: "channel"; id: string; label?: string }
  | { kind: "broadcast"; name: string }
  | { kind: "emoji"; name: string }
  | { kind: "color"; value: string }
  | { kind: "break" };

export interface Item {
  marker: string;
  indent: number;
  inner: Inline[];
}

export type Piece =
  | { kind: "paragraph"; inner: Inline[] }
  | { kind: "heading"; level: number; inner: Inline[] }
  | { kind: "pre"; text: string }
  | { kind: "quote"; inner: Piece[] }
  | { kind: "list"; ordered: boolean; items: Item[] }
  | { kind: "table"; head: Inline[][]; rows: Inline[][][] }
  | { kind: "rule" };

const SAFE_SCHEME = /^(https?:|mailto:|tel:)/i;

/** The address if a browser may open it, else undefined (`javascript:` and the like). */
export function safeUrl(url: unknown): string | undefined {
  return typeof url === "string" && SAFE_SCHEME.test(url.trim()) ? url.trim() : undefined;
}

/** The three entities that Slack uses. */
export function unescape(text: string): string {
  return text.replace(/&lt;/g, "<").replace(/&gt;/g, ">").replace(/&amp;/g, "&");
}

const EMOJI_NAME = /:([a-z0-9_+'-]+(?:::skin-tone-[2-6])?):/g;

/** Plain text with its emoji names and line ends found. */
export function plainInlines(text: string, emoji = true): Inline[] {
  const found: Inline[] = [];
  text.split("\n").forEach((line, index) => {
    if (index) found.push({ kind: "break" });
    let end = 0;
    if (emoji) {
      for (const match of line.matchAll(EMOJI_NAME)) {
        if (!glyph(match[1] ?? "")) continue; // 10:30:45 holds no emoji
        if (match.index > end) found.push({ kind: "text", text: line.slice(end, match.index) });
        found.push({ kind: "emoji", name: match[1] ?? "" });
        end = match.index + match[0].length;
      }
    }
    if (end < line.length) found.push({ kind: "text", text: line.slice(end) });
  });
  return found;
}
