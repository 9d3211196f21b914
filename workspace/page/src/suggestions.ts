/** What the composer offers while somebody types: commands after "/", people after "@", emoji after ":". */

import { glyph, searchEmoji } from "./emoji";
import type { ServerState } from "./types";

export interface Suggestion {
  key: string;
  title: string;
  hint: string;
  detail: string;
  /** What the composer holds when it is taken. */
  text: string;
  caret: number;
}

const MOST = 8;

/** The suggestions for a text with its caret, best first. */
export function suggest(server: ServerState, text: string, caret: number, inThread: boolean): Suggestion[] {
  const before = text.slice(0, caret);
  const put = (start: number, word: string): { text: string; caret: number } => ({
    text: text.slice(0, start) + word + text.slice(caret),
    caret: start + word.length,
  });
  const command = /^\/[^\s/]*$/.exec(before);
  if (command && !inThread) {
    return server.commands
      .filter((one) => one.command.startsWith(before.toLowerCase()))
      .map((one) => ({
        key: one.command,
        title: one.command,
        hint: one.usage_hint,
        detail: one.description,
        ...put(0, `${one.command} `),
      }));
  }
  const person = /(?:^|[\s(（，。])@([\p{L}\p{N}._-]*)$/u.exec(before);
  if (person) {
    const typed = (person[1] ?? "").toLowerCase();
    return server.users
      .filter((one) => one.name.startsWith(typed) || one.real_name.toLowerCase().startsWith(typed))
      .slice(0, MOST)
      .map((one) => ({
        key: one.id,
        title: one.real_name,
        hint: `@${one.name}`,
        detail: one.is_bot ? "App" : "",
        ...put(caret - typed.length - 1, `@${one.name} `),
      }));
  }
  const emoji = /(?:^|\s):([a-z0-9_+-]{2,})$/.exec(before);
  if (emoji) {
    const typed = emoji[1] ?? "";
    return searchEmoji(typed, MOST).map((name) => ({
      key: name,
      title: `${glyph(name) ?? ""}  :${name}:`,
      hint: "",
      detail: "",
      ...put(caret - typed.length - 1, `:${name}: `),
    }));
  }
  return [];
}
