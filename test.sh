#!/usr/bin/env bash
# Builds everything and runs every test: ./test.sh [--no-build] [options of `dotnet test`, for example --filter Name~Elbo]
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
if [ "${1:-}" = --no-build ]; then
    shift
else
    tools/setup.sh
    echo "building ..."
    dotnet build Ppl.sln -c Release -v quiet --nologo
fi
log=$(mktemp)
trap 'rm -f "$log"' EXIT
status=0
# Most test projects use one core, since much of what they look at belongs to a whole process: so several run side by side, the longest first.
cores=$(nproc)
jobs=$((cores < 2 ? 1 : cores < 4 ? 2 : 3))
projects=(tests/Ppl.EndToEnd.Tests tests/Ppl.Inference.Tests tests/Ppl.Generators.Tests)
for project in tests/*.Tests; do
    [[ " ${projects[*]} " == *" $project "* ]] || projects+=("$project")
done
printf '%s\0' "${projects[@]}" |
    xargs -0 -P "$jobs" -I {} dotnet test {} -c Release --no-build --nologo "$@" 2>&1 | tee "$log" || status=$?
total() { sed -n "s/.*$1: *\([0-9][0-9]*\),.*/\1/p" "$log" | awk '{ n += $1 } END { print n + 0 }'; }
passed=$(total Passed) failed=$(total Failed) skipped=$(total Skipped)
printf '%d passed, %d failed, %d skipped\n' "$passed" "$failed" "$skipped"
[ "$status" -eq 0 ] && [ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
