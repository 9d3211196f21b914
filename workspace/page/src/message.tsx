/** One message: who, when, its blocks or text, files, reactions, replies, and what can be done with it. */

import type { JSX } from "preact";
import { useState } from "preact/hooks";
import * as api from "./api";
import { Avatar, fullTime, timeOf } from "./avatar";
import { Blocks } from "./blocks";
import { QUICK } from "./emoji";
import { sentence } from "./errors";
import { Icon } from "./icons";
import { MenuButton, type MenuItem } from "./popup";
import { AddReaction, Reactions, toggleReaction } from "./reactions";
import { change, current, openThread } from "./store";
import { SurfaceContext } from "./surface";
import { safeUrl, unescape } from "./text_tree";
import { Emoji, Mrkdwn } from "./text_view";
import type { Answer, Message, SharedFile } from "./types";

export interface MessageProps {
  message: Message;
  /** Follows a message of the same author: no name and picture again. */
  compact?: boolean;
  inThread?: boolean;
  replies?: Message[];
  targeted?: boolean;
}

const told = async (answer: Promise<Answer>): Promise<void> => {
  const { ok, error } = await answer;
  if (!ok) change({ notice: sentence(error) });
};

function size(bytes: number): string {
  if (bytes < 1024) return `${bytes} B`;
  return bytes < 1024 * 1024 ? `${Math.round(bytes / 1024)} KB` : `${(bytes / 1024 / 1024).toFixed(1)} MB`;
}

function FileView({ file }: { file: SharedFile }): JSX.Element {
  const url = safeUrl(file.url_private);
  const isImage = /^image\/(png|jpeg|gif|webp)$/.test(file.mimetype);
  return (
    <a class="file-card" href={url} target="_blank" rel="noopener noreferrer" data-testid="file">
      {isImage && url ? <img src={url} alt={file.name} /> : <Icon name="file" />}
      <span>
        <strong>{file.name}</strong>
        <small>{size(file.size)}</small>
      </span>
    </a>
  );
}

function Body({ message }: { message: Message }): JSX.Element {
  return (
    <SurfaceContext.Provider value={{ container: { type: "message", channel: message.channel, ts: message.ts } }}>
      {message.blocks.length ? <Blocks blocks={message.blocks} /> : null}
      {!message.blocks.length && message.text ? <Mrkdwn text={message.text} /> : null}
      {message.streaming ? <span class="streaming" role="status" aria-label="Still writing" /> : null}
      {message.edited ? <span class="edited">(edited)</span> : null}
      {message.files.map((file) => (
        <FileView key={file.id} file={file} />
      ))}
    </SurfaceContext.Provider>
  );
}

function EditBox({ message, onDone }: { message: Message; onDone: () => void }): JSX.Element {
  const [typed, setTyped] = useState(unescape(message.text));
  const save = (): void => {
    if (!typed.trim()) return;
    onDone();
    void told(api.editMessage(current().user, message.channel, message.ts, typed));
  };
  return (
    <div class="edit-box">
      <textarea
        class="field"
        aria-label="Edit the message"
        data-testid="edit-text"
        rows={Math.min(8, typed.split("\n").length + 1)}
        value={typed}
        ref={(element) => element?.focus()}
        onInput={(event) => setTyped(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key === "Escape") {
            event.preventDefault(); // not the thread's Escape, too
            onDone();
          }
          if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
            event.preventDefault();
            save();
          }
        }}
      />
      <div class="actions">
        <button type="button" class="button" onClick={onDone}>
          Cancel
        </button>
        <button type="button" class="button primary" data-testid="edit-save" onClick={save}>
          Save
        </button>
      </div>
    </div>
  );
}

function menuItems(message: Message, onEdit: () => void): MenuItem[] {
  const { user, server } = current();
  const shortcuts = server?.shortcuts.filter((one) => one.type === "message") ?? [];
  const { channel, ts } = message;
  const items: MenuItem[] = shortcuts.map((one) => ({
    key: one.callback_id,
    label: one.name,
    detail: one.description || (server?.bot.name ?? ""),
    choose: () => void told(api.runShortcut(user, one.callback_id, channel, ts)),
  }));
  items.push({
    key: "copy-link",
    label: "Copy link",
    choose: () => {
      const link = `${location.origin}/archives/${channel}/p${ts.replace(".", "")}`;
      const failed = (): void => change({ notice: `The browser allows no copying here. The link is ${link}` });
      navigator.clipboard.writeText(link).catch(failed);
    },
  });
  if (message.user === user) {
    items.push({ key: "edit", label: "Edit message", choose: onEdit });
    items.push({
      key: "delete",
      label: "Delete message",
      danger: true,
      choose: () => void told(api.deleteMessage(user, channel, ts)),
    });
  }
  return items;
}

function Toolbar({ message, inThread, onEdit }: { message: Message; inThread: boolean; onEdit: () => void }): JSX.Element {
  return (
    <div class="toolbar" role="toolbar" aria-label="Message actions">
      {QUICK.map((name) => (
        <button
          key={name}
          type="button"
          class="icon-button quick"
          data-testid={`quick-${name}`}
          aria-label={`React with ${name}`}
          title={`React with :${name}:`}
          onClick={() => void toggleReaction(message, name)}
        >
          <Emoji name={name} />
        </button>
      ))}
      <AddReaction message={message} className="icon-button" testId="add-reaction" />
      {inThread ? null : (
        <button
          type="button"
          class="icon-button"
          data-testid="reply"
          aria-label="Reply in thread"
          title="Reply in thread"
          onClick={() => openThread(message.ts)}
        >
          <Icon name="reply" />
        </button>
      )}
      <MenuButton label="More actions" icon="more" testId="message-menu" items={menuItems(message, onEdit)} />
    </div>
  );
}

function ReplyLine({ message, replies }: { message: Message; replies: Message[] }): JSX.Element {
  const last = replies[replies.length - 1];
  const count = message.reply_count;
  return (
    <button
      type="button"
      class="reply-line"
      data-testid="replies"
      aria-label={`${count} ${count === 1 ? "reply" : "replies"}: view the thread`}
      onClick={() => openThread(message.ts)}
    >
      {message.reply_users.slice(0, 4).map((user) => (
        <Avatar key={user} user={user} size="tiny" />
      ))}
      <strong>
        {count} {count === 1 ? "reply" : "replies"}
      </strong>
      {last ? <small>Last reply {timeOf(last.ts)}</small> : null}
      <small class="view">View thread</small>
    </button>
  );
}

export function MessageView({ message, compact = false, inThread = false, replies = [], targeted = false }: MessageProps): JSX.Element {
  const [editing, setEditing] = useState(false);
  const { server } = current();
  const author = message.user ?? (message.bot_id ? server?.bot.user_id : undefined);
  const isPrivate = message.ephemeral_to !== undefined;
  const small = compact && !isPrivate;
  const classes = ["message", small ? "compact" : "", isPrivate ? "ephemeral" : "", targeted ? "targeted" : ""];
  return (
    <article
      class={classes.filter(Boolean).join(" ")}
      data-testid="message"
      data-ts={message.ts}
      data-user={author}
      data-ephemeral={isPrivate ? "true" : undefined}
      aria-label={`${message.username} at ${timeOf(message.ts)}`}
    >
      <div class="gutter">
        {small ? (
          <time class="side-time" title={fullTime(message.ts)}>
            {timeOf(message.ts)}
          </time>
        ) : (
          <Avatar user={author} name={message.username} />
        )}
      </div>
      <div class="message-main">
        {isPrivate ? <p class="only-you">Only visible to you</p> : null}
        {small ? null : (
          <p class="byline">
            <strong>{message.username}</strong>
            {message.bot_id ? <span class="badge">APP</span> : null}
            <time title={fullTime(message.ts)}>{timeOf(message.ts)}</time>
          </p>
        )}
        {editing ? <EditBox message={message} onDone={() => setEditing(false)} /> : <Body message={message} />}
        <Reactions message={message} />
        {!inThread && message.reply_count > 0 ? <ReplyLine message={message} replies={replies} /> : null}
      </div>
      {isPrivate || editing ? null : (
        <Toolbar message={message} inThread={inThread} onEdit={() => setEditing(true)} />
      )}
    </article>
  );
}
