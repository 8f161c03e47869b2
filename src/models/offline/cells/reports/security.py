# After source.py.

# %% outline
LOOKS = {
    "Programs that are started": r"\b(child_process|execa|execSync|spawn|spawnSync|execFile|execFileSync|os\.system|popen|subprocess|ProcessBuilder|Runtime\.getRuntime|os/exec|shell_exec|Command::new)\b.*[(.]",
    "Code made from text": r"\b(eval|exec|Function|compile|setTimeout)\s*\(\s*[\"'$f`]|\beval\(|new Function\(|pickle\.loads?|yaml\.load\(|unserialize\(|ObjectInputStream",
    "Queries made from text": r"(?i)(select|insert|update|delete)\s.*(\$\{|\+ *\w|%s|\{\w+\}|\.format\()",
    "HTML made from text": r"innerHTML|outerHTML|insertAdjacentHTML|dangerouslySetInnerHTML|document\.write|\bmark_safe\(|\|\s*safe\b|v-html",
    "Secrets": r"(?i)(password|passwd|secret|api_?key|token|private_?key)\w*\s*[:=]\s*[\"'][^\"']{6,}",
    "Cryptography": r"(?i)\b(md5|sha1|des|rc4|ecb)\b.*\(|Math\.random\(\)|random\.random\(\)|verify\s*=\s*False|rejectUnauthorized\s*:\s*false|InsecureSkipVerify",
    "Input from outside": r"\b(req|request)\.(body|query|params|headers|args|form)\b|process\.env|os\.environ|argv\b|createServer|listen\(|onmessage|postMessage",
    "Files by name": r"(?i)\b(readFile|writeFile|createWriteStream|unlink|rmSync|rmtree|sendFile|open)\s*\(\s*[a-z_]",
    "Requests to elsewhere": r"\b(fetch|axios|urlopen|requests\.(get|post)|http\.(get|request)|reqwest)\b\s*[(.]|[\"']http://[a-z]",
}
found = {}
for title, look in LOOKS.items():
    found[title] = [match for match in grep(look, max_count=5000) if match.path in {file.path for file in code}]
report.write(f"# Security review\n\n*Offline report: keyword search, no language model. It lists lines that matter for security by the look of them, most of which are right as they are: nobody has read the code around them. It is where a review can begin, and no review.{LANGUAGE_NOTE}*\n")
overview = report.section("What was looked for")
sections = {title: report.section(title) for title, matches in found.items() if matches}
print({title: len(matches) for title, matches in found.items()})

# %% sections
rows = [f"| {title} | {len(matches)} | {len({match.path for match in matches})} |" for title, matches in found.items()]
overview.fill("\n".join(["| Class | lines | files |", "| --- | ---: | ---: |", *rows]))
for title, section in sections.items():
    by_file = {}
    for match in found[title]:
        by_file.setdefault(match.path, []).append(match)
    for path, matches in sorted(by_file.items(), key=lambda item: -len(item[1]))[:60]:
        section.write(f"### {path}\n\n")
        for match in matches[:12]:
            text = match.text.strip()[:160]
            marks = "``" if "`" in text else "`"
            pad = " " if "`" in text else ""
            # A secret is not repeated.
            shown = "" if title == "Secrets" else f" {marks}{pad}{text}{pad}{marks}"
            section.write(f"- `{cite(path, match.line)}`{shown}\n")
        if len(matches) > 12:
            section.write(f"- and {len(matches) - 12} more lines\n")
        section.write("\n")
    if len(by_file) > 60:
        section.write(f"And {len(by_file) - 60} more files.\n")
    section.close()
print(report)
