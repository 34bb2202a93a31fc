/** The kill switch of a flag or service: a kill message, as an operator would send it. */

import type { KillMessage } from "vexil";
import type { Answer } from "../answers/answer.js";
import { elements, type Members, members } from "../snapshot/parts.js";
import { kill, serving, type Subject } from "../state.js";

type KillSet = KillMessage & Required<Pick<KillMessage, "namespaces" | "flags" | "services">>;

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
function inForce(): KillSet {
  const own = members(members(serving.value?.document)["kills"]);
  const sent = members(serving.value?.kill);
  return killSet(revisionOf(sent) > revisionOf(own) ? sent : own);
}

function revisionOf({ revision }: Members): number {
  return typeof revision === "number" ? revision : -1;
}

/** Read with care: the snapshot's kills may be broken, and those of a link anything. */
function killSet(set: Members): KillSet {
  const keys = (name: string): string[] => elements(set[name]).filter((key) => typeof key === "string");
  const lists = { namespaces: keys("namespaces"), flags: keys("flags"), services: keys("services") };
  return { revision: Math.max(0, revisionOf(set)), ...(set["all"] === true && { all: true }), ...lists };
}

const LISTS = { flag: "flags", service: "services" } as const;

function namesIt(set: KillSet, { kind, key }: Subject): boolean {
  return set[LISTS[kind]].includes(key);
}

/** A set replaces the one before it, so it names all that stays killed. */
function toggled({ kind, key }: Subject, isKilled: boolean): KillMessage {
  const set = inForce();
  const others = set[LISTS[kind]].filter((each) => each !== key);
  return { ...set, revision: set.revision + 1, [LISTS[kind]]: isKilled ? [...others, key] : others };
}

/** Without its empty lists. */
function messageText(message: KillMessage): string {
  const told = Object.entries(message).filter(([, value]) => !Array.isArray(value) || value.length > 0);
  return `{ ${told.map(([name, value]) => `${name}: ${JSON.stringify(value)}`).join(", ")} }`;
}
