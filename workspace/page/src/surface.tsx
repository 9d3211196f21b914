/** Where blocks are shown (a message, a modal, the home tab), and what using an element there does. */

import { createContext } from "preact";
import { useContext, useState } from "preact/hooks";
import * as api from "./api";
import { sentence } from "./errors";
import { current } from "./store";
import type { Block, Container, Element, ElementState, Values } from "./types";

export interface Surface {
  container: Container;
  /** What the form holds; messages keep their elements' states themselves. */
  values?: Values;
  setValue?: (blockId: string, actionId: string, state: ElementState) => void;
  errors?: Record<string, string>;
}

export const SurfaceContext = createContext<Surface>({ container: { type: "view", view_id: "" } });

export interface Use {
  /** What the element holds now. */
  held: ElementState | undefined;
  /** Keeps a new state, and tells the app where Slack would. */
  hold: (state: ElementState) => void;
  /** Tells the app. */
  act: (value?: unknown) => void;
  busy: boolean;
  failure: string | null;
  /** The confirmation that is being asked for, and its answers. */
  asking: Record<string, unknown> | null;
  answer: (yes: boolean) => void;
}

/** The state and the acts of one element. */
export function useElement(block: Block, element: Element): Use {
  const surface = useContext(SurfaceContext);
  const [local, setLocal] = useState<ElementState | undefined>(undefined);
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<string | null>(null);
  const [waiting, setWaiting] = useState<{ value: unknown; values: Values | undefined } | null>(null);
  const blockId = block.block_id ?? "";
  const actionId = element.action_id ?? "";
  const held = surface.values?.[blockId]?.[actionId] ?? local;
  const isQuiet = block.type === "input" && !block["dispatch_action"];

  const send = async (value: unknown, values: Values | undefined): Promise<void> => {
    setBusy(true);
    setFailure(null);
    const answer = await api.act(current().user, surface.container, block.block_id, actionId, value, values);
    setBusy(false);
    if (!answer.ok) setFailure(sentence(answer.error));
  };
  const ask = (value: unknown, values: Values | undefined): void => {
    if (element["confirm"]) setWaiting({ value, values });
    else void send(value, values);
  };
  return {
    held,
    hold: (state) => {
      setLocal(state);
      surface.setValue?.(blockId, actionId, state);
      const isText = "value" in state;
      if (isQuiet || isText) return;
      const values = surface.values && {
        ...surface.values,
        [blockId]: { ...surface.values[blockId], [actionId]: state },
      };
      ask(state, values);
    },
    act: (value) => ask(value, surface.values),
    busy,
    failure,
    asking: waiting ? (element["confirm"] as Record<string, unknown>) : null,
    answer: (yes) => {
      setWaiting(null);
      if (yes && waiting) void send(waiting.value, waiting.values);
    },
  };
}
