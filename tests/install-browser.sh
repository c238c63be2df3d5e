#!/bin/sh
# Install Debian's Chromium for the browser tests if it is missing and this user may; otherwise the tests say why they skip.
set -u
if command -v chromium >/dev/null 2>&1 || ! command -v apt-get >/dev/null 2>&1; then exit 0; fi
if [ "$(id -u)" -ne 0 ]; then
    echo "Chromium is missing; to run the browser tests: sudo apt-get install chromium"
    exit 0
fi
echo "Installing Chromium for the browser tests ..."
apt-get update -qq >/dev/null 2>&1
DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium >/dev/null 2>&1 || echo "Chromium could not be installed."
exit 0
