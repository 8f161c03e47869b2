# %% text
TEXT = ""

answer["content"] = TEXT
answer["ready"] = True

# %% nothing in files
TEXT = ""

large = [file for file in files() if file.size > context.max_file_size]
limit = f"{round(context.max_file_size / 1024 ** 2, 3):g} MB"
note = f"\n\nNot searched, because they are over {limit}: " + ", ".join(f"`{file.path}`" for file in large[:5])
more = f" and {len(large) - 5} more" if len(large) > 5 else ""
answer["content"] = TEXT + (f"{note}{more}. Ask about such a file as a document." if large else "")
answer["ready"] = True

# %% again
answer["ready"] = True
