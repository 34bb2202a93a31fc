/** The bar on top: what this is, examples, the link, the theme. */

import { useSignal } from "@preact/signals";
import { useRef } from "preact/hooks";
import { EXAMPLES, type Example } from "./examples/examples.js";
import { fragmentOf } from "./link/link.js";
import { open } from "./serving.js";
import { current, notice } from "./state.js";
import { THEMES, theme } from "./theme.js";

export function Header() {
  return (
    <header class="bar">
      <h1 class="brand">
        <img src="./icon.svg" alt="" width="24" height="24" />
        Vexil <span>playground</span>
      </h1>
      <Examples />
      <span class="bar-space" />
      <CopyLink />
      <ThemeChoice />
    </header>
  );
}

function Examples() {
  const list = useRef<HTMLDivElement>(null);
  const choose = ({ state }: Example): void => {
    notice.value = undefined;
    list.current?.hidePopover();
    void open(state);
  };
  return (
    <div class="examples">
      <button type="button" class="button" popovertarget="examples">
        Examples
        <svg viewBox="0 0 16 16" aria-hidden="true">
          <path d="M4 6.5l4 4 4-4" />
        </svg>
      </button>
      <div id="examples" popover="auto" ref={list} class="example-list">
        {EXAMPLES.map((example) => (
          <button type="button" key={example.name} class="example" onClick={() => choose(example)}>
            <strong>{example.name}</strong>
            <span>{example.about}</span>
          </button>
        ))}
      </div>
    </div>
  );
}

/** How long it is said that the link was copied. In milliseconds. */
const SAID = 2_000;

function CopyLink() {
  const said = useSignal("");
  const copy = async (): Promise<void> => {
    const link = new URL(await fragmentOf(current()), location.href).href;
    history.replaceState(null, "", link);
    try {
      await navigator.clipboard.writeText(link);
      said.value = "The link was copied";
    } catch {
      said.value = "The link is in the address bar";
    }
    setTimeout(() => (said.value = ""), SAID);
  };
  return (
    <div class="copy">
      <button
        type="button"
        class="button"
        title="The link holds all of this page: snapshot, visitor, time"
        onClick={() => void copy()}
      >
        <svg viewBox="0 0 16 16" aria-hidden="true">
          <path d="M6.5 9.5l3-3M7 4.5l1.5-1.5a3.2 3.2 0 0 1 4.5 4.5L11.5 9M9 11.5L7.5 13A3.2 3.2 0 0 1 3 8.5L4.5 7" />
        </svg>
        <span class="copy-name">Copy link</span>
      </button>
      <p class="copy-said" role="status">
        {said.value}
      </p>
    </div>
  );
}

const THEME_NAMES = { auto: "Theme of the system", light: "Light theme", dark: "Dark theme" } as const;

const THEME_PICTURES = {
  auto: "M8 2.5a5.5 5.5 0 1 0 0 11zM8 2.5a5.5 5.5 0 0 1 0 11",
  light: "M8 5a3 3 0 1 0 0 6 3 3 0 0 0 0-6M8 1v1.5M8 13.5V15M1 8h1.5M13.5 8H15M3 3l1 1M12 12l1 1M3 13l1-1M12 4l1-1",
  dark: "M13.5 9.5A5.8 5.8 0 0 1 6.5 2.5a5.8 5.8 0 1 0 7 7z",
} as const;

function ThemeChoice() {
  const index = THEMES.indexOf(theme.value);
  const next = THEMES[(index + 1) % THEMES.length] ?? "auto";
  return (
    <button
      type="button"
      class="button icon-only"
      title={THEME_NAMES[theme.value]}
      aria-label={`${THEME_NAMES[theme.value]}; change it`}
      onClick={() => (theme.value = next)}
    >
      <svg viewBox="0 0 16 16" aria-hidden="true" data-theme-picture={theme.value}>
        <path d={THEME_PICTURES[theme.value]} />
      </svg>
    </button>
  );
}
