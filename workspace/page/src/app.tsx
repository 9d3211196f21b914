/** The whole page. */

import { type JSX, render } from "preact";
import { useEffect } from "preact/hooks";
import { ChannelView, HomeView } from "./channel";
import { Icon } from "./icons";
import { Modals } from "./modal";
import { Sidebar } from "./sidebar";
import { change, connect, HOME, usePage } from "./store";
import { ThreadPanel } from "./thread";
import "./css/base.css";
import "./css/layout.css";
import "./css/message.css";
import "./css/blocks.css";
import "./css/layers.css";

function LinkState({ link }: { link: "connecting" | "live" | "lost" }): JSX.Element | null {
  if (link === "live") return null;
  return (
    <span class="link-state" role="status">
      {link === "lost" ? "Connection lost, trying again…" : "Connecting…"}
    </span>
  );
}

function Page(): JSX.Element {
  const page = usePage();
  const { server } = page;
  useEffect(connect, []);
  const channel = server?.channels.find((one) => one.id === page.place);
  const name = page.place === HOME ? "Home" : channel ? (channel.is_im ? channel.name : `#${channel.name}`) : "";
  useEffect(() => {
    document.title = name ? `${name} · Local workspace` : "Local workspace";
  }, [name]);
  return (
    <div class="page" data-link={page.link} data-testid="page">
      <p class="strip">
        <span>
          <strong>Local workspace</strong> · a development tool on this machine only
          <span class="strip-more">. It stands in for Slack; nothing here reaches Slack.</span>
        </span>
        <LinkState link={page.link} />
      </p>
      {server ? (
        <div class={page.thread ? "columns with-thread" : "columns"}>
          {page.menuOpen ? <div class="shade" onClick={() => change({ menuOpen: false })} /> : null}
          <Sidebar page={page} server={server} />
          {page.place === HOME ? <HomeView server={server} /> : null}
          {channel ? <ChannelView page={page} server={server} channel={channel} key={`${page.user} ${channel.id}`} /> : null}
          {channel && page.thread ? (
            <ThreadPanel page={page} server={server} channel={channel} ts={page.thread} key={`${page.user} ${page.thread}`} />
          ) : null}
        </div>
      ) : (
        <p class="loading">{page.notice ?? "Opening the workspace…"}</p>
      )}
      {server ? <Modals views={server.open_views} /> : null}
      {page.notice ? (
        <div class="notice" role="alert" data-testid="notice">
          {page.notice}
          <button type="button" class="icon-button" aria-label="Dismiss" onClick={() => change({ notice: null })}>
            <Icon name="close" />
          </button>
        </div>
      ) : null}
    </div>
  );
}

const root = document.getElementById("page");
if (root) render(<Page />, root);
