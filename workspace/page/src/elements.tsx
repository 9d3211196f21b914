/** The interactive elements of Block Kit: buttons and menus. Form fields are in fields.tsx. */

import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { Confirm } from "./dialog";
import { Field } from "./fields";
import { Icon } from "./icons";
import { MenuButton } from "./popup";
import { type Use, useElement } from "./surface";
import { safeUrl } from "./text_tree";
import { Text, words } from "./text_view";
import type { Block, Element, Option } from "./types";

export interface ElementProps {
  block: Block;
  element: Element;
}

/** What stands beside every element: its confirmation and what went wrong. */
function Beside({ use }: { use: Use }): JSX.Element {
  return (
    <>
      {use.failure ? (
        <span class="element-failure" role="alert">
          ⚠ {use.failure}
        </span>
      ) : null}
      {use.asking ? <Confirm asking={use.asking} answer={use.answer} /> : null}
    </>
  );
}

function Button({ block, element }: ElementProps): JSX.Element {
  const use = useElement(block, element);
  const style = element["style"] === "primary" || element["style"] === "danger" ? String(element["style"]) : "";
  const url = safeUrl(element["url"]);
  return (
    <>
      <button
        type="button"
        class={`button ${style} ${use.busy ? "busy" : ""}`}
        data-action-id={element.action_id}
        aria-label={typeof element["accessibility_label"] === "string" ? element["accessibility_label"] : undefined}
        aria-busy={use.busy}
        onClick={() => {
          if (use.busy) return;
          if (url) window.open(url, "_blank", "noopener,noreferrer");
          use.act();
        }}
      >
        <Text text={element["text"]} />
      </button>
      <Beside use={use} />
    </>
  );
}

function IconButton({ block, element }: ElementProps): JSX.Element {
  const use = useElement(block, element);
  const label = words(element["text"]);
  return (
    <>
      <button
        type="button"
        class="icon-button bordered"
        data-action-id={element.action_id}
        aria-label={label}
        title={label}
        onClick={() => use.act()}
      >
        <Icon name="trash" />
      </button>
      <Beside use={use} />
    </>
  );
}

function FeedbackButtons({ block, element }: ElementProps): JSX.Element {
  const use = useElement(block, element);
  const [pressed, setPressed] = useState<string | null>(null);
  const one = (side: "positive" | "negative"): JSX.Element => {
    const button = (element[`${side}_button`] ?? {}) as Record<string, unknown>;
    const label = words(button["text"]) || (side === "positive" ? "Good" : "Bad");
    const spoken = typeof button["accessibility_label"] === "string" ? button["accessibility_label"] : label;
    return (
      <button
        type="button"
        class={`feedback ${side}`}
        data-action-id={element.action_id}
        data-side={side}
        aria-pressed={pressed === side}
        aria-label={spoken}
        title={label}
        onClick={() => {
          setPressed(side);
          use.act(button["value"]);
        }}
      >
        <Icon name={side === "positive" ? "up" : "down"} />
      </button>
    );
  };
  return (
    <span class="feedback-pair" role="group" aria-label="Feedback">
      {one("positive")}
      {one("negative")}
      <Beside use={use} />
    </span>
  );
}

function Overflow({ block, element }: ElementProps): JSX.Element {
  const use = useElement(block, element);
  const options = Array.isArray(element["options"]) ? (element["options"] as Option[]) : [];
  return (
    <span data-action-id={element.action_id}>
      <MenuButton
        label="More actions"
        icon="more"
        className="icon-button bordered"
        items={options.map((option) => ({
          key: option.value,
          label: words(option.text),
          ...(option.description ? { detail: words(option.description) } : {}),
          choose: () => use.act(option.value),
        }))}
      />
      <Beside use={use} />
    </span>
  );
}

function FieldElement({ block, element }: ElementProps): JSX.Element {
  const use = useElement(block, element);
  return (
    <>
      <Field block={block} element={element} use={use} />
      <Beside use={use} />
    </>
  );
}

export function BlockImage({ element }: { element: Record<string, unknown> }): JSX.Element | null {
  const file = (element["slack_file"] ?? {}) as Record<string, unknown>;
  const url = safeUrl(element["image_url"]) ?? safeUrl(file["url"]);
  const alt = typeof element["alt_text"] === "string" ? element["alt_text"] : "";
  if (!url) return <span class="unknown">Image: {alt}</span>;
  return <img src={url} alt={alt} loading="lazy" />;
}

export function ElementView({ block, element }: ElementProps): JSX.Element | null {
  switch (element.type) {
    case "button":
    case "workflow_button":
      return <Button block={block} element={element} />;
    case "icon_button":
      return <IconButton block={block} element={element} />;
    case "feedback_buttons":
      return <FeedbackButtons block={block} element={element} />;
    case "overflow":
      return <Overflow block={block} element={element} />;
    case "image":
      return <BlockImage element={element} />;
    default:
      return <FieldElement block={block} element={element} />;
  }
}
