import { type CorpusReply, fence } from './reply';

const look = 'print(grep("needle"))';
const found = 'print(grep(pattern="needle"))';
const args = JSON.stringify({ code: look });
const call = JSON.stringify({ name: 'python', arguments: { code: look } });
const grep = JSON.stringify({ name: 'grep', arguments: { pattern: 'needle' } });

/** Calls of tools, in the forms that models were trained on. */
export const toolCalls: readonly CorpusReply[] = [
  { name: 'Hermes', reply: `<tool_call>\n${call}\n</tool_call>`, cells: [look] },
  { name: 'Hermes, not closed', reply: `I look.\n<tool_call>\n${call}`, cells: [look] },
  {
    name: 'Hermes, with arguments in a text',
    reply: `<tool_call>${JSON.stringify({ name: 'execute_python', arguments: args })}</tool_call>`,
    cells: [look],
  },
  {
    name: 'Hermes, with line ends in a string',
    reply:
      '<tool_call>\n{"name": "python", "arguments": {"code": "x = 1\nprint(x)"}}\n</tool_call>',
    cells: ['x = 1\nprint(x)'],
  },
  {
    name: 'Hermes, with quotes that are not escaped',
    reply:
      '<tool_call>\n{"name": "python", "arguments": {"code": "print(grep("needle"))"}}\n</tool_call>',
    cells: [look],
  },
  {
    name: 'Hermes, with a bracket missing',
    reply: `<tool_call>\n${call.slice(0, -1)}\n</tool_call>`,
    cells: [look],
  },
  {
    name: 'Hermes, as Python writes it',
    reply: `<tool_call>{'name': 'python', 'arguments': {'code': 'print(grep("needle"))', 'reset': False,}}</tool_call>`,
    cells: [look],
  },
  {
    name: 'Hermes, escaped twice',
    reply: '<tool_call>{"name": "python", "arguments": {"code": "x = 1\\\\nprint(x)"}}</tool_call>',
    cells: ['x = 1\nprint(x)'],
  },
  {
    name: 'two calls',
    reply: `<tool_call>\n${grep}\n</tool_call>\n<tool_call>\n${call}\n</tool_call>`,
    cells: [found, look],
  },
  {
    name: 'a list of calls',
    reply: `<tool_calls>[${grep}, ${call}]</tool_calls>`,
    cells: [found, look],
  },
  { name: 'a function of the REPL', reply: `<tool_call>${grep}</tool_call>`, cells: [found] },
  {
    name: 'a function without arguments',
    reply: '<tool_call>{"name": "files"}</tool_call>',
    cells: ['print(files())'],
  },
  {
    name: 'values of all types',
    reply: `<tool_call>${JSON.stringify({
      name: 'functions.grep',
      arguments: { pattern: 'a"b\n', ignore_case: true, path: null, max_count: 5 },
    })}</tool_call>`,
    cells: ['print(grep(pattern="a\\"b\\n", ignore_case=True, path=None, max_count=5))'],
  },
  {
    name: 'code between the tags of a call',
    reply: `<tool_call>\n${look}\n</tool_call>`,
    cells: [look],
  },
  {
    name: 'Qwen Coder',
    reply: `<tool_call>\n<function=python>\n<parameter=code>\nx = "</b>"\n${look}\n</parameter>\n</function>\n</tool_call>`,
    cells: [`x = "</b>"\n${look}`],
  },
  {
    name: 'Qwen Coder, of a function of the REPL',
    reply:
      '<function=read>\n<parameter=path>\ncontext\n</parameter>\n<parameter=start>\n2\n</parameter>\n</function>',
    cells: ['print(read(path="context", start=2))'],
  },
  { name: 'Llama with JSON', reply: `<function=python>${args}</function>`, cells: [look] },
  { name: 'Llama with code', reply: `<function=python>${look}</function>`, cells: [look] },
  {
    name: 'Anthropic',
    reply: `I look.\n<function_calls>\n<invoke name="python">\n<parameter name="code">${look}</parameter>\n</invoke>\n</function_calls>`,
    cells: [look],
  },
  {
    name: 'Anthropic, of a function of the REPL',
    reply: '<invoke name="grep"><parameter name="pattern">needle</parameter></invoke>',
    cells: [found],
  },
  {
    name: 'a name space',
    reply: `<ns:function_calls><ns:invoke name="python"><ns:parameter name="code">${look}</ns:parameter></ns:invoke></ns:function_calls>`,
    cells: [look],
  },
  {
    name: 'elements for arguments',
    reply: '<tool name="grep"><pattern>needle</pattern></tool>',
    cells: [found],
  },
  { name: 'Mistral', reply: `[TOOL_CALLS] [${call}]`, cells: [look] },
  { name: 'Mistral with a name', reply: `[TOOL_CALLS]python${args}`, cells: [look] },
  {
    name: 'Mistral with arguments',
    reply: `[TOOL_CALLS]grep[ARGS]{"pattern": "needle"}`,
    cells: [found],
  },
  { name: 'Llama’s Python', reply: `<|python_tag|>${look}<|eom_id|>`, cells: [look] },
  {
    name: 'Llama’s Python with JSON',
    reply: `<|python_tag|>${grep.replace('arguments', 'parameters')}`,
    cells: [found],
  },
  { name: 'Llama 4’s Python', reply: `<|python_start|>${look}<|python_end|>`, cells: [look] },
  {
    name: 'GLM',
    reply: `<tool_call>grep\n<arg_key>pattern</arg_key>\n<arg_value>needle</arg_value>\n</tool_call>`,
    cells: [found],
  },
  {
    name: 'DeepSeek',
    reply: `<｜tool▁calls▁begin｜><｜tool▁call▁begin｜>function<｜tool▁sep｜>python\n\`\`\`json\n${args}\n\`\`\`<｜tool▁call▁end｜><｜tool▁calls▁end｜>`,
    cells: [look],
  },
  {
    name: 'DeepSeek 3.1',
    reply: `<｜tool▁calls▁begin｜><｜tool▁call▁begin｜>python<｜tool▁sep｜>${args}<｜tool▁call▁end｜><｜tool▁calls▁end｜>`,
    cells: [look],
  },
  {
    name: 'Kimi',
    reply: `<|tool_calls_section_begin|><|tool_call_begin|>functions.python:0<|tool_call_argument_begin|>${args}<|tool_call_end|><|tool_calls_section_end|>`,
    cells: [look],
  },
  {
    name: 'Cohere',
    reply: `<|START_ACTION|>[{"tool_call_id": "0", "tool_name": "grep", "parameters": {"pattern": "needle"}}]<|END_ACTION|>`,
    cells: [found],
  },
  { name: 'Phi', reply: `<|tool_call|>[${grep}]<|/tool_call|>`, cells: [found] },
  { name: 'JSON alone', reply: call, cells: [look] },
  { name: 'JSON after a sentence', reply: `I look.\n\n${grep}`, cells: [found] },
  { name: 'JSON in a fence', reply: `I look.\n${fence(call, 'json')}`, cells: [look] },
  { name: 'JSON in an unlabelled fence', reply: fence(grep, ''), cells: [found] },
  { name: 'JSON in a fence for calls', reply: fence(grep, 'tool_call'), cells: [found] },
  {
    name: 'the message of an API',
    reply: JSON.stringify({
      tool_calls: [{ id: '1', type: 'function', function: { name: 'python', arguments: args } }],
    }),
    cells: [look],
  },
  { name: 'JSON with code alone', reply: args, cells: [look] },
  {
    name: 'JSON of LangChain',
    reply: fence(JSON.stringify({ action: 'python_repl', action_input: look }), 'json'),
    cells: [look],
  },
  {
    name: 'JSON with another word for the tool',
    reply: JSON.stringify({ tool: 'python', input: look }),
    cells: [look],
  },
  {
    name: 'OpenHands',
    reply: `I look.\n<execute_ipython>\n${look}\n</execute_ipython>`,
    cells: [look],
  },
  { name: 'CodeAct', reply: `<execute>\n${look}\n</execute>`, cells: [look] },
  { name: 'a tag for Python', reply: `<python>${look}</python>`, cells: [look] },
  { name: 'a tag for the REPL', reply: `<repl>\n${look}\n</repl>`, cells: [look] },
  { name: 'a tag for code', reply: `<code>\n${look}\n</code>`, cells: [look] },
  {
    name: 'a tag around a fence',
    reply: `<code>\n${fence(look, 'python')}\n</code>`,
    cells: [look],
  },
  { name: 'a tag that is not closed', reply: `<execute>\n${look}`, cells: [look] },
  {
    name: 'a closing tag in a string',
    reply: '<python>\nprint("</python>".count("p"))\n</python>',
    cells: ['print("</python>".count("p"))'],
  },
  {
    name: 'ReAct',
    reply: `Thought: I look.\nAction: python\nAction Input: ${look}`,
    cells: [look],
  },
  {
    name: 'ReAct with lines',
    reply: 'Action: python\nAction Input:\nx = 1\nprint(x)\n',
    cells: ['x = 1\nprint(x)'],
  },
  {
    name: 'ReAct with a fence',
    reply: `Action: Python REPL\nAction Input: ${fence(look, 'python')}`,
    cells: [look],
  },
  {
    name: 'ReAct with JSON',
    reply: '**Action:** grep\n**Action Input:** {"pattern": "needle"}',
    cells: [found],
  },
  {
    name: 'ReAct with a word',
    reply: 'Action: grep\nAction Input: needle',
    cells: ['print(grep("needle"))'],
  },
  { name: 'ReAct with a call', reply: 'Action: grep("needle")', cells: ['grep("needle")'] },
  {
    name: 'ReAct with an observation that was made up',
    reply: `Action: python\nAction Input: ${look}\nObservation: 3 matches\nAction: python\nAction Input: FINAL("3")`,
    cells: [look],
    invented: true,
  },
  {
    name: 'a call that submits',
    reply: '<tool_call>{"name": "FINAL", "arguments": {"answer": "It is blue."}}</tool_call>',
    cells: ['FINAL("It is blue.")'],
    answer: 'It is blue.',
  },
  {
    name: 'a call that submits by another name',
    reply:
      '<tool_call>{"name": "final_answer", "arguments": {"answer": "It is blue."}}</tool_call>',
    cells: ['FINAL("It is blue.")'],
    answer: 'It is blue.',
  },
  {
    name: 'Gemma’s functions',
    reply: `<start_function_call>call:python{code:<escape>${look}<escape>}<end_function_call>`,
    cells: [look],
  },
  {
    name: 'Gemini’s module of tools',
    reply: fence('print(default_api.grep(pattern="needle"))', 'tool_code'),
    cells: [found],
  },
  {
    name: 'elements for name and arguments',
    reply: `<tool_use>\n<name>python</name>\n<arguments>${args}</arguments>\n</tool_use>`,
    cells: [look],
  },
  {
    name: 'elements for tool and input',
    reply: `<tool>python</tool>\n<input>${look}</input>`,
    cells: [look],
  },
  {
    name: 'the parallel calls of OpenAI',
    reply: JSON.stringify({
      tool_uses: [{ recipient_name: 'functions.python', parameters: { code: look } }],
    }),
    cells: [look],
  },
  {
    name: 'a tag with an attribute',
    reply: `<pre><code class="x">\n${look}\n</code></pre>`,
    cells: [look],
  },
  { name: 'a tag in capitals', reply: `<PYTHON>\n${look}\n</PYTHON>`, cells: [look] },
  { name: 'brackets in capitals', reply: `[PYTHON]\n${look}\n[/PYTHON]`, cells: [look] },
  {
    name: 'Anthropic’s JSON',
    reply: JSON.stringify({ type: 'tool_use', id: 'x', name: 'python', input: { code: look } }),
    cells: [look],
  },
];
