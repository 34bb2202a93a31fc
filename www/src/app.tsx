/** The page: a bar on top, and the panes from what is written to why somebody gets what. */

import { AnswersPane } from "./answers/pane.js";
import { Header } from "./header.js";
import { SnapshotPane } from "./snapshot/pane.js";
import { notice } from "./state.js";
import { VisitorPane } from "./visitor/pane.js";
import { WhyPane } from "./why/pane.js";

export function App() {
  return (
    <>
      <a class="skip" href="#answers" onClick={skip}>
        Skip to the answers
      </a>
      <Header />
      <Notice />
      <nav class="jumps" aria-label="Parts of the page">
        {["Snapshot", "Visitor", "Answers", "Why"].map((name) => (
          <a key={name} href={`#${name.toLowerCase()}`} onClick={skip}>
            {name}
          </a>
        ))}
      </nav>
      <main class="panes">
        <SnapshotPane />
        <div class="middle">
          <VisitorPane />
          <AnswersPane />
        </div>
        <WhyPane />
      </main>
    </>
  );
}

/** The fragment of the address holds the state, so links within the page must not change it. */
function skip(event: MouseEvent): void {
  event.preventDefault();
  const { hash } = event.currentTarget as HTMLAnchorElement;
  const target = document.getElementById(hash.slice(1));
  if (!target) return;
  target.scrollIntoView();
  target.tabIndex = -1;
  target.focus({ preventScroll: true });
}

function Notice() {
  return (
    <div class="notice-place" role="alert">
      {notice.value !== undefined && (
        <p class="notice">
          {notice.value}
          <button type="button" class="quiet" onClick={() => (notice.value = undefined)}>
            Close
          </button>
        </p>
      )}
    </div>
  );
}
