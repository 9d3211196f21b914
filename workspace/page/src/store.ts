/** What the page knows: one state, changed by the live connection and by the person, watched by components. */

import { useEffect, useState } from "preact/hooks";
import * as api from "./api";
import type { LiveEvent, Message, ServerState, User, View } from "./types";

const DEFAULT_USER = "U0ANA0001";
const RETRY_MS = [300, 700, 1500, 3000, 5000];

export const HOME = "home";

export interface PageState {
  user: string;
  server: ServerState | null;
  link: "connecting" | "live" | "lost";
  /** A channel's id, or HOME. */
  place: string;
  thread: string | null;
  /** The message that a permalink names. */
  target: string | null;
  unread: Record<string, number>;
  statuses: Record<string, string>;
  /** A sentence for the person about something that did not work, shown until it is dismissed. */
  notice: string | null;
  menuOpen: boolean;
}

function fromAddress(): PageState {
  const query = new URLSearchParams(location.search);
  return {
    user: query.get("user") ?? DEFAULT_USER,
    server: null,
    link: "connecting",
    place: query.get("channel") ?? "",
    thread: query.get("thread"),
    // Slack's permalinks write a ts as p1234567890123456
    target: query.get("message")?.replace(/^p(\d+)(\d{6})$/, "$1.$2") ?? null,
    unread: {},
    statuses: {},
    notice: null,
    menuOpen: false,
  };
}

let state = fromAddress();
const watchers = new Set<() => void>();

export const current = (): PageState => state;

export function change(patch: Partial<PageState>): void {
  state = { ...state, ...patch };
  for (const watcher of watchers) watcher();
}

/** The page's state; the component is drawn again when it changes. */
export function usePage(): PageState {
  const [, redraw] = useState(0);
  useEffect(() => {
    const watcher = (): void => redraw((count) => count + 1);
    watchers.add(watcher);
    return () => void watchers.delete(watcher);
  }, []);
  return state;
}

function changeServer(patch: (server: ServerState) => Partial<ServerState>): void {
  if (state.server) change({ server: { ...state.server, ...patch(state.server) } });
}

// -- places --

function writeAddress(): void {
  const query = new URLSearchParams();
  query.set("user", state.user);
  if (state.place) query.set("channel", state.place);
  if (state.thread) query.set("thread", state.thread);
  history.replaceState(null, "", `?${query.toString()}`);
}

export function goTo(place: string): void {
  const { [place]: _seen, ...unread } = state.unread;
  change({ place, thread: null, target: null, unread, menuOpen: false });
  writeAddress();
  if (place === HOME) void api.openHome(state.user);
}

export function openThread(ts: string | null): void {
  change({ thread: ts });
  writeAddress();
}

export function actAs(user: string): void {
  if (user === state.user) return;
  const place = state.server?.channels.find((channel) => channel.id === state.place && !channel.is_im)?.id;
  change({
    user,
    server: null,
    link: "connecting",
    place: place ?? (state.place === HOME ? HOME : ""),
    thread: null,
    target: null,
    unread: {},
    statuses: {},
    notice: null,
    menuOpen: false,
  });
  writeAddress();
  connect();
}

// -- people and messages --

export const userById = (id: string | undefined): User | undefined =>
  state.server?.users.find((user) => user.id === id);

export function nameOf(id: string): string {
  return userById(id)?.real_name ?? id;
}

export function repliesTo(messages: Message[], ts: string): Message[] {
  return messages.filter((message) => message.thread_ts === ts && message.ts !== ts);
}

function placed(messages: Message[], message: Message): Message[] {
  const others = messages.filter((one) => one.ts !== message.ts);
  const after = others.findIndex((one) => one.ts > message.ts);
  if (after < 0) return [...others, message];
  return [...others.slice(0, after), message, ...others.slice(after)];
}

function receiveMessage(message: Message): void {
  const known = state.server?.messages[message.channel] ?? [];
  const isNew = !known.some((one) => one.ts === message.ts);
  changeServer((server) => ({
    messages: { ...server.messages, [message.channel]: placed(known, message) },
  }));
  if (isNew && message.user !== state.user && message.channel !== state.place && !message.thread_ts) {
    const count = (state.unread[message.channel] ?? 0) + 1;
    change({ unread: { ...state.unread, [message.channel]: count } });
  }
}

export function dropView(id: string): void {
  changeServer((server) => ({ open_views: server.open_views.filter((view) => view.id !== id) }));
}

function receiveView(view: View): void {
  changeServer((server) => {
    const known = server.open_views.some((one) => one.id === view.id);
    return {
      open_views: known
        ? server.open_views.map((one) => (one.id === view.id ? view : one))
        : [...server.open_views, view],
    };
  });
}

export const statusKey = (channel: string, thread: string | undefined): string => `${channel} ${thread ?? ""}`;

function receive(event: LiveEvent): void {
  switch (event.type) {
    case "message":
    case "ephemeral":
      receiveMessage(event.message);
      break;
    case "message_deleted":
      changeServer((server) => ({
        messages: {
          ...server.messages,
          [event.channel]: (server.messages[event.channel] ?? []).filter((one) => one.ts !== event.ts),
        },
      }));
      if (state.thread === event.ts && state.place === event.channel) openThread(null);
      break;
    case "view":
      receiveView(event.view);
      break;
    case "view_closed":
      dropView(event.view_id);
      break;
    case "home":
      changeServer(() => ({ home: event.view }));
      break;
    case "bot":
      changeServer((server) => ({ bot: { ...server.bot, connected: event.connected } }));
      break;
    case "status":
      change({
        statuses: { ...state.statuses, [statusKey(event.channel, event.thread_ts)]: event.status },
      });
      break;
  }
}

// -- the live connection --

let socket: WebSocket | null = null;
let retry: ReturnType<typeof setTimeout> | undefined;
let failures = 0;

/** Opens the live connection, then reads the state; what comes between the two is applied after it. */
export function connect(): void {
  clearTimeout(retry);
  const user = state.user;
  const opened = new WebSocket(api.liveAddress(user));
  const waiting: LiveEvent[] = [];
  let loaded = false;
  if (socket) {
    socket.onclose = null;
    socket.close();
  }
  socket = opened;
  opened.onmessage = (frame) => {
    const event = JSON.parse(String(frame.data)) as LiveEvent;
    if (loaded) receive(event);
    else waiting.push(event);
  };
  opened.onopen = async () => {
    try {
      const answer = await api.fetchState(user);
      if (socket !== opened) return;
      if (typeof answer === "string") {
        opened.close();
        return;
      }
      loaded = true;
      failures = 0;
      load(answer);
      for (const event of waiting) receive(event);
    } catch {
      opened.close();
    }
  };
  opened.onclose = () => {
    if (socket !== opened) return;
    change({ link: state.server ? "lost" : "connecting" });
    const wait = RETRY_MS[Math.min(failures, RETRY_MS.length - 1)];
    failures += 1;
    retry = setTimeout(connect, wait);
    if (!state.server && user !== DEFAULT_USER) void leaveUnknown(user);
  };
}

/** An unknown person's connection is refused each time: goes on as one who exists instead of knocking forever. */
async function leaveUnknown(user: string): Promise<void> {
  const answer = await api.fetchState(user).catch(() => "not_reachable");
  if (answer !== "user_not_found" || state.user !== user) return;
  actAs(DEFAULT_USER);
  change({ notice: `There is no person ${user} in this workspace.` });
}

function load(server: ServerState): void {
  const exists = state.place === HOME || server.channels.some((channel) => channel.id === state.place);
  const place = exists ? state.place : (server.channels[0]?.id ?? "");
  let thread = state.thread;
  const target = state.target;
  const messages = server.messages[place] ?? [];
  const targeted = messages.find((message) => message.ts === target);
  if (targeted?.thread_ts && targeted.thread_ts !== targeted.ts) thread = targeted.thread_ts;
  if (thread && !messages.some((message) => message.ts === thread)) thread = null;
  change({ server, link: "live", place, thread, statuses: {} });
  writeAddress();
  if (place === HOME) void api.openHome(state.user);
}
