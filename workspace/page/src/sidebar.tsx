/** The left column: the workspace, who one is, whether the bot is there, and the places to go. */

import type { ComponentChildren, JSX } from "preact";
import { Avatar } from "./avatar";
import { Icon } from "./icons";
import { MenuButton } from "./popup";
import { actAs, goTo, HOME, type PageState } from "./store";
import type { Channel, ServerState } from "./types";

function Place({
  page,
  place,
  testId,
  label,
  children,
}: {
  page: PageState;
  place: string;
  testId: string;
  label: string;
  children: ComponentChildren;
}): JSX.Element {
  const unread = page.unread[place] ?? 0;
  const here = page.place === place;
  return (
    <li>
      <button
        type="button"
        class={`place ${here ? "here" : ""} ${unread ? "unread" : ""}`}
        data-testid={testId}
        aria-current={here ? "page" : undefined}
        aria-label={unread ? `${label}, ${unread} unread` : label}
        onClick={() => goTo(place)}
      >
        {children}
        {unread ? <span class="count">{unread}</span> : null}
      </button>
    </li>
  );
}

function People({ server, user }: { server: ServerState; user: string }): JSX.Element {
  const me = server.users.find((one) => one.id === user);
  return (
    <div class="act-as">
      <MenuButton
        label={`Acting as ${me?.real_name ?? user}. Change person`}
        testId="act-as"
        className="act-as-button"
        items={server.users
          .filter((one) => !one.is_bot)
          .map((one) => ({
            key: one.id,
            label: (
              <span class="person">
                <Avatar user={one.id} size="small" /> {one.real_name}
                {one.id === user ? " ✓" : ""}
              </span>
            ),
            choose: () => actAs(one.id),
          }))}
      >
        <Avatar user={user} size="small" />
        <span class="act-as-words">
          <small>Acting as</small>
          <strong>{me?.real_name ?? user}</strong>
        </span>
        <span aria-hidden="true">⌄</span>
      </MenuButton>
    </div>
  );
}

export function Sidebar({ page, server }: { page: PageState; server: ServerState }): JSX.Element {
  const rooms = server.channels.filter((channel) => !channel.is_im);
  const direct = server.channels.filter((channel) => channel.is_im);
  const { bot } = server;
  const row = (channel: Channel): JSX.Element => (
    <Place
      key={channel.id}
      page={page}
      place={channel.id}
      testId={`channel-${channel.name}`}
      label={channel.is_im ? `Direct messages with ${channel.name}` : `Channel ${channel.name}`}
    >
      {channel.is_im ? <Avatar user={bot.user_id} size="tiny" /> : <span class="hash">#</span>}
      <span class="place-name">{channel.name}</span>
    </Place>
  );
  return (
    <nav class={page.menuOpen ? "sidebar open" : "sidebar"} aria-label="Workspace">
      <div class="team">
        <strong>{server.team.name}</strong>
        <span
          class={bot.connected ? "bot-state on" : "bot-state off"}
          role="status"
          data-testid="bot-state"
          data-connected={bot.connected}
        >
          <span class="dot" />
          {bot.connected ? `${bot.name} is connected` : `${bot.name} is not connected`}
        </span>
      </div>
      <div class="places">
        <h2>Channels</h2>
        <ul>{rooms.map(row)}</ul>
        <h2>Direct messages</h2>
        <ul>{direct.map(row)}</ul>
        <h2>Apps</h2>
        <ul>
          <Place page={page} place={HOME} testId="home-tab" label={`${bot.name}, home tab`}>
            <span class="hash">
              <Icon name="home" />
            </span>
            <span class="place-name">{bot.name} home</span>
          </Place>
        </ul>
      </div>
      <People server={server} user={page.user} />
    </nav>
  );
}
