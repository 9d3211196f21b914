/** The page's own line icons. */

import type { JSX } from "preact";

const PATHS = {
  send: "M3 11.5 21 3l-6.5 18-3.2-7.3L3 11.5Zm8.3 2.2L21 3",
  smile: "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18ZM8.5 14.5c1.8 2.3 5.2 2.3 7 0M9 9.8h.01M15 9.8h.01",
  reply: "M4 5h16v11H10l-4 4v-4H4V5Zm4 4h8M8 12h5",
  more: "M12 5.5v.6M12 11.7v.6M12 17.9v.6",
  close: "M6 6l12 12M18 6 6 18",
  menu: "M4 7h16M4 12h16M4 17h16",
  attach: "M20 11.5 12.4 19a5 5 0 0 1-7-7l8-8a3.3 3.3 0 0 1 4.7 4.7l-8 8a1.7 1.7 0 0 1-2.4-2.4L15 7",
  bolt: "M13 3 5 13.5h6L10.5 21 19 10h-6.5L13 3Z",
  bulb: "M9 18h6M10 21h4M12 3a6 6 0 0 0-3.6 10.8c.6.5 1 1.2 1 2.2h5.2c0-1 .4-1.7 1-2.2A6 6 0 0 0 12 3Z",
  home: "M4 11 12 4l8 7v9h-5.5v-5.5h-5V20H4v-9Z",
  up: "M7 11v9H4v-9h3Zm0 1 4-8c1.6 0 2.6 1.1 2.3 2.7L12.8 10H18a2 2 0 0 1 2 2.4l-1.2 6A2 2 0 0 1 16.8 20H7",
  down: "M17 13V4h3v9h-3Zm0-1-4 8c-1.6 0-2.6-1.1-2.3-2.7l.5-3.3H6a2 2 0 0 1-2-2.4l1.2-6A2 2 0 0 1 7.2 4H17",
  file: "M6 3h8l4 4v14H6V3Zm8 0v4h4M9 12h6M9 16h6",
  trash: "M5 7h14M10 7V4h4v3M7 7l1 13h8l1-13",
} as const;

export type IconName = keyof typeof PATHS;

export function Icon({ name }: { name: IconName }): JSX.Element {
  return (
    <svg class="icon" viewBox="0 0 24 24" aria-hidden="true">
      <path d={PATHS[name]} />
    </svg>
  );
}
