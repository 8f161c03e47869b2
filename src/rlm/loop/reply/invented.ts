import { endOfTurn } from './codeEnd';

/** Finds what a model writes in the place of the REPL, the tool or the user: it can't know that. */

const kinds =
  'expected|simulated|sample|example|hypothetical|assumed|imagined|actual|real|repl|python|cell|code|console|execution|tool|program|script|command|terminal|standard';
const words = 'outputs?|results?|stdout|responses?|observations?';

/** A line that says that output follows, one of an interactive session, or a turn of somebody else. */
const line = [
  `(?:(?:${anyCase('the|this|its|that')}) )?(?:(?:${anyCase(kinds)})[ \\t]+){0,2}(?:${anyCase(words)})(?:[ \\t]+(?:of|from|is|was|would|will|looks)\\b[^:\\n]{0,60})?[ \\t*_\`]{0,4}:`,
  // A heading, and a sentence about what the code is to have printed.
  `(?:(?:${anyCase(kinds)})[ \\t]+){0,2}(?:${anyCase(words)})[*_\\])]{0,4}[ \\t]*(?=\\r?$)`,
  '(?:The|This|It|Which)[ \\t](?:(?:REPL|code|cell|script|kernel|interpreter|above|will|would)[ \\t]){0,3}(?:returned|returns?|printed|prints?|outputs?|gave|gives|produced|produces|showed|shows?|yielded|yields)\\b[^\\n:]{0,40}:(?=[ \\t*_]*\\r?$)',
  '>>> ',
  'Out[ \\t]?\\[\\d{0,4}\\]:',
  'Turn \\d{1,4}(?:/\\d{1,4})?:',
  'Variables: ',
  `(?:${anyCase('user|human|system|assistant')})[*_]{0,2}[ \\t]?:`,
  '\\[1\\] ',
].join('|');

const tag =
  '<(?:repl_|code_|tool_|execution_|function_|command_)?(?:outputs?|results?|stdout|response|observation)>|<(?:user|system)>|<start_of_turn>|<\\|(?:start_header_id|im_start|start|user|system|observation|tool_response|assistant)\\|>|\\[/?TOOL_RESULTS\\]|\\[INST\\]|<｜(?:User|tool▁outputs?▁begin)｜>';

/** For a larger pattern. What ends a turn is one only where something follows. */
export const inventedSource = `^[ \\t>*_#\`(\\[-]{0,20}(?<output>${line})|(?<foreign>${tag})|(?<turnEnd>${endOfTurn.source})`;

const introduction =
  /(?:output|print(?:s|ed)?|show(?:s|n|ed)?|results?|returns?|returned|gives|gave|yields|see|get|got)\b[^\n]{0,80}:[ \t*_]*$/i;

/** Whether a text that stands between code and a fence says that the fence has output in it. */
export function introducesOutput(between: string): boolean {
  const text = between.slice(-400).trimEnd();
  return text.trim() === '' || introduction.test(text);
}

function anyCase(source: string): string {
  return source.replace(/[a-z]/g, (letter) => `[${letter}${letter.toUpperCase()}]`);
}
