#!/usr/bin/env bash
# Builds everything and runs every test. Options go to `dotnet test` (for example --filter Name~Elbo).
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
tools/setup.sh
echo "building ..."
dotnet build Ppl.sln -c Release -v quiet --nologo
log=$(mktemp)
trap 'rm -f "$log"' EXIT
status=0
# One test project at a time: those of Ppl.Torch and of the generators use every core.
dotnet test Ppl.sln -c Release --no-build --nologo -m:1 "$@" 2>&1 | tee "$log" || status=$?
total() { sed -n "s/.*$1: *\([0-9][0-9]*\),.*/\1/p" "$log" | awk '{ n += $1 } END { print n + 0 }'; }
passed=$(total Passed) failed=$(total Failed) skipped=$(total Skipped)
printf '%d passed, %d failed, %d skipped\n' "$passed" "$failed" "$skipped"
[ "$status" -eq 0 ] && [ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
