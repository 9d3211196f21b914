/** A scrolling list of messages: a channel's or a thread's. It stays at its end unless somebody scrolled up. */

import type { ComponentChildren, JSX } from "preact";
import { useEffect, useLayoutEffect, useRef } from "preact/hooks";
import { dayOf } from "./avatar";
import { MessageView } from "./message";
import { repliesTo } from "./store";
import type { Message } from "./types";

const NEAR_END_PX = 80;
const COMPACT_SECONDS = 300;

function follows(message: Message, before: Message | undefined): boolean {
  if (!before || before.ephemeral_to || message.ephemeral_to || before.reply_count) return false;
  const same = before.user === message.user && before.bot_id === message.bot_id && before.username === message.username;
  return same && Number(message.ts) - Number(before.ts) < COMPACT_SECONDS && dayOf(message.ts) === dayOf(before.ts);
}

export function Stream({
  label,
  messages,
  all,
  inThread = false,
  target,
  lead,
  foot,
}: {
  label: string;
  messages: Message[];
  /** All of the channel's messages, for the replies under each. */
  all: Message[];
  inThread?: boolean;
  target?: string | null;
  lead?: ComponentChildren;
  foot?: ComponentChildren;
}): JSX.Element {
  const scroller = useRef<HTMLDivElement>(null);
  const content = useRef<HTMLDivElement>(null);
  const stuck = useRef(true);
  const toEnd = (): void => {
    if (stuck.current && scroller.current) scroller.current.scrollTop = scroller.current.scrollHeight;
  };
  useLayoutEffect(toEnd);
  useEffect(() => {
    // Pictures and fonts change heights after drawing; so does a composer that grows.
    const observer = new ResizeObserver(toEnd);
    if (content.current) observer.observe(content.current);
    if (scroller.current) observer.observe(scroller.current);
    return () => observer.disconnect();
  }, []);
  useEffect(() => {
    if (!target) return;
    const found = content.current?.querySelector(`[data-ts="${CSS.escape(target)}"]`);
    if (!found) return;
    stuck.current = false;
    found.scrollIntoView({ block: "center" });
  }, [target]);
  return (
    <div
      ref={scroller}
      class="stream"
      tabIndex={0}
      role="log"
      aria-label={label}
      onScroll={(event) => {
        const element = event.currentTarget;
        stuck.current = element.scrollHeight - element.scrollTop - element.clientHeight < NEAR_END_PX;
      }}
    >
      <div ref={content} class="stream-content">
        {lead}
        {messages.map((message, index) => {
          const before = messages[index - 1];
          const newDay = !inThread && dayOf(message.ts) !== (before ? dayOf(before.ts) : "");
          const divided = inThread && index === 1;
          return (
            <div key={message.ts}>
              {newDay ? (
                <div class="day" role="separator">
                  <span>{dayOf(message.ts)}</span>
                </div>
              ) : null}
              {divided ? (
                <div class="reply-divider" role="separator">
                  <span>
                    {messages.length - 1} {messages.length === 2 ? "reply" : "replies"}
                  </span>
                </div>
              ) : null}
              <MessageView
                message={message}
                compact={!newDay && !divided && follows(message, before)}
                inThread={inThread}
                replies={message.reply_count ? repliesTo(all, message.ts) : []}
                targeted={message.ts === target}
              />
            </div>
          );
        })}
        {foot}
      </div>
    </div>
  );
}
