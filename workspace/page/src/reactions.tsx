/** Reactions under a message, and the picker that adds one. */

import type { JSX } from "preact";
import { useState } from "preact/hooks";
import * as api from "./api";
import { glyph, PICKS, searchEmoji } from "./emoji";
import { sentence } from "./errors";
import { Icon } from "./icons";
import { Floating } from "./popup";
import { change, current, nameOf } from "./store";
import { Emoji } from "./text_view";
import type { Message, Reaction } from "./types";

export async function toggleReaction(message: Message, name: string): Promise<void> {
  const { user } = current();
  const mine = message.reactions.some((one) => one.name === name && one.users.includes(user));
  const answer = await api.react(user, message.channel, message.ts, name, mine);
  // The same press twice, before the first one is shown, is not worth a sentence.
  if (!answer.ok && answer.error !== "already_reacted" && answer.error !== "no_reaction") {
    change({ notice: sentence(answer.error) });
  }
}

function people(reaction: Reaction): string {
  const { user } = current();
  const names = reaction.users.filter((one) => one !== user).map(nameOf);
  if (reaction.users.includes(user)) names.unshift("You");
  const last = names.pop() ?? "";
  return `${names.length ? `${names.join(", ")} and ${last}` : last} reacted with :${reaction.name}:`;
}

export function Reactions({ message }: { message: Message }): JSX.Element | null {
  const { user } = current();
  if (!message.reactions.length) return null;
  return (
    <div class="reactions">
      {message.reactions.map((reaction) => (
        <span class="reaction-holder" key={reaction.name}>
          <button
            type="button"
            class={reaction.users.includes(user) ? "reaction mine" : "reaction"}
            data-testid={`reaction-${reaction.name}`}
            aria-pressed={reaction.users.includes(user)}
            aria-label={`${people(reaction)}, ${reaction.users.length} in all`}
            onClick={() => void toggleReaction(message, reaction.name)}
          >
            <Emoji name={reaction.name} />
            <span class="count">{reaction.users.length}</span>
          </button>
          <span class="tip" role="tooltip">
            <span class="tip-emoji">{glyph(reaction.name) ?? "·"}</span>
            {people(reaction)}
          </span>
        </span>
      ))}
      <AddReaction message={message} className="reaction add" testId="add-reaction-chip" />
    </div>
  );
}

export function AddReaction({
  message,
  className,
  testId,
}: {
  message: Message;
  className: string;
  testId: string;
}): JSX.Element {
  const [open, setOpen] = useState(false);
  return (
    <span class="menu-holder">
      <button
        type="button"
        class={className}
        data-testid={testId}
        aria-label="Add a reaction"
        title="Add a reaction"
        aria-haspopup="dialog"
        aria-expanded={open}
        onClick={() => setOpen(!open)}
      >
        <Icon name="smile" />
      </button>
      {open ? (
        <Picker
          onPick={(name) => {
            setOpen(false);
            void toggleReaction(message, name);
          }}
          onClose={() => setOpen(false)}
        />
      ) : null}
    </span>
  );
}

function Picker({ onPick, onClose }: { onPick: (name: string) => void; onClose: () => void }): JSX.Element {
  const [typed, setTyped] = useState("");
  const wanted = typed.replace(/:/g, "").trim();
  const names = wanted ? searchEmoji(wanted, 32) : PICKS;
  return (
    <Floating label="Choose a reaction" role="dialog" onClose={onClose}>
      <div class="picker" data-testid="reaction-picker">
        <input
          class="field"
          type="text"
          value={typed}
          placeholder="Search emoji"
          aria-label="Search emoji"
          onInput={(event) => setTyped(event.currentTarget.value)}
          onKeyDown={(event) => {
            const first = names[0];
            if (event.key === "Enter" && first) onPick(first);
          }}
        />
        <div class="picker-grid">
          {names.map((name) => (
            <button
              key={name}
              type="button"
              class="pick"
              data-testid={`pick-${name}`}
              aria-label={name}
              title={`:${name}:`}
              onClick={() => onPick(name)}
            >
              {glyph(name)}
            </button>
          ))}
        </div>
        {names.length ? null : <p class="quiet">No emoji has this name.</p>}
      </div>
    </Floating>
  );
}
