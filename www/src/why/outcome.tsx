/** What came of something that was looked at: a sign, and a word for those who do not see it. */

const SIGNS = {
  yes: { word: "yes:", path: "M3.5 8.5l3 3 6-7" },
  no: { word: "no:", path: "M4.5 4.5l7 7M11.5 4.5l-7 7" },
  unseen: { word: "not looked at:", path: "M5 8h6" },
  stop: { word: "stopped:", path: "M8 4v4.5M8 11.5v.1" },
} as const;

/** Whether it held; undefined if it was not looked at, and `stop` where everything ends. */
export type Held = boolean | "stop" | undefined;

export function Outcome({ held }: { held: Held }) {
  const name = held === "stop" ? held : held === undefined ? "unseen" : held ? "yes" : "no";
  const { word, path } = SIGNS[name];
  return (
    <span class="sign" data-held={name}>
      <svg viewBox="0 0 16 16" aria-hidden="true">
        <path d={path} />
      </svg>
      <span class="visually-hidden">{word} </span>
    </span>
  );
}
