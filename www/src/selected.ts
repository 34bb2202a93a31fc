/** What follows from the state, for all parts of the page. */

import { computed } from "@preact/signals";
import { type Answer, answersOf, tones } from "./answers/answer.js";
import { attributesOf, attributesReadBy } from "./snapshot/attributes.js";
import { isSame, offOf, optionsOf, subjectsOf } from "./snapshot/parts.js";
import { chosen, context, now, serving, type Subject } from "./state.js";

/** The answers of all flags and services in force. */
export const answers = computed<readonly Answer[]>(() =>
  serving.value ? answersOf(serving.value, context.value, now.value) : [],
);

/** The flag or service that is shown: the chosen one, as long as there is one of that name. */
export const subject = computed<Subject | undefined>(() => {
  const subjects = subjectsOf(serving.value?.document);
  return subjects.find((each) => isSame(each, chosen.value)) ?? subjects[0];
});

/** Its answer. */
export const answer = computed(() => answers.value.find((each) => isSame(each.subject, subject.value)));

/** The colours of its variants. */
export const tone = computed(() => {
  const [document, shown] = [serving.value?.document, subject.value];
  return shown ? tones(optionsOf(document, shown), offOf(document, shown)) : () => 0;
});

/** The attributes that all of the snapshot reads. */
export const attributes = computed(() => attributesOf(serving.value?.document));

/** The paths of those that the shown flag or service reads. */
export const readHere = computed<ReadonlySet<string>>(() => {
  const read = subject.value ? attributesReadBy(serving.value?.document, subject.value) : [];
  return new Set(read.map(({ path }) => path));
});
