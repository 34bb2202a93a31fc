/** Light or dark: what the system says, or what was chosen here. */

import { effect, signal } from "@preact/signals";

export const THEMES = ["auto", "light", "dark"] as const;
export type Theme = (typeof THEMES)[number];

const PLACE = "vexil-playground-theme";

export const theme = signal<Theme>(remembered());

/** Applies the theme now and whenever it is changed. */
export function followTheme(): void {
  effect(() => {
    document.documentElement.dataset["theme"] = theme.value;
    try {
      localStorage.setItem(PLACE, theme.value);
    } catch {
      // Where nothing may be stored, the choice lasts as long as the page.
    }
  });
}

function remembered(): Theme {
  try {
    const stored = localStorage.getItem(PLACE);
    return THEMES.find((each) => each === stored) ?? "auto";
  } catch {
    return "auto";
  }
}
