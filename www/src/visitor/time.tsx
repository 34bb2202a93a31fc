/** When the visitor asks. */

import { clock, fixedNow, now, serving } from "../state.js";
import { instant } from "../text.js";

/** Below this a change is one of many, as on a ramp. In milliseconds. */
const NOTABLE = 60_000;

export function TimeControl() {
  return (
    <fieldset class="time">
      <legend class="visually-hidden">Time of the evaluation</legend>
      <label class="time-name" for="time">
        time in UTC
      </label>
      <TimeInput />
      <div class="time-more">
        <label class="check">
          <input
            type="checkbox"
            checked={fixedNow.value === undefined}
            onChange={(event) => follow(event.currentTarget.checked)}
          />
          follow the clock
        </label>
        <NextChange />
      </div>
    </fieldset>
  );
}

/** To the second: a clock that is stopped stops at one. */
function follow(isFollowed: boolean): void {
  clock.value = Date.now();
  fixedNow.value = isFollowed ? undefined : Math.floor(clock.value / 1_000) * 1_000;
}

function TimeInput() {
  const write = (written: string): void => {
    const ms = Date.parse(`${written}Z`);
    if (Number.isFinite(ms)) fixedNow.value = ms;
  };
  return (
    <input
      id="time"
      class="time-value"
      type="datetime-local"
      step="1"
      value={new Date(now.value).toISOString().slice(0, 19)}
      onInput={(event) => write(event.currentTarget.value)}
    />
  );
}

/** When time alone changes an answer, as the engine knows. */
function NextChange() {
  const next = serving.value?.engine.nextChange(now.value);
  if (next === undefined) return <p class="hint">No answer depends on time from here on.</p>;
  if (next - now.value < NOTABLE) return <p class="hint">Answers change all the time now: a ramp is under way.</p>;
  return (
    <p class="hint">
      The next change by time alone is at{" "}
      <button type="button" class="link" onClick={() => (fixedNow.value = next)}>
        {instant(next)}
      </button>
    </p>
  );
}
