/** The shapes that the client API (../../CLIENT_API.md) and Block Kit send. */

export interface User {
  id: string;
  name: string;
  real_name: string;
  is_bot: boolean;
  color: string;
}

export interface Channel {
  id: string;
  name: string;
  is_member: boolean;
  is_im: boolean;
  topic: string;
}

export interface Command {
  command: string;
  description: string;
  usage_hint: string;
}

export interface Shortcut {
  name: string;
  type: "message" | "global";
  callback_id: string;
  description: string;
}

export interface Bot {
  id: string;
  user_id: string;
  name: string;
  connected: boolean;
}

export interface Reaction {
  name: string;
  users: string[];
}

export interface SharedFile {
  id: string;
  name: string;
  mimetype: string;
  size: number;
  url_private: string;
}

export interface Message {
  ts: string;
  channel: string;
  user?: string;
  bot_id?: string;
  username: string;
  text: string;
  blocks: Block[];
  thread_ts?: string;
  reply_count: number;
  reply_users: string[];
  reactions: Reaction[];
  edited: boolean;
  ephemeral_to?: string;
  files: SharedFile[];
  streaming: boolean;
}

/** Blocks and elements come from the app: only `type` is sure, the rest is read with care. */
export interface Block {
  type: string;
  block_id?: string;
  [field: string]: unknown;
}

export interface Element {
  type: string;
  action_id?: string;
  [field: string]: unknown;
}

export interface TextObject {
  type: "plain_text" | "mrkdwn";
  text: string;
  emoji?: boolean;
  verbatim?: boolean;
}

export interface Option {
  text: TextObject;
  value: string;
  description?: TextObject;
}

export interface ElementState {
  type: string;
  [field: string]: unknown;
}

export type Values = Record<string, Record<string, ElementState>>;

export interface View {
  id: string;
  type: "modal" | "home";
  blocks: Block[];
  title: TextObject;
  submit: TextObject | null;
  close: TextObject | null;
  submit_disabled: boolean;
  state: { values: Values };
  hash: string;
}

export interface ServerState {
  team: { id: string; name: string };
  me: string;
  users: User[];
  channels: Channel[];
  commands: Command[];
  shortcuts: Shortcut[];
  messages: Record<string, Message[]>;
  home: View | null;
  open_views: View[];
  bot: Bot;
}

export type LiveEvent =
  | { type: "message" | "ephemeral"; message: Message }
  | { type: "message_deleted"; channel: string; ts: string }
  | { type: "view"; view: View; state: "opened" | "updated" }
  | { type: "view_closed"; view_id: string }
  | { type: "home"; view: View }
  | { type: "bot"; connected: boolean }
  | { type: "status"; channel: string; thread_ts?: string; status: string };

/** Where an element lives, for `POST /client/action`. */
export type Container = { type: "message"; channel: string; ts: string } | { type: "view"; view_id: string };

export type Answer = { ok: boolean; error?: string; messages?: string[] } & Record<string, unknown>;
