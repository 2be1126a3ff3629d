#!/usr/bin/env bash
# Prints the path of a Chromium; installs Debian's where there is none. CHROMIUM names another.
source "$(dirname "$0")/lib.sh"

find_chromium() {
  local candidate
  for candidate in "${CHROMIUM:-}" /usr/bin/chromium /usr/bin/chromium-browser /usr/bin/google-chrome \
    '/Applications/Chromium.app/Contents/MacOS/Chromium' '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome'; do
    if [ -n "$candidate" ] && [ -x "$candidate" ]; then
      printf '%s\n' "$candidate"
      return
    fi
  done
  return 1
}

if ! find_chromium; then
  apt chromium fonts-liberation >&2 || fail 'Chromium is missing: install it (Debian: apt install chromium; macOS: Google Chrome) or name one with CHROMIUM'
  find_chromium
fi
