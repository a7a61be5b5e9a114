#!/bin/sh
# Browser tests use Debian's Chromium. Install it where we may; otherwise say how, and those tests are skipped with the same line.
command -v chromium >/dev/null 2>&1 && exit 0
mend="Browser tests are skipped: install Chromium (Debian: apt-get install chromium), then run make test again."
command -v apt-get >/dev/null 2>&1 || { echo "$mend"; exit 0; }
if [ "$(id -u)" = 0 ]; then root=""; elif sudo -n true 2>/dev/null; then root="sudo -n"; else echo "$mend"; exit 0; fi
echo "Installing Debian's Chromium for the browser tests ..."
export DEBIAN_FRONTEND=noninteractive
{ $root apt-get update -qq && $root apt-get install -y -qq --no-install-recommends chromium; } >/dev/null 2>&1 || echo "$mend"
exit 0
