/** Parses Slack's mrkdwn (https://docs.slack.dev/messaging/formatting-message-text) into a tree. */

import { type Inline, type Item, type Piece, plainInlines, safeUrl, unescape } from "./text_tree";

const FENCE = /```([\s\S]*?)```/g;
const QUOTE = /^(?:&gt;|>) ?/;
const LIST_ITEM = /^( *)([•◦▪-]|\d{1,3}[.)]) +(.*)$/;

/** Parses a whole text. */
export function parseMrkdwn(text: string, autoLink = true): Piece[] {
  const pieces: Piece[] = [];
  let end = 0;
  for (const fence of text.matchAll(FENCE)) {
    pieces.push(...parseLines(text.slice(end, fence.index).replace(/\n$/, ""), autoLink));
    pieces.push({ kind: "pre", text: unescape(plainTokens(fence[1] ?? "").replace(/^\n|\n$/g, "")) });
    end = fence.index + fence[0].length;
    if (text[end] === "\n") end += 1;
  }
  pieces.push(...parseLines(text.slice(end), autoLink));
  return pieces;
}

/** Inside a code block Slack shows a token's label or address. */
function plainTokens(text: string): string {
  return text.replace(/<([^<>\n]+)>/g, (_, token: string) => token.split("|").pop() ?? token);
}

function parseLines(text: string, autoLink: boolean): Piece[] {
  if (!text) return [];
  const pieces: Piece[] = [];
  let plain: string[] = [];
  let quoted: string[] = [];
  let items: Item[] = [];
  const flush = (): void => {
    if (plain.length) pieces.push({ kind: "paragraph", inner: parseInline(plain.join("\n"), autoLink) });
    if (quoted.length) {
      pieces.push({
        kind: "quote",
        inner: [{ kind: "paragraph", inner: parseInline(quoted.join("\n"), autoLink) }],
      });
    }
    if (items.length) pieces.push({ kind: "list", ordered: /\d/.test(items[0]?.marker ?? ""), items });
    plain = [];
    quoted = [];
    items = [];
  };
  const lines = text.split("\n");
  for (const [index, line] of lines.entries()) {
    const item = LIST_ITEM.exec(line);
    if (/^(?:&gt;|>){3}/.test(line)) {
      // ">>>" quotes everything that follows
      flush();
      const rest = [line.replace(/^(?:&gt;|>){3} ?/, ""), ...lines.slice(index + 1)].join("\n");
      pieces.push({ kind: "quote", inner: parseLines(rest, autoLink) });
      return pieces;
    }
    if (QUOTE.test(line)) {
      if (!quoted.length) flush();
      quoted.push(line.replace(QUOTE, ""));
    } else if (item) {
      if (!items.length) flush();
      items.push({
        marker: item[2] ?? "•",
        indent: Math.floor((item[1] ?? "").length / 2),
        inner: parseInline(item[3] ?? "", autoLink),
      });
    } else {
      if (quoted.length || items.length) flush();
      plain.push(line);
    }
  }
  flush();
  return pieces;
}

const MARKS = { "*": "bold", _: "italic", "~": "strike" } as const;
// A mark opens after a space, a bracket or the like, never inside a word: so Slack does, for CJK too.
const WORD = /[\p{L}\p{N}]/u;
const BARE_URL = /https?:\/\/[^\s<>|\u3000-\u303f\uff00-\uffef]*[^\s<>|.,;:!?)\]'"*_~`\u3000-\u303f\uff00-\uffef]/y;

/** Parses the inside of a line or of several. */
export function parseInline(text: string, autoLink = true): Inline[] {
  const found: Inline[] = [];
  let plain = "";
  const flush = (): void => {
    if (plain) found.push(...plainInlines(unescape(plain)));
    plain = "";
  };
  let at = 0;
  while (at < text.length) {
    const char = text[at] ?? "";
    if (char === "<") {
      const close = text.indexOf(">", at);
      const token = close > 0 ? parseToken(text.slice(at + 1, close)) : undefined;
      if (token) {
        flush();
        found.push(token);
        at = close + 1;
        continue;
      }
    }
    if (char === "`") {
      const close = text.indexOf("`", at + 1);
      const inside = text.slice(at + 1, close);
      if (close > at + 1 && !inside.includes("\n")) {
        flush();
        found.push({ kind: "code", text: unescape(plainTokens(inside)) });
        at = close + 1;
        continue;
      }
    }
    if (char === "*" || char === "_" || char === "~") {
      const close = closing(text, at, char);
      if (close > 0) {
        flush();
        found.push({ kind: MARKS[char], inner: parseInline(text.slice(at + 1, close), autoLink) });
        at = close + 1;
        continue;
      }
    }
    if (autoLink && char === "h" && !WORD.test(text[at - 1] ?? " ")) {
      BARE_URL.lastIndex = at;
      const url = BARE_URL.exec(text)?.[0];
      if (url) {
        flush();
        found.push({ kind: "link", url: unescape(url), inner: [{ kind: "text", text: unescape(url) }] });
        at += url.length;
        continue;
      }
    }
    plain += char;
    at += 1;
  }
  flush();
  return found;
}

/** Where the mark that opens at `at` closes, or -1. */
function closing(text: string, at: number, mark: string): number {
  if (WORD.test(text[at - 1] ?? " ") || text[at - 1] === mark) return -1;
  if (/\s/.test(text[at + 1] ?? " ") || text[at + 1] === mark) return -1;
  for (let close = at + 2; close < text.length && text[close] !== "\n"; close += 1) {
    if (text[close] === "`") {
      const end = text.indexOf("`", close + 1);
      if (end > 0) close = end;
      continue;
    }
    if (text[close] === "<") {
      const end = text.indexOf(">", close + 1);
      if (end > 0) close = end;
      continue;
    }
    if (text[close] === mark && !/\s/.test(text[close - 1] ?? " ") && !WORD.test(text[close + 1] ?? " ")) {
      return close;
    }
  }
  return -1;
}

/** What stands between `<` and `>`. */
function parseToken(token: string): Inline | undefined {
  const bar = token.indexOf("|");
  const body = bar < 0 ? token : token.slice(0, bar);
  const label = bar < 0 ? undefined : unescape(token.slice(bar + 1));
  const user = /^@([UWB][A-Z0-9]+)$/.exec(body);
  if (user) return { kind: "user", id: user[1] ?? "", ...(label ? { label } : {}) };
  const channel = /^#([CDG][A-Z0-9]+)$/.exec(body);
  if (channel) return { kind: "channel", id: channel[1] ?? "", ...(label ? { label } : {}) };
  if (body.startsWith("!")) {
    const name = body.slice(1);
    if (name.startsWith("date^")) return { kind: "text", text: label ?? name };
    return { kind: "broadcast", name: label ?? name };
  }
  const url = safeUrl(unescape(body));
  if (url) return { kind: "link", url, inner: plainInlines(label ?? url.replace(/^mailto:/, "")) };
  return undefined;
}
