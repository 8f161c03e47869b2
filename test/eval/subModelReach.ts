/** What a sub-model is good for, in characters (official code). */
const reach = 100_000;

/** Whether a simulated sub-model is right about a prompt: perfect below its reach, useless above. */
export function readsWell(prompt: string): boolean {
  return prompt.length < reach;
}
