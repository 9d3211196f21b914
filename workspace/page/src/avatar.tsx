/** People's initials in their colour, and dates as people read them. */

import type { JSX } from "preact";
import { userById } from "./store";

function initials(name: string): string {
  const words = name.trim().split(/\s+/);
  // A Chinese name is one word: its last character is the one that tells people apart.
  if (/^[\u3400-\u9fff]/.test(name)) return name.slice(-1);
  return words
    .slice(0, 2)
    .map((word) => [...word][0] ?? "")
    .join("")
    .toUpperCase();
}

export function Avatar({ user, name, size = "" }: { user?: string | undefined; name?: string; size?: string }): JSX.Element {
  const known = userById(user);
  const shown = name ?? known?.real_name ?? "?";
  const color = /^[0-9a-f]{6}$/i.test(known?.color ?? "") ? `#${known?.color}` : "#5b6b73";
  return (
    <span class={`avatar ${size} ${known?.is_bot ? "bot" : ""}`} style={{ backgroundColor: color }} aria-hidden="true">
      {initials(shown)}
    </span>
  );
}

const date = (ts: string): Date => new Date(Number(ts) * 1000);
const sameDay = (one: Date, other: Date): boolean => one.toDateString() === other.toDateString();

export function timeOf(ts: string): string {
  return date(ts).toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit" });
}

export function fullTime(ts: string): string {
  return date(ts).toLocaleString("en-GB", { dateStyle: "full", timeStyle: "medium" });
}

export function dayOf(ts: string): string {
  const day = date(ts);
  const now = new Date();
  if (sameDay(day, now)) return "Today";
  if (sameDay(day, new Date(now.getTime() - 86_400_000))) return "Yesterday";
  return day.toLocaleDateString("en-GB", { weekday: "long", day: "numeric", month: "long" });
}
