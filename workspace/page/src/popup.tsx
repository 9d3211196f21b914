/** Small layers over the page: menus, and the focus handling that menus and dialogs share. */

import type { ComponentChildren, JSX, RefObject } from "preact";
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { Icon, type IconName } from "./icons";

const FOCUSABLE =
  "a[href], button:not([disabled]), input:not([disabled]), select:not([disabled]), textarea:not([disabled]), [tabindex='0']";

export function focusable(within: HTMLElement): HTMLElement[] {
  return [...within.querySelectorAll<HTMLElement>(FOCUSABLE)].filter((one) => one.getClientRects().length > 0);
}

/** Open layers, the topmost last: only that one answers the keyboard. */
const layers: object[] = [];

/** Keeps Tab inside an element, closes on Escape, and gives the focus back when it goes. */
export function useFocusTrap(layer: RefObject<HTMLElement | null>, onEscape: () => void): void {
  const escape = useRef(onEscape);
  escape.current = onEscape;
  useEffect(() => {
    const before = document.activeElement;
    const mine = {};
    layers.push(mine);
    const onKey = (event: KeyboardEvent): void => {
      const element = layer.current;
      if (!element || layers[layers.length - 1] !== mine || event.isComposing) return;
      if (event.key === "Escape") {
        event.stopPropagation();
        escape.current();
        return;
      }
      if (event.key !== "Tab") return;
      const all = focusable(element);
      const first = all[0];
      const last = all[all.length - 1];
      const active = document.activeElement;
      if (!first || !last) return;
      if (event.shiftKey && (active === first || !element.contains(active))) {
        event.preventDefault();
        last.focus();
      } else if (!event.shiftKey && (active === last || !element.contains(active))) {
        event.preventDefault();
        first.focus();
      }
    };
    document.addEventListener("keydown", onKey, true);
    return () => {
      document.removeEventListener("keydown", onKey, true);
      layers.splice(layers.indexOf(mine), 1);
      if (before instanceof HTMLElement && before.isConnected) before.focus();
    };
  }, []);
}

export interface MenuItem {
  key: string;
  label: ComponentChildren;
  detail?: string;
  danger?: boolean;
  choose: () => void;
}

/** A button with a menu under it. */
export function MenuButton({
  label,
  icon,
  items,
  testId,
  children,
  className = "icon-button",
}: {
  label: string;
  icon?: IconName;
  items: MenuItem[];
  testId?: string;
  children?: ComponentChildren;
  className?: string;
}): JSX.Element {
  const [open, setOpen] = useState(false);
  return (
    <span class="menu-holder">
      <button
        type="button"
        class={className}
        aria-label={label}
        title={label}
        aria-haspopup="menu"
        aria-expanded={open}
        data-testid={testId}
        onClick={() => setOpen(!open)}
      >
        {icon ? <Icon name={icon} /> : children}
      </button>
      {open ? (
        <Floating label={label} role="menu" onClose={() => setOpen(false)}>
          {items.map((item) => (
            <button
              key={item.key}
              type="button"
              role="menuitem"
              class={item.danger ? "menu-item danger" : "menu-item"}
              data-key={item.key}
              onClick={() => {
                setOpen(false);
                item.choose();
              }}
            >
              <span>{item.label}</span>
              {item.detail ? <small>{item.detail}</small> : null}
            </button>
          ))}
        </Floating>
      ) : null}
    </span>
  );
}

/** A layer beside what opened it, kept inside the window; a press elsewhere or Escape closes it. */
export function Floating({
  label,
  role,
  onClose,
  children,
}: {
  label: string;
  role: "menu" | "dialog";
  onClose: () => void;
  children: ComponentChildren;
}): JSX.Element {
  const layer = useRef<HTMLDivElement>(null);
  useFocusTrap(layer, onClose);
  useLayoutEffect(() => {
    const element = layer.current;
    const anchor = element?.parentElement?.getBoundingClientRect();
    if (!element || !anchor) return;
    const { offsetWidth: width, offsetHeight: height } = element;
    const left = Math.min(Math.max(8, anchor.right - width), window.innerWidth - width - 8);
    const below = anchor.bottom + 6;
    const top = below + height > window.innerHeight - 8 ? Math.max(8, anchor.top - height - 6) : below;
    element.style.left = `${anchor.left + width < window.innerWidth - 8 && role === "menu" ? anchor.left : left}px`;
    element.style.top = `${top}px`;
    focusable(element)[0]?.focus();
  }, []);
  useEffect(() => {
    const onPress = (event: PointerEvent): void => {
      if (event.target instanceof Node && !layer.current?.parentElement?.contains(event.target)) onClose();
    };
    document.addEventListener("pointerdown", onPress);
    return () => document.removeEventListener("pointerdown", onPress);
  }, []);
  const onArrow = (event: KeyboardEvent): void => {
    const element = layer.current;
    if (!element || (event.key !== "ArrowDown" && event.key !== "ArrowUp")) return;
    event.preventDefault();
    const all = focusable(element);
    const at = all.indexOf(document.activeElement as HTMLElement);
    all[(at + (event.key === "ArrowDown" ? 1 : -1) + all.length) % all.length]?.focus();
  };
  return (
    <div ref={layer} class="floating" role={role} aria-label={label} onKeyDown={onArrow}>
      {children}
    </div>
  );
}
