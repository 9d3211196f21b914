/** The frame of everything modal: a titled box over the page that holds the focus until it closes. */

import type { ComponentChildren, JSX } from "preact";
import { useEffect, useId, useRef } from "preact/hooks";
import { Icon } from "./icons";
import { focusable, useFocusTrap } from "./popup";
import { Text, words } from "./text_view";

export function Dialog({
  title,
  onClose,
  children,
  footer,
  small = false,
  testId,
  onSubmit,
}: {
  title: ComponentChildren;
  onClose: () => void;
  children: ComponentChildren;
  footer: ComponentChildren;
  small?: boolean;
  testId?: string;
  onSubmit?: () => void;
}): JSX.Element {
  const box = useRef<HTMLDivElement>(null);
  const titleId = useId();
  useFocusTrap(box, onClose);
  useEffect(() => {
    const wanted = box.current?.querySelector<HTMLElement>("[data-focus='true']");
    const body = box.current?.querySelector<HTMLElement>(".dialog-body");
    const first = wanted ?? (body && focusable(body)[0]) ?? box.current?.querySelector<HTMLElement>(".dialog-foot button");
    first?.focus();
  }, []);
  return (
    <div
      class="overlay"
      onPointerDown={(event) => {
        if (small && event.target === event.currentTarget) onClose();
      }}
    >
      <div
        ref={box}
        class={small ? "dialog small" : "dialog"}
        role="dialog"
        aria-modal="true"
        aria-labelledby={titleId}
        data-testid={testId}
      >
        <form
          noValidate
          onSubmit={(event) => {
            event.preventDefault();
            onSubmit?.();
          }}
        >
        <header class="dialog-head">
          <h2 id={titleId}>{title}</h2>
          <button type="button" class="icon-button" aria-label="Close" data-testid="modal-close" onClick={onClose}>
            <Icon name="close" />
          </button>
        </header>
        <div class="dialog-body">{children}</div>
        <footer class="dialog-foot">{footer}</footer>
        </form>
      </div>
    </div>
  );
}

/** Block Kit's confirmation object. */
export function Confirm({
  asking,
  answer,
}: {
  asking: Record<string, unknown>;
  answer: (yes: boolean) => void;
}): JSX.Element {
  const style = asking["style"] === "danger" ? "danger" : "primary";
  return (
    <Dialog
      small
      title={words(asking["title"])}
      onClose={() => answer(false)}
      footer={
        <>
          <button type="button" class="button" onClick={() => answer(false)}>
            {words(asking["deny"]) || "Cancel"}
          </button>
          <button type="button" class={`button ${style}`} data-testid="confirm" onClick={() => answer(true)}>
            {words(asking["confirm"]) || "OK"}
          </button>
        </>
      }
    >
      <Text text={asking["text"]} />
    </Dialog>
  );
}
