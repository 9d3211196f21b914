/** Parses the standard Markdown of `markdown` blocks into the same tree as mrkdwn. */

import { type Inline, type Item, type Piece, plainInlines, safeUrl } from "./text_tree";

const HEADING = /^(#{1,6})\s+(.*?)\s*#*$/;
const RULE = /^ {0,3}([-*_])(?:\s*\1){2,}\s*$/;
const ITEM = /^(\s*)([-*+]|\d{1,9}[.)])\s+(?:\[([ xX])\]\s+)?(.*)$/;
const FENCE = /^\s*(`{3,}|~{3,})/;
const TABLE_LINE = /^\s*\|?[\s:|-]*-[\s:|-]*\|[\s:|-]*$/;

/** Parses a whole document. */
export function parseMarkdown(text: string): Piece[] {
  const lines = text.replace(/\r\n?/g, "\n").split("\n");
  const pieces: Piece[] = [];
  let at = 0;
  while (at < lines.length) {
    const line = lines[at] ?? "";
    const fence = FENCE.exec(line);
    const heading = HEADING.exec(line);
    if (!line.trim()) {
      at += 1;
    } else if (fence) {
      const mark = fence[1] ?? "```";
      let end = at + 1;
      while (end < lines.length && !(lines[end] ?? "").trim().startsWith(mark)) end += 1;
      pieces.push({ kind: "pre", text: lines.slice(at + 1, end).join("\n") });
      at = end + 1;
    } else if (heading) {
      pieces.push({ kind: "heading", level: (heading[1] ?? "#").length, inner: markdownInline(heading[2] ?? "") });
      at += 1;
    } else if (RULE.test(line)) {
      pieces.push({ kind: "rule" });
      at += 1;
    } else if (/^\s*>/.test(line)) {
      const start = at;
      while (at < lines.length && /^\s*>/.test(lines[at] ?? "")) at += 1;
      const inner = lines.slice(start, at).map((one) => one.replace(/^\s*> ?/, ""));
      pieces.push({ kind: "quote", inner: parseMarkdown(inner.join("\n")) });
    } else if (ITEM.test(line)) {
      const items: Item[] = [];
      for (; at < lines.length; at += 1) {
        const item = ITEM.exec(lines[at] ?? "");
        if (!item) break;
        items.push(listItem(item));
      }
      pieces.push({ kind: "list", ordered: /\d/.test(items[0]?.marker ?? ""), items });
    } else if (line.includes("|") && TABLE_LINE.test(lines[at + 1] ?? "")) {
      const head = cells(line);
      const rows: Inline[][][] = [];
      for (at += 2; at < lines.length && (lines[at] ?? "").includes("|"); at += 1) {
        rows.push(cells(lines[at] ?? ""));
      }
      pieces.push({ kind: "table", head, rows });
    } else {
      const start = at;
      at += 1;
      while (at < lines.length && !startsOther(lines[at] ?? "")) at += 1;
      pieces.push({ kind: "paragraph", inner: markdownInline(lines.slice(start, at).join("\n")) });
    }
  }
  return pieces;
}

function startsOther(line: string): boolean {
  return !line.trim() || [FENCE, HEADING, RULE, ITEM, /^\s*>/].some((pattern) => pattern.test(line));
}

function listItem(item: RegExpExecArray): Item {
  const [, indent = "", bullet = "-", tick, body = ""] = item;
  const marker = tick === undefined ? (/\d/.test(bullet) ? bullet : "•") : tick === " " ? "☐" : "☑";
  return { marker, indent: Math.floor(indent.length / 2), inner: markdownInline(body) };
}

function cells(line: string): Inline[][] {
  return line
    .trim()
    .replace(/^\||\|$/g, "")
    .split(/(?<!\\)\|/)
    .map((cell) => markdownInline(cell.trim().replace(/\\\|/g, "|")));
}

const TOKENS =
  /\\([\\`*_{}[\]()#+.!~|>-])|(`+)(.+?)\2(?!`)|!?\[([^\]\n]*)\]\(\s*<?([^\s()<>]+)>?(?:\s+"[^"]*")?\s*\)|<(https?:\/\/[^\s<>]+)>|\*\*(?=\S)([\s\S]*?\S)\*\*|(?<![\p{L}\p{N}])__(?=\S)([\s\S]*?\S)__(?![\p{L}\p{N}])|~~(?=\S)([\s\S]*?\S)~~|\*(?=[^\s*])([\s\S]*?[^\s*])\*(?!\*)|(?<![\p{L}\p{N}])_(?=\S)([\s\S]*?\S)_(?![\p{L}\p{N}])|(https?:\/\/[^\s<>()\u3000-\u303f\uff00-\uffef]*[^\s<>().,;:!?'"*_~\u3000-\u303f\uff00-\uffef])/gu;

/** Parses the inside of a block. */
export function markdownInline(text: string): Inline[] {
  const found: Inline[] = [];
  let end = 0;
  for (const match of text.matchAll(TOKENS)) {
    if (match.index > end) found.push(...plainInlines(text.slice(end, match.index)));
    end = match.index + match[0].length;
    const [whole, escaped, , code, label, target, angled, bold, bold2, struck, italic, italic2, bare] = match;
    const address = angled ?? bare;
    if (escaped !== undefined) found.push({ kind: "text", text: escaped });
    else if (code !== undefined) found.push({ kind: "code", text: code.trim() });
    else if (target !== undefined) {
      const url = safeUrl(target);
      found.push(...(url ? [{ kind: "link", url, inner: markdownInline(label || url) } as const] : plainInlines(whole)));
    } else if (address !== undefined) {
      found.push({ kind: "link", url: address, inner: [{ kind: "text", text: address }] });
    } else {
      const kind = (bold ?? bold2) !== undefined ? "bold" : struck !== undefined ? "strike" : "italic";
      found.push({ kind, inner: markdownInline(bold ?? bold2 ?? struck ?? italic ?? italic2 ?? "") });
    }
  }
  if (end < text.length) found.push(...plainInlines(text.slice(end)));
  return found;
}
