"""The runtime inside a kernel: a persistent Python namespace whose every wish is a call to its host."""
