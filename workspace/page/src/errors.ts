/** Sentences for the errors that the workspace answers. */

const SENTENCES: Record<string, string> = {
  not_reachable: "The local workspace does not answer. Is it still running?",
  file_too_large: "This file is too large for the local workspace.",
  no_text: "There is nothing to send.",
  channel_not_found: "This person is not in that channel.",
  message_not_found: "That message is gone.",
  cant_update_message: "You can edit only your own messages.",
  cant_delete_message: "You can delete only your own messages.",
  dispatch_failed: "The app is not connected or did not take this (dispatch_failed).",
  operation_timeout: "The app did not answer within 3 seconds (operation_timeout).",
};

export function sentence(error: string | undefined): string {
  const code = error ?? "unknown_error";
  return SENTENCES[code] ?? `That did not work (${code}).`;
}

/** What Slack tells a person whose slash command failed. */
export function commandSentence(command: string, error: string | undefined): string {
  if (error === "unknown_command") {
    return (
      `${command} is not a valid command. All messages that start with the “/” character are interpreted ` +
      "as commands. If you are trying to send a message and not run a command, try preceding the “/” with " +
      "an empty space."
    );
  }
  if (error === "not_reachable") return `${command} was not sent. ${sentence(error)}`;
  const reason =
    error === "operation_timeout"
      ? " The app did not acknowledge it within 3 seconds."
      : error === "dispatch_failed"
        ? " The app is not connected, or nothing in it listens for this command."
        : "";
  return `${command} failed with the error “${error ?? "unknown_error"}”.${reason}`;
}
