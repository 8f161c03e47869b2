# After source.py.

# %% outline
FROM = ""
TO = ""

changes, path = {}, None
for line in git_diff(FROM, TO).split("\n"):
    start = re.match(r'diff --git "?a/(.*?)"? "?b/(.*?)"?$', line)
    if start:
        path = start[2]
        changes[path] = {"kind": "changed", "added": [], "removed": 0, "inside": [], "at": 0}
        continue
    if path is None:
        continue
    change = changes[path]
    hunk = re.match(r"@@ -\S+ \+(\d+)\S* @@ ?(.*)", line)
    if hunk:
        change["at"] = int(hunk[1])
        if hunk[2].strip():
            change["inside"].append(hunk[2].strip())
    elif line.startswith(("new file", "deleted file", "rename from")):
        change["kind"] = {"new": "new", "del": "removed", "ren": "renamed"}[line[:3]]
    elif change["at"] and line.startswith("+"):
        change["added"].append((change["at"], line[1:]))
        change["at"] += 1
    elif change["at"] and line.startswith("-"):
        change["removed"] += 1
    elif change["at"] and line.startswith(" "):
        change["at"] += 1

def hash_of(revision):
    found = re.search(r"^commit ([0-9a-f]{7,64})", git_show(revision), re.M)
    return found[1] if found else ""

first, last = hash_of(FROM), hash_of(TO)
log = git_log(n=1000)
hashes = [commit.hash for commit in log]
newest = next((n for n, text in enumerate(hashes) if text.startswith(last)), 0)
oldest = next((n for n, text in enumerate(hashes) if text.startswith(first)), len(hashes))
commits = log[newest:oldest]
report.write(f"# Change log, {FROM} to {TO}\n\n*Offline report: keyword search, no language model. It has the commits and what the diff says of each file; what a change means for users it can not say.{LANGUAGE_NOTE}*\n")
overview = report.section("In short")
told = report.section("Commits")
parts = {}
for path in changes:
    parts.setdefault(folder_of(path), []).append(path)
sections = {part: report.section(part) for part in sorted(parts)}
print(f"{len(commits)} commits, {len(changes)} files")

# %% sections
from collections import Counter

kinds = Counter(change["kind"] for change in changes.values())
added = sum(len(change["added"]) for change in changes.values())
removed = sum(change["removed"] for change in changes.values())
overview.fill(f"From {FROM} to {TO}: {len(commits)} commit{'s' * (len(commits) != 1)}; {len(changes)} file{'s' * (len(changes) != 1)}, "
              + ", ".join(f"{n} {kind}" for kind, n in kinds.most_common()) + f"; {added} lines more, {removed} lines less.")
lines = [f"- {commit.subject} ({commit.hash[:8]}, {commit.date[:10]})" for commit in commits]
told.fill("\n".join(line.replace("<", r"\<") for line in lines[:500]) or "No commits between the two were found.")

def lines_now(path):
    try:
        return read(path).split("\n")
    except (OSError, ValueError):
        return []

def there_now(path, change):
    """The longest stretch of added lines that the file still has at that place, as a citation; "" when none is left."""
    now = lines_now(path) if change["added"] else []
    best, stretch = [], []
    for n, text in change["added"]:
        same = n <= len(now) and now[n - 1] == text
        stretch = [*stretch, n] if same and stretch and stretch[-1] == n - 1 else [n] if same else []
        best = stretch if len(stretch) > len(best) else best
    return f"`{cite(path, best[0], best[-1])}`" if best else ""

DEFINED = re.compile(r"^\s*(?:(?:export|default|pub|public|static|async|abstract)\s+)*(?:function\*?|class|interface|enum|struct|trait|type|def|fn|func)\s+([A-Za-z_$][\w$]*)")
for part, section in sections.items():
    for path in sorted(parts[part]):
        change = changes[path]
        at = there_now(path, change)
        new = list(dict.fromkeys(found[1] for n, text in change["added"] if (found := DEFINED.match(text))))
        section.write(f"- **{displayed(path.rpartition('/')[2])}**, {change['kind']}: {len(change['added'])} lines more, {change['removed']} less"
                      + (f"; adds or changes {', '.join(f'`{name}`' for name in new[:8])}" if new else "")
                      + (f" ({at})" if at else "") + "\n")
    section.close()
print(report)
