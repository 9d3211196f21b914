/** Where people type: messages, replies and slash commands, with files and suggestions. */

import type { JSX } from "preact";
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import * as api from "./api";
import { commandSentence, sentence } from "./errors";
import { EXAMPLES } from "./examples";
import { Icon } from "./icons";
import { MenuButton } from "./popup";
import { change, current } from "./store";
import { type Suggestion, suggest } from "./suggestions";
import { plainInlines } from "./text_tree";
import { inlines } from "./text_view";
import type { Answer, SharedFile } from "./types";

const COMMAND = /^(\/[^\s/]+)(?:\s+([\s\S]*))?$/;

/** What was typed and not sent, by place; it outlives looking elsewhere. */
const drafts = new Map<string, string>();
const typists = new Map<string, (text: string) => void>();

/** Puts a text into a place's composer and gives it the focus. */
export function compose(place: string, text: string): void {
  typists.get(place)?.(text);
}

export function Composer({
  channel,
  thread,
  placeholder,
}: {
  channel: string;
  thread?: string;
  placeholder: string;
}): JSX.Element {
  const place = thread ? `${channel} ${thread}` : channel;
  const [text, setText] = useState(drafts.get(place) ?? "");
  const [caret, setCaret] = useState(text.length);
  const [files, setFiles] = useState<SharedFile[]>([]);
  const [failure, setFailure] = useState<string | null>(null);
  const [chosen, setChosen] = useState(0);
  const [hushed, setHushed] = useState("");
  const box = useRef<HTMLTextAreaElement>(null);
  const picker = useRef<HTMLInputElement>(null);
  const typed = useRef(text);
  typed.current = text;
  const { server, user } = current();

  const write = (next: string, at = next.length): void => {
    drafts.set(place, next);
    setText(next);
    setCaret(at);
    setChosen(0);
    requestAnimationFrame(() => {
      box.current?.focus();
      box.current?.setSelectionRange(at, at);
    });
  };
  useEffect(() => {
    typists.set(place, (next) => write(next));
    return () => void typists.delete(place);
  }, [place]);
  useLayoutEffect(() => {
    const element = box.current;
    if (!element) return;
    element.style.height = "auto";
    element.style.height = `${Math.min(element.scrollHeight, window.innerHeight * 0.35)}px`;
  }, [text]);
  useEffect(() => {
    if (!window.matchMedia("(pointer: coarse)").matches) box.current?.focus();
  }, []);

  const offered = server && hushed !== text ? suggest(server, text, caret, thread !== undefined) : [];
  const command = COMMAND.exec(text);
  const known = command && !thread && server?.commands.find((one) => one.command === command[1]);

  const take = (one: Suggestion): void => write(one.text, one.caret);
  const send = async (): Promise<void> => {
    const sent = text;
    const sentFiles = files;
    if (!sent.trim() && !sentFiles.length) return;
    setFailure(null);
    if (command && thread) {
      setFailure(`${command[1]} is not supported in threads. Sorry!`);
      return;
    }
    drafts.set(place, "");
    setText("");
    setFiles([]);
    const answer: Answer = command
      ? await api.runCommand(user, channel, command[1] ?? "", command[2] ?? "")
      : await api.postMessage(user, channel, sent, thread, sentFiles.map((file) => file.id));
    if (answer.ok) return;
    setFailure(command ? commandSentence(command[1] ?? "", answer.error) : sentence(answer.error));
    // What was typed is never lost: it comes back before whatever was typed since.
    write(typed.current ? `${sent}\n${typed.current}` : sent);
    setFiles((added) => [...sentFiles, ...added]);
  };
  const attach = async (list: FileList | File[] | null | undefined): Promise<void> => {
    for (const file of [...(list ?? [])]) {
      const answer = await api.upload(user, file);
      if (typeof answer === "string") setFailure(`${file.name}: ${sentence(answer)}`);
      else setFiles((added) => [...added, answer]);
    }
    box.current?.focus();
  };
  const onKey = (event: KeyboardEvent): void => {
    if (event.isComposing) return; // an input method's Enter chooses a word
    const one = offered[chosen];
    if (one && (event.key === "ArrowDown" || event.key === "ArrowUp")) {
      event.preventDefault();
      setChosen((chosen + (event.key === "ArrowDown" ? 1 : -1) + offered.length) % offered.length);
    } else if (one && event.key === "Escape") {
      event.preventDefault();
      setHushed(text);
    } else if (one && event.key === "Tab" && !event.shiftKey) {
      event.preventDefault();
      take(one);
    } else if (event.key === "Enter" && !event.shiftKey) {
      event.preventDefault();
      // A command that is typed in full is run, not completed.
      if (one && one.title !== text.trim()) take(one);
      else void send();
    }
  };
  const list = thread ? "thread-suggestions" : "suggestions";
  const globals = server?.shortcuts.filter((one) => one.type === "global") ?? [];
  const examples = thread ? [] : EXAMPLES.filter((one) => server?.commands.some((known) => one.text.startsWith(known.command)));
  return (
    <div class="composer-area">
      {failure ? (
        <div class="composer-failure" role="alert" data-testid="composer-error">
          <p class="only-you">Only visible to you</p>
          <p>{failure}</p>
          <button type="button" class="icon-button" aria-label="Dismiss" onClick={() => setFailure(null)}>
            <Icon name="close" />
          </button>
        </div>
      ) : null}
      {offered.length ? (
        <ul class="suggestions" id={list} role="listbox" aria-label="Suggestions" data-testid="suggestions">
          {offered.map((one, index) => (
            <li
              key={one.key}
              id={`${list}-${index}`}
              role="option"
              aria-selected={index === chosen}
              class={index === chosen ? "chosen" : ""}
              onPointerDown={(event) => {
                event.preventDefault();
                take(one);
              }}
            >
              <span>
                <strong>{one.title}</strong> <span class="usage">{one.hint}</span>
              </span>
              {one.detail ? <small>{one.detail}</small> : null}
            </li>
          ))}
        </ul>
      ) : null}
      <div
        class="composer"
        onDragOver={(event) => event.preventDefault()}
        onDrop={(event) => {
          event.preventDefault();
          void attach(event.dataTransfer?.files);
        }}
      >
        <textarea
          ref={box}
          rows={1}
          value={text}
          placeholder={placeholder}
          aria-label={placeholder}
          aria-autocomplete="list"
          aria-controls={offered.length ? list : undefined}
          aria-activedescendant={offered.length ? `${list}-${chosen}` : undefined}
          data-testid={thread ? "thread-composer" : "composer"}
          onInput={(event) => {
            const next = event.currentTarget.value;
            drafts.set(place, next);
            setText(next);
            setCaret(event.currentTarget.selectionStart ?? next.length);
            setChosen(0);
          }}
          onSelect={(event) => setCaret(event.currentTarget.selectionStart ?? 0)}
          onKeyDown={onKey}
          onPaste={(event) => {
            const pasted = event.clipboardData?.files;
            if (pasted?.length) void attach(pasted);
          }}
        />
        {known && !offered.length && known.usage_hint ? (
          <p class="command-hint" data-testid="command-hint">
            <strong>{known.command}</strong> {inlines(plainInlines(known.usage_hint, false))}
          </p>
        ) : null}
        {files.length ? (
          <div class="attached">
            {files.map((file) => (
              <span key={file.id} class="file-chip">
                <Icon name="file" />
                {file.name}
                <button
                  type="button"
                  aria-label={`Remove ${file.name}`}
                  onClick={() => setFiles(files.filter((one) => one.id !== file.id))}
                >
                  ×
                </button>
              </span>
            ))}
          </div>
        ) : null}
        <div class="composer-bar">
          <input
            ref={picker}
            type="file"
            multiple
            hidden
            data-testid={thread ? "thread-file" : "file-input"}
            onChange={(event) => {
              void attach(event.currentTarget.files);
              event.currentTarget.value = "";
            }}
          />
          <button
            type="button"
            class="icon-button"
            aria-label="Attach a file"
            title="Attach a file"
            onClick={() => picker.current?.click()}
          >
            <Icon name="attach" />
          </button>
          {globals.length && !thread ? (
            <MenuButton
              label="Shortcuts"
              icon="bolt"
              testId="shortcuts"
              items={globals.map((one) => ({
                key: one.callback_id,
                label: one.name,
                detail: one.description,
                choose: () =>
                  void api.runShortcut(user, one.callback_id).then((answer) => {
                    if (!answer.ok) change({ notice: sentence(answer.error) });
                  }),
              }))}
            />
          ) : null}
          {examples.length ? (
            <MenuButton
              label="Example commands"
              icon="bulb"
              testId="examples"
              items={examples.map((one) => ({
                key: one.title,
                label: one.title,
                detail: one.text,
                choose: () => write(one.text),
              }))}
            />
          ) : null}
          <span class="composer-tip">
            <kbd>Enter</kbd> sends · <kbd>Shift</kbd>+<kbd>Enter</kbd> new line
          </span>
          <button
            type="button"
            class="send"
            data-testid={thread ? "thread-send" : "send"}
            aria-label="Send"
            disabled={!text.trim() && !files.length}
            onClick={() => void send()}
          >
            <Icon name="send" />
          </button>
        </div>
      </div>
    </div>
  );
}
