/** The middle column: a channel's messages with its composer, or the app's home tab. */

import type { JSX } from "preact";
import { Avatar } from "./avatar";
import { Blocks } from "./blocks";
import { compose, Composer } from "./composer";
import { EXAMPLES } from "./examples";
import { Icon } from "./icons";
import { change, type PageState, statusKey } from "./store";
import { Stream } from "./stream";
import { SurfaceContext } from "./surface";
import { useEffect, useState } from "preact/hooks";
import type { Channel, ServerState, Values, View } from "./types";

function MenuToggle(): JSX.Element {
  return (
    <button
      type="button"
      class="icon-button menu-toggle"
      aria-label="Show channels"
      data-testid="menu"
      onClick={() => change({ menuOpen: true })}
    >
      <Icon name="menu" />
    </button>
  );
}

function Beginning({ channel, server, empty }: { channel: Channel; server: ServerState; empty: boolean }): JSX.Element {
  const known = EXAMPLES.filter((one) => server.commands.some((command) => one.text.startsWith(command.command)));
  const bot = server.bot.name;
  return (
    <div class="beginning">
      {channel.is_im ? (
        <>
          <Avatar user={server.bot.user_id} size="large" />
          <h2>{bot}</h2>
          <p>This is your direct conversation with {bot}.</p>
        </>
      ) : (
        <>
          <h2># {channel.name}</h2>
          <p>
            This is the very beginning of <strong>#{channel.name}</strong>. {channel.topic}
            {channel.topic ? "." : ""}
          </p>
        </>
      )}
      {channel.is_member ? null : <p class="quiet">{bot} is not in this channel: it does not hear what is said here.</p>}
      {empty && known.length ? (
        <div class="chips" data-testid="example-chips">
          <p>Try one of these: a press puts it into the message box, and Enter sends it.</p>
          {known.map((one) => (
            <button key={one.title} type="button" class="chip" onClick={() => compose(channel.id, one.text)}>
              <strong>{one.title}</strong>
              <span>{one.text}</span>
            </button>
          ))}
        </div>
      ) : null}
    </div>
  );
}

export function Status({ text }: { text: string | undefined }): JSX.Element {
  return (
    <p class="thinking" role="status" data-testid="status">
      {text ? (
        <>
          <span class="pulse" aria-hidden="true" />
          {text}
        </>
      ) : null}
    </p>
  );
}

export function ChannelView({
  page,
  server,
  channel,
}: {
  page: PageState;
  server: ServerState;
  channel: Channel;
}): JSX.Element {
  const all = server.messages[channel.id] ?? [];
  const shown = all.filter((message) => !message.thread_ts || message.thread_ts === message.ts);
  const name = channel.is_im ? channel.name : `#${channel.name}`;
  const status = page.statuses[statusKey(channel.id, undefined)];
  return (
    <main class="column channel" key={channel.id}>
      <header class="column-head">
        <MenuToggle />
        <h1>{channel.is_im ? channel.name : `# ${channel.name}`}</h1>
        <span class="topic">{channel.topic}</span>
      </header>
      <Stream
        label={`Messages in ${name}`}
        messages={shown}
        all={all}
        target={page.target}
        lead={<Beginning channel={channel} server={server} empty={shown.length === 0} />}
        foot={<Status text={status && `${server.bot.name} ${status}`} />}
      />
      <Composer channel={channel.id} placeholder={`Message ${name}, or type / for commands`} />
    </main>
  );
}

export function HomeView({ server }: { server: ServerState }): JSX.Element {
  return (
    <main class="column home" key="home">
      <header class="column-head">
        <MenuToggle />
        <Avatar user={server.bot.user_id} size="small" />
        <h1>{server.bot.name}</h1>
        <span class="topic">Home</span>
      </header>
      <div class="stream" tabIndex={0} data-testid="home-view">
        <div class="home-content">
          {server.home ? <HomeBlocks view={server.home} /> : <NoHome server={server} />}
        </div>
      </div>
    </main>
  );
}

function NoHome({ server }: { server: ServerState }): JSX.Element {
  return (
    <p class="quiet">
      {server.bot.connected
        ? `${server.bot.name} has not published a home tab yet.`
        : `${server.bot.name} is not connected, so it cannot show its home tab.`}
    </p>
  );
}

function HomeBlocks({ view }: { view: View }): JSX.Element {
  const [values, setValues] = useState<Values>(view.state.values);
  useEffect(() => setValues(view.state.values), [view.hash]);
  return (
    <SurfaceContext.Provider
      value={{
        container: { type: "view", view_id: view.id },
        values,
        setValue: (block, action, state) =>
          setValues((typed) => ({ ...typed, [block]: { ...typed[block], [action]: state } })),
      }}
    >
      <Blocks blocks={view.blocks} />
    </SurfaceContext.Provider>
  );
}
