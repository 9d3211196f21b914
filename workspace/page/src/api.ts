/** Calls of the client API, each in the name of the person who is acting. */

import type { Answer, Container, ServerState, SharedFile, Values } from "./types";

async function post(path: string, body: Record<string, unknown>): Promise<Answer> {
  try {
    const response = await fetch(`/client/${path}`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(body),
    });
    return (await response.json()) as Answer;
  } catch {
    return { ok: false, error: "not_reachable" };
  }
}

/** All that a person sees, or the error's code. */
export async function fetchState(user: string): Promise<ServerState | string> {
  const response = await fetch(`/client/state?user=${encodeURIComponent(user)}`);
  const answer = (await response.json()) as (ServerState & { ok: true }) | { ok: false; error?: string };
  return answer.ok ? answer : (answer.error ?? "unknown_error");
}

export function liveAddress(user: string): string {
  const scheme = location.protocol === "https:" ? "wss" : "ws";
  return `${scheme}://${location.host}/client/live?user=${encodeURIComponent(user)}`;
}

export const runCommand = (user: string, channel: string, command: string, text: string): Promise<Answer> =>
  post("command", { user, channel, command, text });

export const postMessage = (
  user: string,
  channel: string,
  text: string,
  threadTs: string | undefined,
  fileIds: string[],
): Promise<Answer> =>
  post("message", {
    user,
    channel,
    text,
    ...(threadTs ? { thread_ts: threadTs } : {}),
    ...(fileIds.length ? { file_ids: fileIds } : {}),
  });

export const editMessage = (user: string, channel: string, ts: string, text: string): Promise<Answer> =>
  post("message/edit", { user, channel, ts, text });

export const deleteMessage = (user: string, channel: string, ts: string): Promise<Answer> =>
  post("message/delete", { user, channel, ts });

export const react = (
  user: string,
  channel: string,
  ts: string,
  name: string,
  remove: boolean,
): Promise<Answer> => post("reaction", { user, channel, ts, name, ...(remove ? { remove: true } : {}) });

export const act = (
  user: string,
  container: Container,
  blockId: string | undefined,
  actionId: string,
  value: unknown,
  values?: Values,
): Promise<Answer> =>
  post("action", {
    user,
    container,
    action_id: actionId,
    ...(blockId ? { block_id: blockId } : {}),
    ...(value === undefined ? {} : { value }),
    ...(values ? { values } : {}),
  });

export const submitView = (user: string, viewId: string, values: Values): Promise<Answer> =>
  post("view/submit", { user, view_id: viewId, values });

export const closeView = (user: string, viewId: string): Promise<Answer> =>
  post("view/close", { user, view_id: viewId });

export const runShortcut = (
  user: string,
  callbackId: string,
  channel?: string,
  ts?: string,
): Promise<Answer> =>
  post("shortcut", { user, callback_id: callbackId, ...(channel ? { channel } : {}), ...(ts ? { ts } : {}) });

export const openHome = (user: string): Promise<Answer> => post("home", { user });

export async function upload(user: string, file: File): Promise<SharedFile | string> {
  const form = new FormData();
  form.set("user", user);
  form.set("file", file);
  try {
    const response = await fetch("/client/upload", { method: "POST", body: form });
    if (response.status === 413) return "file_too_large";
    const answer = (await response.json()) as Answer;
    return answer.ok ? (answer["file"] as SharedFile) : (answer.error ?? "upload_failed");
  } catch {
    return "not_reachable";
  }
}
