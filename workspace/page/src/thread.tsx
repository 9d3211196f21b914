/** The right column: one thread, its replies and a composer. */

import type { JSX } from "preact";
import { Composer } from "./composer";
import { Icon } from "./icons";
import { openThread, type PageState, repliesTo, statusKey } from "./store";
import { Status } from "./channel";
import { Stream } from "./stream";
import type { Channel, ServerState } from "./types";

export function ThreadPanel({
  page,
  server,
  channel,
  ts,
}: {
  page: PageState;
  server: ServerState;
  channel: Channel;
  ts: string;
}): JSX.Element | null {
  const all = server.messages[channel.id] ?? [];
  const parent = all.find((message) => message.ts === ts);
  if (!parent) return null;
  const status = page.statuses[statusKey(channel.id, ts)];
  return (
    <aside
      class="column thread"
      key={ts}
      aria-label="Thread"
      data-testid="thread-panel"
      onKeyDown={(event) => {
        if (event.key === "Escape" && !event.defaultPrevented) openThread(null);
      }}
    >
      <header class="column-head">
        <h2>Thread</h2>
        <span class="topic">{channel.is_im ? channel.name : `# ${channel.name}`}</span>
        <button
          type="button"
          class="icon-button"
          data-testid="thread-close"
          aria-label="Close the thread"
          onClick={() => openThread(null)}
        >
          <Icon name="close" />
        </button>
      </header>
      <Stream
        label="Replies"
        messages={[parent, ...repliesTo(all, ts)]}
        all={all}
        inThread
        target={page.target}
        foot={<Status text={status && `${server.bot.name} ${status}`} />}
      />
      <Composer channel={channel.id} thread={ts} placeholder="Reply…" />
    </aside>
  );
}
