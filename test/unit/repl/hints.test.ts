import { beforeAll, describe, expect, it } from 'vitest';
import type { HostCall, HostReply } from '../../../src/repl/hostCall';
import type { KernelFactory } from '../../../src/repl/kernel';
import { contractKernels, startKernel, value } from './kernelHarness';

/** Answers as a host with one file would. */
async function oneFile({ method }: HostCall): Promise<HostReply> {
  switch (method) {
    case 'read':
      return { value: { path: 'a.py', totalLines: 2 }, body: 'one\ntwo\n' };
    case 'files':
      return { body: JSON.stringify([['a.py', 8, 'Python']]) };
    case 'grep':
      return {
        value: { total: 1, truncated: false },
        body: JSON.stringify([['a.py', 2, 1, 'two']]),
      };
    case 'count':
      return { body: '{"a.py": 1}' };
    case 'chunks':
      return { body: '[[8, [["a.py", 1, 2]]]]' };
    case 'llm_query':
      return { body: 'Here it is:\n```json\n{"size": 3}\n```\nThat is all.' };
    case 'llm_query_batched': {
      const texts = ['yes', 'Error: no'];
      const slots = texts.map((text, index) => ({ length: text.length, failed: index === 1 }));
      return { value: { slots }, body: texts.join('') };
    }
    default:
      throw new Error(`not expected: ${method}`);
  }
}

/** What a cell does wrong, its code, and what it is told. The next mistake is a line. */
const mistakes: readonly (readonly [what: string, code: string, told: RegExp])[] = [
  [
    'an argument that there is not',
    'grep("x", file="a.py")',
    /signature is grep\(pattern, glob=None, path=None/,
  ],
  ['too many arguments', 'tree("a", 2, 3, 4)', /signature is tree\(path='', depth=2\)/],
  ['no argument', 'read()', /signature is read\(path, start=1, end=None\)/],
  ['an argument of a wrong type', 'grep(5)', /signature is grep\(pattern/],
  [
    'an argument of a sub-call that there is not',
    'llm_query("q", temperature=0)',
    /signature is llm_query\(prompt, model=None\)/,
  ],
  [
    'an argument of an awaited call that there is not',
    'await llm_query.aio("q", context="t")',
    /signature is llm_query_aio\(prompt, model=None\)/,
  ],
  [
    'question and text apart',
    'llm_query("What is it?", "line\\n" * 100)',
    /text to ask about belongs in the prompt/,
  ],
  [
    'question and texts apart',
    'llm_query_batched(["What is it?"], ["text"])',
    /belongs in the prompt/,
  ],
  [
    'context in a prompt',
    'llm_query(f"What is in {context}?")',
    /`context` in it, which is a repository/,
  ],
  ['a shell command', '!grep -rn foo .', /no shell here.*grep\(pattern\).*read\(path\)/],
  ['a magic', '%pip install numpy', /no shell here/],
  ['a bare command', 'ls src/models', /no shell here/],
  [
    'a system call',
    'import os\nos.system("ls")',
    /grep\(pattern\).*read\(path\).*files\(glob\)|no files|not possible/,
  ],
  ['a process', 'import subprocess\nsubprocess.run(["ls"])', /grep\(pattern\).*read\(path\)/],
  ['a file', 'open("a.py").read()', /read\(path\)/],
  ['a walk', 'import os\nfor x in os.walk("."): pass', /files\(glob\)/],
  ['a package', 'import requests', /standard library.*grep\(pattern\)/],
  ['context as a text: split', 'context.split("\\n")', /repository, not a text.*grep\(pattern\)/],
  [
    'context as a text: re',
    'import re\nre.findall("x", context)',
    /repository, not a text.*grep\(pattern\)/,
  ],
  ['context as a text: a slice', 'context[:1000]', /mapping from path to text.*grep/],
  ['context as a text: json', 'import json\njson.loads(context)', /repository, not a text/],
  ['context as a text: plus', '"x" + context', /repository, not a text/],
  ['context as pairs', 'for path, text in context: pass', /context\.items\(\)/],
  ['a method of other mappings', 'context.paths()', /has no 'paths'.*grep, count, files/],
  ['the length of context', 'print(len(context))', /number of files/],
  ['a word in context', 'print("timeout" in context)', /grep\(pattern\) searches the texts/],
  [
    'a file that is asked for outside',
    'import os\nprint(os.path.exists("a.py"))',
    /path in context/,
  ],
  ['a batch by another name', 'llm_batch(["a"])', /llm_query_batched\(prompts\)/],
  ['a function by another name', 'read_file("a.py")', /For `read_file` there is read\(path\)/],
  ['a misspelt function', 'serach("x")', /For `serach` there is search/],
  ['a shell by name', 'bash("ls")', /no shell here/],
  ['submitting by another name', 'submit_answer("x")', /answer\["content"\]/],
  ['JSON words', 'x = [true, null]', /True, False or None/],
  [
    'a field of a match that there is not',
    'grep("two")[0].filename',
    /has no 'filename'; there is: path, line, column, text/,
  ],
  ['a match as a dict', 'grep("two")[0]["file"]', /has no 'file'; there is: path, line/],
  ['matches as a text', 'grep("two").split()', /has no 'split'.*a list of Match/],
  ['matches as a dict', 'grep("two")["a.py"]', /by_file\(\)\['a.py'\]/],
  [
    'a field of a file that there is not',
    'files()[0].name',
    /has no 'name'; there is: path, size, language/,
  ],
  ['a chunk’s path', 'chunks("*.py")[0].path', /has no 'path'; there is: .*\.paths/],
  ['chunks that are joined', '"\\n".join(chunks("*.py"))', /str\(it\) is its text/],
  ['a chunk as a batch', 'llm_query_batched(chunks("*.py")[0])', /not iterable/],
  ['a reply as a response', 'llm_query("q").text', /A reply is a str.*\.json\(\)/],
  ['a reply as a dict', 'llm_query("q")["size"]', /reply\.json\(\)\['size'\]/],
  [
    'a reply with json.loads',
    'import json\njson.loads(llm_query("q"))',
    /reply\.json\(\) reads JSON/,
  ],
  ['JSON of a failed reply', 'llm_query_batched(["a", "b"])[1].json()', /call failed.*Error: no/],
  [
    'JSON where there is none',
    'llm_query_batched(["a", "b"])[0].json()',
    /no JSON in this reply.*'yes'/,
  ],
  ['a text as a file', 'read("a.py").readlines()', /str already/],
  ['a function that is not called', 'for f in files: pass', /has to be called/],
  ['await on what is there already', 'await grep("two")', /Leave `await` out/],
  [
    'asyncio.run at the top',
    'import asyncio\nasync def f(): pass\nawait f()\nasyncio.run(f())\nx = 1',
    /without asyncio\.run/,
  ],
  [
    'a function of ours called after its name was taken',
    'grep = grep("two")\ngrep("x")',
    /`grep` is a variable of yours now/,
  ],
  ['return outside of a function', 'return "x"', /A cell is no function.*answer\["content"\]/],
  ['a text that is not closed', 'x = "a\nb"', /triple quotes/],
];

describe.each(contractKernels)('a hint of a $name kernel', ({ factory }) => {
  let kernels: KernelFactory;
  beforeAll(async () => {
    kernels = await factory();
  });

  it.each([
    ['the same quotes', 'd = {"a": 1}\nprint(f"{d["a"]}")'],
    ['a backslash', 'd = ["a"]\nprint(f"{chr(10).join(d)} {\'\\n\'.join(d)}")'],
    ['the same quotes in a call', 'print(f"{len("abc")} and {"x".upper()}")'],
  ])('explains %s in an f-string, where this Python is too old for it', async (_, code) => {
    await using kernel = await startKernel(kernels);
    const old = (await kernel.run('import sys\nsys.version_info < (3, 12)')).output === 'True\n';
    const { output, status } = await kernel.run(code);
    if (old) expect(output).toMatch(/This Python \(3\.\d+\).*put the value in a variable/);
    else expect(status).toBe('ok');
  });

  it('gives a function back where a cell calls it, and keeps what had its name', async () => {
    await using kernel = await startKernel(kernels, { handle: oneFile });
    expect((await kernel.run('grep = grep("two")\nprint(grep.total)')).output).toBe('1\n');
    // A variable stays one while it is used as such, also beside a call that could be of it.
    expect((await kernel.run('print(len(grep))')).output).toBe('1\n');
    const called = await kernel.run('found = grep("two")\nprint(found.total, my_grep.total)');
    expect(called.status).toBe('ok');
    expect(called.output).toMatch(/`grep` is called here.*your Matches is in `my_grep`\.\]\n1 1\n/);
    await kernel.run('grep = 5');
    const again = await kernel.run('print(grep("two").total, my_grep)');
    // Said once.
    expect(again.output).toBe('1 5\n');
    await kernel.run('count = 3\nfiles = files()');
    expect((await kernel.run('print("count (", count, ")", len(files))')).output).toBe(
      'count ( 3 ) 1\n',
    );
    const anew = await kernel.run('files = files("*.py")\nprint(len(files))');
    expect(anew.output).toMatch(/\n1\n$/);
    await kernel.run('def read(path): return "mine"');
    expect((await kernel.run('print(read("a.py"))')).output).toBe('mine\n');
  });

  it('keeps what a cell put in the place of a reserved name, and says so once', async () => {
    await using kernel = await startKernel(kernels, { handle: oneFile });
    const first = await kernel.run('context = read("a.py")\nllm_query = 1');
    expect(first.output).toMatch(/`context` is reserved.*your str is in `my_context`/);
    expect(
      (await kernel.run('print(my_context, my_llm_query, type(context).__name__)')).output,
    ).toBe('=== a.py:1-2 ===\n1\tone\n2\ttwo\n 1 Repository\n');
    expect((await kernel.run('context = "other"')).output).toBe('');
    expect((await kernel.run('print(my_context)')).output).toBe('other\n');
  });

  it('is not needed for modules that a cell forgets to import', async () => {
    await using kernel = await startKernel(kernels);
    const run = await kernel.run(
      'print(re.findall("b+", "abb"), json.dumps([1]), Counter("aab")["a"], defaultdict(int)["x"], math.floor(2.5))',
    );
    expect(run.output).toBe("['bb'] [1] 2 0 2\n");
    const unknown = await kernel.run('print(re, numpy)');
    expect(unknown.output).toMatch(/'numpy' is not defined\. Nothing of the cell was run/);
  });

  it.each([
    ['an attribute', 'answer.content = "done"\nanswer.ready = True'],
    ['a word for True', 'answer["content"] = "done"\nanswer["ready"] = "true"'],
    ['a number for True', 'answer["content"] = "done"\nanswer["ready"] = 1'],
    ['keys in capitals', 'answer["Content"] = "done"\nanswer["Ready"] = True'],
    ['other keys', 'answer["text"] = "done"\nanswer["done"] = True'],
    ['one key for both', 'answer["final"] = "done"\nanswer["final"] = True'],
    ['update', 'answer.update(content="done", ready=True)'],
    ['update with other keys', 'answer.update({"answer": "done", "Ready": "yes"})'],
    ['a dict', 'answer = {"content": "done", "ready": True}'],
    ['a dict with other keys', 'answer = {"answer": "done", "finished": True}'],
    ['a text, and its readiness', 'answer = "done"\nFINAL(answer)'],
    ['a call', 'answer("done")'],
    [
      'more and more of it',
      'answer["content"] += "do"\nanswer["Content"] += "ne"\nanswer["ready"] = True',
    ],
    ['FINAL', 'FINAL("done")'],
    ['FINAL_VAR', 'x = "done"\nFINAL_VAR("x")'],
  ])('is not needed for an answer that is set by %s', async (_, code) => {
    await using kernel = await startKernel(kernels);
    expect(await kernel.run(code)).toMatchObject({ status: 'ok', answer: 'done' });
    await kernel.kernel.set({ answer: { content: '', ready: false } });
    expect((await kernel.run('answer')).output).toBe("{'content': '', 'ready': False}\n");
  });

  it('says what an answer has', async () => {
    await using kernel = await startKernel(kernels);
    expect((await kernel.run('answer.submit()')).output).toMatch(
      /no 'submit': set answer\["content"\]/,
    );
    expect((await kernel.run('answer.status = 1')).error?.name).toBe('AttributeError');
    const once = await kernel.run('answer = "text"');
    expect(once.output).toContain('`answer` is a dict');
    expect((await kernel.run('answer = "more"')).output).toBe('');
    expect((await kernel.run('answer["content"]')).output).toBe("'more'\n");
    // A key of one's own is no readiness.
    expect((await kernel.run('answer["checked"] = True')).answer).toBeNull();
  });

  it.each([
    ['{"a": 1}', "{'a': 1}"],
    ['```json\n{"a": [1, 2]}\n```', "{'a': [1, 2]}"],
    ['Sure! Here it is [1]:\n\n```\n[1, 2]\n```\nAnything else?', '[1, 2]'],
    ['The places are {"a": {"b": [true, null]}}, as asked.', "{'a': {'b': [True, None]}}"],
    ["{'a': True, 'b': None}", "{'a': True, 'b': None}"],
    ['I looked. {broken {"a": 1} and [2', "{'a': 1}"],
    ['  \n[{"x": "}"}]\n', "[{'x': '}'}]"],
    ['3', '3'],
    ['"text"', "'text'"],
  ])('is not needed to read JSON from %j', async (reply, read) => {
    await using kernel = await startKernel(kernels, { handle: async () => ({ body: reply }) });
    expect((await kernel.run('llm_query("q").json()')).output.replace(/\s+/g, '')).toBe(
      read.replace(/\s+/g, ''),
    );
  });

  it('is not needed for replies that are awaited', async () => {
    await using kernel = await startKernel(kernels, { handle: oneFile });
    const run = await kernel.run(
      'a = await llm_query_batched(["a", "b"])\nb = await llm_query("q")\nimport asyncio\nc = await asyncio.gather(llm_query("q"), llm_query("r"))\nprint(a, b == c[0], len(c))',
    );
    expect(run.output).toBe("['yes', 'Error: no'] True 2\n");
  });

  it('of a plain value names what there is for it', async () => {
    await using kernel = await startKernel(kernels, { context: value('one\ntwo') });
    expect((await kernel.run('context.grep("two")')).output).toMatch(
      /`grep` is a plain function here: grep\(pattern/,
    );
    expect((await kernel.run('len(context)')).output).toBe('7\n');
  });

  it('says what to do instead, once for each mistake', async () => {
    await using kernel = await startKernel(kernels, { handle: oneFile });
    const missed: string[] = [];
    for (const [what, code, told] of mistakes) {
      const { output } = await kernel.run(code);
      if (!told.test(output)) missed.push(`${what}\n${code}\n${output}`);
      await kernel.run('globals().pop("grep", None)');
    }
    expect(missed.join('\n---\n')).toBe('');
  });
});
