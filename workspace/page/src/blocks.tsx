/** Draws Block Kit blocks (https://docs.slack.dev/reference/block-kit/blocks). */

import type { JSX } from "preact";
import { useContext, useMemo, useState } from "preact/hooks";
import { BlockImage, ElementView } from "./elements";
import { ids } from "./fields";
import { parseMarkdown } from "./markdown";
import { richTextPieces } from "./rich_text";
import { SurfaceContext } from "./surface";
import { safeUrl } from "./text_tree";
import { pieces, Table, Text, words } from "./text_view";
import type { Block, Element } from "./types";

const list = <T,>(value: unknown): T[] => (Array.isArray(value) ? (value as T[]) : []);

function Section({ block }: { block: Block }): JSX.Element {
  const accessory = block["accessory"] as Element | undefined;
  return (
    <div class="section">
      <div class="section-text">
        <Text text={block["text"]} />
        {block["fields"] ? (
          <div class="section-fields">
            {list<unknown>(block["fields"]).map((field, index) => (
              <div key={index}>
                <Text text={field} />
              </div>
            ))}
          </div>
        ) : null}
      </div>
      {accessory ? (
        <div class={`accessory accessory-${accessory.type}`}>
          <ElementView block={block} element={accessory} />
        </div>
      ) : null}
    </div>
  );
}

function Context({ block }: { block: Block }): JSX.Element {
  return (
    <div class="context">
      {list<Element>(block["elements"]).map((element, index) =>
        element.type === "image" ? <BlockImage key={index} element={element} /> : <Text key={index} text={element} />,
      )}
    </div>
  );
}

function Actions({ block }: { block: Block }): JSX.Element {
  const elements = list<Element>(block["elements"]);
  return (
    <div class={block.type === "context_actions" ? "actions context-actions" : "actions"}>
      {elements.map((element, index) => (
        <ElementView key={element.action_id ?? index} block={block} element={element} />
      ))}
    </div>
  );
}

function Input({ block }: { block: Block }): JSX.Element {
  const surface = useContext(SurfaceContext);
  const error = surface.errors?.[block.block_id ?? ""];
  const known = ids(block);
  const element = block["element"] as Element;
  return (
    <div class={error ? "input-block wrong" : "input-block"}>
      <label id={known.label} for={known.id}>
        {words(block["label"])}
        {block["optional"] ? <span class="optional"> (optional)</span> : null}
      </label>
      <ElementView block={block} element={element} />
      <div id={known.hint} class="hint">
        {words(block["hint"])}
      </div>
      <div id={known.error} class="field-error" role="alert" data-testid={`field-error-${block.block_id}`}>
        {error ? `⚠ ${error}` : ""}
      </div>
    </div>
  );
}

function ImageBlock({ block }: { block: Block }): JSX.Element {
  return (
    <figure class="image-block">
      {block["title"] ? (
        <figcaption>
          <Text text={block["title"]} />
        </figcaption>
      ) : null}
      <BlockImage element={block} />
    </figure>
  );
}

function MarkdownBlock({ block }: { block: Block }): JSX.Element {
  const text = typeof block["text"] === "string" ? block["text"] : "";
  const parsed = useMemo(() => parseMarkdown(text), [text]);
  return <div class="text markdown">{pieces(parsed)}</div>;
}

function TableBlock({ block }: { block: Block }): JSX.Element {
  const settings = list<Record<string, unknown> | null>(block["column_settings"]);
  const cell = (one: Record<string, unknown>): JSX.Element =>
    one["type"] === "rich_text" ? (
      <div class="text">{pieces(richTextPieces(one["elements"]))}</div>
    ) : (
      <>{String(one["text"] ?? one["value"] ?? "")}</>
    );
  const rows = list<Record<string, unknown>[]>(block["rows"]).map((row) => row.map(cell));
  return (
    <Table head={rows[0] ?? []} rows={rows.slice(1)} align={settings.map((one) => String(one?.["align"] ?? "left"))} />
  );
}

function Video({ block }: { block: Block }): JSX.Element {
  const url = safeUrl(block["title_url"]) ?? safeUrl(block["video_url"]);
  return (
    <div class="card">
      <a href={url} target="_blank" rel="noopener noreferrer">
        <strong>{words(block["title"])}</strong>
      </a>
      <Text text={block["description"]} />
    </div>
  );
}

const TASK_MARKS: Record<string, string> = { pending: "○", in_progress: "◔", complete: "✓", error: "✕" };

function Task({ block }: { block: Block }): JSX.Element {
  const title = typeof block["title"] === "string" ? block["title"] : words(block["title"]);
  const status = String(block["status"] ?? "pending");
  const parts = [block["details"], block["output"]].filter(Boolean) as Block[];
  return (
    <div class={`task task-${status}`}>
      <span aria-label={status.replace("_", " ")}>{TASK_MARKS[status] ?? "○"}</span>
      <div>
        {title}
        {parts.map((part, index) => (
          <BlockView key={index} block={part} />
        ))}
      </div>
    </div>
  );
}

function Plan({ block }: { block: Block }): JSX.Element {
  const title = typeof block["title"] === "string" ? block["title"] : words(block["title"]);
  return (
    <div class="card">
      <strong>{title}</strong>
      {list<Block>(block["tasks"]).map((task, index) => (
        <Task key={index} block={task} />
      ))}
    </div>
  );
}

function Card({ block }: { block: Block }): JSX.Element {
  const hero = block["hero_image"] as Record<string, unknown> | undefined;
  return (
    <div class="card">
      {hero ? <BlockImage element={hero} /> : null}
      <strong>
        <Text text={block["title"]} />
      </strong>
      {["subtitle", "body", "subtext"].map((name) => (
        <Text key={name} text={block[name]} />
      ))}
      {block["actions"] ? <Actions block={{ ...block, type: "actions", elements: block["actions"] }} /> : null}
    </div>
  );
}

function ContainerBlock({ block }: { block: Block }): JSX.Element {
  const [open, setOpen] = useState(block["default_collapsed"] !== true);
  const collapsible = block["is_collapsible"] === true;
  return (
    <div class="card">
      {collapsible ? (
        <button type="button" class="link-button" aria-expanded={open} onClick={() => setOpen(!open)}>
          {open ? "▾ " : "▸ "}
          {words(block["title"])}
        </button>
      ) : (
        <strong>{words(block["title"])}</strong>
      )}
      <Text text={block["subtitle"]} />
      {open ? <Blocks blocks={list<Block>(block["child_blocks"])} /> : null}
    </div>
  );
}

export function BlockView({ block }: { block: Block }): JSX.Element {
  switch (block.type) {
    case "section":
      return <Section block={block} />;
    case "header":
      return (
        <h3 class="header-block">
          <Text text={block["text"]} />
        </h3>
      );
    case "context":
      return <Context block={block} />;
    case "divider":
      return <hr class="divider" />;
    case "actions":
    case "context_actions":
      return <Actions block={block} />;
    case "input":
      return <Input block={block} />;
    case "image":
      return <ImageBlock block={block} />;
    case "markdown":
      return <MarkdownBlock block={block} />;
    case "table":
      return <TableBlock block={block} />;
    case "rich_text":
      return <div class="text">{pieces(richTextPieces(block["elements"]))}</div>;
    case "alert":
      return (
        <div class={`alert alert-${String(block["level"] ?? "default")}`} role="status">
          <Text text={block["text"]} />
        </div>
      );
    case "video":
      return <Video block={block} />;
    case "task_card":
      return <Task block={block} />;
    case "plan":
      return <Plan block={block} />;
    case "card":
      return <Card block={block} />;
    case "carousel":
      return (
        <div class="carousel">
          {list<Block>(block["elements"]).map((card, index) => (
            <Card key={index} block={card} />
          ))}
        </div>
      );
    case "container":
      return <ContainerBlock block={block} />;
    default:
      return <p class="unknown">This page does not show blocks of the type “{block.type}”.</p>;
  }
}

export function Blocks({ blocks }: { blocks: Block[] }): JSX.Element {
  return (
    <div class="blocks">
      {blocks.map((block, index) => (
        <BlockView key={block.block_id ?? index} block={block} />
      ))}
    </div>
  );
}
