/** The kill switch of a flag or service: a kill message, as an operator would send it. */

import type { KillMessage } from "vexil";
import type { Answer } from "../answers/answer.js";
import { members } from "../snapshot/parts.js";
import { kill, serving, type Subject } from "../state.js";

export function KillSwitch({ answer: { subject, added } }: { answer: Answer }) {
  const isKilled = added["cause"] === "killed";
  const message = kill.value;
  const isAlone = !isKilled || namesIt(inForce(), subject);
  return (
    <div class="kill">
      <button
        type="button"
        role="switch"
        class="switch"
        aria-checked={isKilled}
        disabled={!isAlone}
        title={isAlone ? undefined : "It is killed with its namespace or with everything: lift that in the snapshot"}
        onClick={() => (kill.value = toggled(subject, !isKilled))}
      >
        <span class="switch-track" aria-hidden="true" />
        Kill
      </button>
      {message && (
        <p class="kill-sent">
          <span class="visually-hidden">Sent: </span>
          <code>engine.kill({messageText(message)})</code>
        </p>
      )}
    </div>
  );
}

/** The kill set with the higher revision, that of the snapshot or the one that was sent: it is in force as a whole. */
function inForce(): KillMessage {
  const own = members(members(serving.value?.document)["kills"]) as Partial<KillMessage>;
  const sent = serving.value?.kill;
  return sent && sent.revision > (own.revision ?? -1) ? sent : { revision: 0, ...own };
}

const LISTS = { flag: "flags", service: "services" } as const;

function namesIt(set: KillMessage, { kind, key }: Subject): boolean {
  return set[LISTS[kind]]?.includes(key) ?? false;
}

/** A set replaces the one before it, so it names all that stays killed. */
function toggled({ kind, key }: Subject, isKilled: boolean): KillMessage {
  const { revision, all, namespaces = [], flags = [], services = [] } = inForce();
  const next = { namespaces, flags, services };
  const others = next[LISTS[kind]].filter((each) => each !== key);
  const lists = { ...next, [LISTS[kind]]: isKilled ? [...others, key] : others };
  return { revision: revision + 1, ...(all === true && { all }), ...lists };
}

/** Without its empty lists. */
function messageText(message: KillMessage): string {
  const told = Object.entries(message).filter(([, value]) => !Array.isArray(value) || value.length > 0);
  return `{ ${told.map(([name, value]) => `${name}: ${JSON.stringify(value)}`).join(", ")} }`;
}
