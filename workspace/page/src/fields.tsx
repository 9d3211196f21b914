/** Form fields of Block Kit: text inputs, selects, checkboxes, radio buttons, dates, files. */

import type { JSX } from "preact";
import { useState } from "preact/hooks";
import * as api from "./api";
import { sentence } from "./errors";
import { current } from "./store";
import type { Use } from "./surface";
import { richTextPieces } from "./rich_text";
import { Text, words } from "./text_view";
import type { Block, Element, Option, SharedFile } from "./types";

export interface FieldProps {
  block: Block;
  element: Element;
  use: Use;
}

const asOptions = (value: unknown): Option[] => (Array.isArray(value) ? (value as Option[]) : []);
const asStrings = (value: unknown): string[] => (Array.isArray(value) ? value.map(String) : []);
const text = (value: unknown): string => (value === undefined || value === null ? "" : String(value));

/** Ids that tie a control to its label, hint and error. */
export function ids(block: Block): { id: string; label: string; hint: string; error: string } {
  const base = `block-${block.block_id ?? ""}`;
  return { id: base, label: `${base}-label`, hint: `${base}-hint`, error: `${base}-error` };
}

function common(block: Block, element: Element): Record<string, unknown> {
  const isInput = block.type === "input";
  const known = ids(block);
  return {
    "data-testid": isInput ? `field-${block.block_id}` : undefined,
    "data-action-id": element.action_id,
    "data-focus": element["focus_on_load"] === true ? "true" : undefined,
    ...(isInput
      ? { id: known.id, "aria-describedby": `${known.hint} ${known.error}`, "aria-required": !block["optional"] }
      : { "aria-label": words(element["placeholder"]) || element.action_id }),
  };
}

/** Which keyboard a phone shows. */
const KEYBOARDS: Record<string, "email" | "url" | "decimal"> = {
  email_text_input: "email",
  url_text_input: "url",
  number_input: "decimal",
};

function TextField({ block, element, use }: FieldProps): JSX.Element {
  const rich = element.type === "rich_text_input";
  const held = rich ? richTextWords(use.held?.["rich_text_value"]) : text(use.held?.["value"] ?? element["initial_value"]);
  const hold = (value: string): void => {
    if (rich) use.hold({ type: element.type, rich_text_value: value ? richText(value) : null });
    else use.hold({ type: element.type, value: value || null });
  };
  const shared = {
    ...common(block, element),
    value: held,
    placeholder: words(element["placeholder"]),
    onInput: (event: Event) => hold((event.target as HTMLInputElement).value),
  };
  const dispatches = block["dispatch_action"] === true;
  if (element["multiline"] === true || rich) {
    const rows = Math.min(12, Math.max(4, held.split("\n").length + 1));
    return <textarea {...shared} class="field" rows={rows} />;
  }
  return (
    <input
      {...shared}
      class="field"
      type="text"
      inputMode={KEYBOARDS[element.type]}
      autoComplete="off"
      onKeyDown={(event) => {
        if (event.key !== "Enter" || !dispatches || event.isComposing) return;
        event.preventDefault();
        use.act(held);
      }}
    />
  );
}

function richText(value: string): unknown {
  const section = { type: "rich_text_section", elements: [{ type: "text", text: value }] };
  return { type: "rich_text", elements: [section] };
}

function richTextWords(value: unknown): string {
  const elements = (value as { elements?: unknown } | null | undefined)?.elements;
  const inner = richTextPieces(elements).flatMap((piece) => (piece.kind === "paragraph" ? piece.inner : []));
  return inner.map((one) => (one.kind === "text" ? one.text : one.kind === "break" ? "\n" : "")).join("");
}

function DateField({ block, element, use }: FieldProps): JSX.Element {
  const name = element.type === "datepicker" ? "date" : "time";
  const held = text(use.held?.[`selected_${name}`] ?? element[`initial_${name}`]);
  return (
    <input
      {...common(block, element)}
      class="field short"
      type={name}
      value={held}
      onChange={(event) => use.hold({ type: element.type, [`selected_${name}`]: event.currentTarget.value || null })}
    />
  );
}

function DateTimeField({ block, element, use }: FieldProps): JSX.Element {
  const held = Number(use.held?.["selected_date_time"] ?? element["initial_date_time"] ?? 0);
  const shift = new Date(held * 1000).getTimezoneOffset() * 60;
  const shown = held ? new Date((held - shift) * 1000).toISOString().slice(0, 16) : "";
  return (
    <input
      {...common(block, element)}
      class="field short"
      type="datetime-local"
      value={shown}
      onChange={(event) => {
        const seconds = Math.floor(new Date(event.currentTarget.value).getTime() / 1000);
        use.hold({ type: element.type, selected_date_time: Number.isNaN(seconds) ? null : seconds });
      }}
    />
  );
}

interface Choice {
  value: string;
  label: string;
  group: string;
}

/** What a select offers, and under which name its state holds what was chosen. */
function choices(element: Element): { offered: Choice[]; held: string } {
  const server = current().server;
  const kind = element.type.replace("multi_", "").replace("_select", "");
  if (kind === "users") {
    const people = server?.users ?? [];
    return { offered: people.map((one) => ({ value: one.id, label: one.real_name, group: "" })), held: "user" };
  }
  if (kind === "channels" || kind === "conversations") {
    const all = (server?.channels ?? []).filter((one) => kind === "conversations" || !one.is_im);
    const offered = all.map((one) => ({ value: one.id, label: one.is_im ? one.name : `#${one.name}`, group: "" }));
    return { offered, held: kind === "channels" ? "channel" : "conversation" };
  }
  const option = (group: string) => (one: Option): Choice => ({ value: one.value, label: words(one.text), group });
  const groups = Array.isArray(element["option_groups"]) ? (element["option_groups"] as Record<string, unknown>[]) : [];
  const offered = [
    ...asOptions(element["options"]).map(option("")),
    ...groups.flatMap((group) => asOptions(group["options"]).map(option(words(group["label"])))),
  ];
  return { offered, held: "option" };
}

function findOption(element: Element, value: string): Option | null {
  const groups = Array.isArray(element["option_groups"]) ? (element["option_groups"] as Record<string, unknown>[]) : [];
  const all = [...asOptions(element["options"]), ...groups.flatMap((group) => asOptions(group["options"]))];
  return all.find((one) => one.value === value) ?? null;
}

function SelectField({ block, element, use }: FieldProps): JSX.Element {
  const { offered, held } = choices(element);
  const chosen = use.held?.[`selected_${held}`] ?? (use.held ? null : element[`initial_${held}`]);
  const value = held === "option" ? text((chosen as Option | null)?.value) : text(chosen);
  const groups = [...new Set(offered.map((one) => one.group))];
  const choose = (next: string): void => {
    const state = held === "option" ? findOption(element, next) : next || null;
    use.hold({ type: element.type, [`selected_${held}`]: state });
  };
  const option = (one: Choice): JSX.Element => (
    <option key={one.value} value={one.value}>
      {one.label}
    </option>
  );
  if (element.type === "external_select") return <NotOffered type={element.type} />;
  return (
    <select
      {...common(block, element)}
      class="field select"
      value={value}
      onChange={(event) => choose(event.currentTarget.value)}
    >
      {value === "" || block["optional"] ? (
        <option value="">{words(element["placeholder"]) || "Choose an option"}</option>
      ) : null}
      {groups.map((group) =>
        group ? (
          <optgroup key={group} label={group}>
            {offered.filter((one) => one.group === group).map(option)}
          </optgroup>
        ) : (
          offered.filter((one) => !one.group).map(option)
        ),
      )}
    </select>
  );
}

function NotOffered({ type }: { type: string }): JSX.Element {
  return <p class="unknown">The local workspace has no “{type}”: its options would come from the app.</p>;
}

function ManyField({ block, element, use }: FieldProps): JSX.Element {
  const isSelect = element.type.startsWith("multi_");
  const { offered, held } = isSelect ? choices(element) : { offered: [], held: "option" };
  const options = asOptions(element["options"]);
  const name = `selected_${held}s`;
  const initial = element[`initial_${held}s`];
  const chosen = use.held?.[name] ?? initial;
  const values = held === "option" ? asOptions(chosen).map((one) => one.value) : asStrings(chosen);
  const toggle = (value: string, on: boolean): void => {
    const next = on ? [...values, value] : values.filter((one) => one !== value);
    const state = held === "option" ? next.map((one) => findOption(element, one)).filter(Boolean) : next;
    use.hold({ type: element.type, [name]: state });
  };
  const rows = isSelect
    ? offered.map((one) => ({ value: one.value, label: <>{one.label}</>, detail: null }))
    : options.map((one) => ({ value: one.value, label: <Text text={one.text} />, detail: one.description ?? null }));
  if (element.type === "multi_external_select") return <NotOffered type={element.type} />;
  return (
    <div {...common(block, element)} class={isSelect ? "choices boxed" : "choices"} role="group" aria-labelledby={ids(block).label}>
      {rows.map((row) => (
        <label key={row.value} class="choice">
          <input
            type="checkbox"
            value={row.value}
            checked={values.includes(row.value)}
            onChange={(event) => toggle(row.value, event.currentTarget.checked)}
          />
          <span>
            {row.label}
            {row.detail ? (
              <small>
                <Text text={row.detail} />
              </small>
            ) : null}
          </span>
        </label>
      ))}
    </div>
  );
}

function RadioField({ block, element, use }: FieldProps): JSX.Element {
  const chosen = (use.held?.["selected_option"] ?? (use.held ? null : element["initial_option"])) as Option | null;
  return (
    <div {...common(block, element)} class="choices" role="radiogroup" aria-labelledby={ids(block).label}>
      {asOptions(element["options"]).map((one) => (
        <label key={one.value} class="choice">
          <input
            type="radio"
            name={`${block.block_id}-${element.action_id}`}
            value={one.value}
            checked={chosen?.value === one.value}
            onChange={() => use.hold({ type: element.type, selected_option: one })}
          />
          <span>
            <Text text={one.text} />
            {one.description ? (
              <small>
                <Text text={one.description} />
              </small>
            ) : null}
          </span>
        </label>
      ))}
    </div>
  );
}

function FileField({ block, element, use }: FieldProps): JSX.Element {
  const [failure, setFailure] = useState<string | null>(null);
  const held = Array.isArray(use.held?.["files"]) ? (use.held["files"] as SharedFile[]) : [];
  const most = Number(element["max_files"] ?? 10);
  const types = asStrings(element["filetypes"]).map((one) => `.${one}`);
  const add = async (files: FileList | null): Promise<void> => {
    setFailure(null);
    const added: SharedFile[] = [];
    for (const file of [...(files ?? [])].slice(0, most - held.length)) {
      const answer = await api.upload(current().user, file);
      if (typeof answer === "string") setFailure(sentence(answer));
      else added.push(answer);
    }
    if (added.length) use.hold({ type: element.type, files: [...held, ...added] });
  };
  return (
    <div class="file-field">
      <input
        {...common(block, element)}
        type="file"
        multiple={most > 1}
        accept={types.join(",")}
        onChange={(event) => void add(event.currentTarget.files)}
      />
      {held.map((file) => (
        <span key={file.id} class="file-chip">
          {file.name}
        </span>
      ))}
      {failure ? <span class="element-failure">{failure}</span> : null}
    </div>
  );
}

const FIELDS: Record<string, (props: FieldProps) => JSX.Element> = {
  plain_text_input: TextField,
  email_text_input: TextField,
  url_text_input: TextField,
  number_input: TextField,
  rich_text_input: TextField,
  datepicker: DateField,
  timepicker: DateField,
  datetimepicker: DateTimeField,
  checkboxes: ManyField,
  radio_buttons: RadioField,
  file_input: FileField,
};

export function Field(props: FieldProps): JSX.Element {
  const { type } = props.element;
  const Known = FIELDS[type] ?? (type.startsWith("multi_") ? ManyField : type.endsWith("_select") ? SelectField : null);
  if (!Known) return <p class="unknown">This page does not show the element “{type}”.</p>;
  return <Known {...props} />;
}
