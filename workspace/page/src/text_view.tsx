/** Draws text trees. Everything becomes text nodes, so nothing that an app or a person sends can be HTML. */

import type { ComponentChildren, JSX } from "preact";
import { useMemo } from "preact/hooks";
import { glyph } from "./emoji";
import { parseMrkdwn } from "./mrkdwn";
import { current, goTo, nameOf, userById } from "./store";
import { type Inline, type Item, type Piece, plainInlines } from "./text_tree";
import type { TextObject } from "./types";

export function Emoji({ name }: { name: string }): JSX.Element {
  const shown = glyph(name);
  if (!shown) return <span class="emoji-name">:{name}:</span>;
  return (
    <span class="emoji" role="img" aria-label={name.replace(/[_-]/g, " ")} title={`:${name}:`}>
      {shown}
    </span>
  );
}

function ChannelLink({ id, label }: { id: string; label?: string | undefined }): JSX.Element {
  const known = current().server?.channels.find((channel) => channel.id === id);
  const name = `#${known?.name || label || id}`;
  if (!known) return <span class="mention">{name}</span>;
  return (
    <button type="button" class="mention" onClick={() => goTo(id)}>
      {name}
    </button>
  );
}

function InlineView({ one }: { one: Inline }): JSX.Element {
  switch (one.kind) {
    case "text":
      return <>{one.text}</>;
    case "break":
      return <br />;
    case "bold":
      return <strong>{inlines(one.inner)}</strong>;
    case "italic":
      return <em>{inlines(one.inner)}</em>;
    case "strike":
      return <s>{inlines(one.inner)}</s>;
    case "underline":
      return <u>{inlines(one.inner)}</u>;
    case "code":
      return <code>{one.text}</code>;
    case "link":
      return (
        <a href={one.url} target="_blank" rel="noopener noreferrer">
          {inlines(one.inner)}
        </a>
      );
    case "user": {
      const name = userById(one.id)?.name ? nameOf(one.id) : (one.label ?? one.id);
      return <span class={one.id === current().user ? "mention me" : "mention"}>@{name}</span>;
    }
    case "channel":
      return <ChannelLink id={one.id} label={one.label} />;
    case "broadcast":
      return <span class="mention me">@{one.name.replace(/^@/, "")}</span>;
    case "emoji":
      return <Emoji name={one.name} />;
    case "color":
      return <code>{one.value}</code>;
  }
}

export function inlines(found: Inline[]): ComponentChildren {
  return found.map((one, index) => <InlineView key={index} one={one} />);
}

function ListView({ items, ordered }: { items: Item[]; ordered: boolean }): JSX.Element {
  const lines = items.map((item, index) => (
    <li key={index} class={`indent-${Math.min(item.indent, 4)}`}>
      <span class="marker" aria-hidden="true">
        {item.marker}
      </span>
      <span>{inlines(item.inner)}</span>
    </li>
  ));
  return ordered ? <ol class="text-list">{lines}</ol> : <ul class="text-list">{lines}</ul>;
}

function PieceView({ piece }: { piece: Piece }): JSX.Element {
  switch (piece.kind) {
    case "paragraph":
      return <p>{inlines(piece.inner)}</p>;
    case "heading":
      return (
        <p class={`heading heading-${piece.level}`} role="heading" aria-level={Math.min(piece.level + 2, 6)}>
          {inlines(piece.inner)}
        </p>
      );
    case "pre":
      return <pre>{piece.text}</pre>;
    case "quote":
      return <blockquote>{pieces(piece.inner)}</blockquote>;
    case "list":
      return <ListView items={piece.items} ordered={piece.ordered} />;
    case "rule":
      return <hr />;
    case "table":
      return (
        <Table
          head={piece.head.map((cell) => inlines(cell))}
          rows={piece.rows.map((row) => row.map((cell) => inlines(cell)))}
        />
      );
  }
}

export function Table({
  head,
  rows,
  align = [],
}: {
  head: ComponentChildren[];
  rows: ComponentChildren[][];
  align?: string[];
}): JSX.Element {
  const place = (index: number): string => `align-${align[index] ?? "left"}`;
  return (
    <div class="table-scroll">
      <table>
        <thead>
          <tr>
            {head.map((cell, index) => (
              <th key={index} scope="col" class={place(index)}>
                {cell}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row, rowIndex) => (
            <tr key={rowIndex}>
              {row.map((cell, index) => (
                <td key={index} class={place(index)}>
                  {cell}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

export function pieces(found: Piece[]): ComponentChildren {
  return found.map((piece, index) => <PieceView key={index} piece={piece} />);
}

export function Mrkdwn({ text, verbatim = false }: { text: string; verbatim?: boolean | undefined }): JSX.Element {
  const parsed = useMemo(() => parseMrkdwn(text, !verbatim), [text, verbatim]);
  return <div class="text">{pieces(parsed)}</div>;
}

/** A text object of Block Kit, plain or mrkdwn. */
export function Text({ text }: { text: unknown }): JSX.Element | null {
  const object = text as TextObject | null | undefined;
  if (!object || typeof object.text !== "string") return null;
  if (object.type === "mrkdwn") return <Mrkdwn text={object.text} verbatim={object.verbatim} />;
  return <span class="plain">{inlines(plainInlines(object.text, object.emoji !== false))}</span>;
}

/** A text object's words, for attributes and options, which hold no markup. */
export function words(text: unknown): string {
  const object = text as TextObject | null | undefined;
  if (!object || typeof object.text !== "string") return "";
  if (object.type === "plain_text" && object.emoji === false) return object.text;
  return object.text.replace(/:([a-z0-9_+'-]+):/g, (whole, name: string) => glyph(name) ?? whole);
}
