/** The stack of modals that the app opened; only the top one is shown, as in Slack. */

import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import * as api from "./api";
import { Blocks } from "./blocks";
import { Dialog } from "./dialog";
import { current, dropView } from "./store";
import { SurfaceContext } from "./surface";
import { Text, words } from "./text_view";
import type { Values, View } from "./types";

export function Modals({ views }: { views: View[] }): JSX.Element {
  return (
    <>
      {views.map((view, index) => (
        <Modal key={view.id} view={view} top={index === views.length - 1} depth={index} />
      ))}
    </>
  );
}

/** After an update the inputs that are still there keep what was typed since the server last heard. */
function kept(view: View, typed: Values): Values {
  const next: Values = {};
  for (const [block, actions] of Object.entries(view.state.values)) {
    next[block] = {};
    for (const [action, state] of Object.entries(actions)) {
      const mine = typed[block]?.[action];
      next[block][action] = mine && mine.type === state.type ? mine : state;
    }
  }
  return next;
}

function Modal({ view, top, depth }: { view: View; top: boolean; depth: number }): JSX.Element | null {
  const [values, setValues] = useState<Values>(view.state.values);
  const [errors, setErrors] = useState<Record<string, string>>({});
  const [failure, setFailure] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  useEffect(() => {
    setValues((typed) => kept(view, typed));
    setErrors({});
  }, [view.hash]);
  if (!top) return null;

  const close = (): void => {
    dropView(view.id);
    void api.closeView(current().user, view.id);
  };
  const submit = async (): Promise<void> => {
    if (busy || !view.submit) return;
    setBusy(true);
    setFailure(null);
    setErrors({});
    const answer = await api.submitView(current().user, view.id, values);
    setBusy(false);
    if (!answer.ok) {
      setFailure(
        answer.error === "not_found"
          ? "This form is no longer open in the workspace. Copy what you need and close it."
          : `We had some trouble connecting. Try again? (${answer.error ?? "unknown_error"})`,
      );
      return;
    }
    if (answer["response_action"] === "errors") {
      const found = answer["errors"] as Record<string, string>;
      setErrors(found);
      const first = view.blocks.find((block) => block.block_id && found[block.block_id]);
      document.getElementById(`block-${first?.block_id ?? ""}`)?.focus();
    } else if (answer["response_action"] === undefined) {
      dropView(view.id);
    }
  };
  return (
    <Dialog
      testId="modal"
      title={words(view.title)}
      onClose={close}
      onSubmit={() => void submit()}
      footer={
        <>
          {failure ? (
            <p class="dialog-failure" role="alert" data-testid="modal-error">
              {failure}
            </p>
          ) : null}
          <button type="button" class="button" data-testid="modal-cancel" onClick={close}>
            {words(view.close) || (depth ? "Back" : view.submit ? "Cancel" : "Close")}
          </button>
          {view.submit ? (
            <button
              type="submit"
              class="button primary"
              data-testid="modal-submit"
              aria-busy={busy}
              disabled={busy || view.submit_disabled}
            >
              {busy ? "Submitting…" : <Text text={view.submit} />}
            </button>
          ) : null}
        </>
      }
    >
      <SurfaceContext.Provider
        value={{
          container: { type: "view", view_id: view.id },
          values,
          errors,
          setValue: (block, action, state) =>
            setValues((typed) => ({ ...typed, [block]: { ...typed[block], [action]: state } })),
        }}
      >
        <Blocks blocks={view.blocks} />
      </SurfaceContext.Provider>
    </Dialog>
  );
}
