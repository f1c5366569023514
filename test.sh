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
# The longest of all is run in two processes, unless options such as a filter of one's own say otherwise.
cores=$(nproc)
jobs=$((cores < 4 ? cores : 4))
longest=tests/Ppl.EndToEnd.Tests
if [ $# -eq 0 ]; then
    runs=("$longest --filter FullyQualifiedName~TrainingTests|FullyQualifiedName~DivergenceTests|FullyQualifiedName~DiagnosticPageTests"
        "$longest --filter FullyQualifiedName!~TrainingTests&FullyQualifiedName!~DivergenceTests&FullyQualifiedName!~DiagnosticPageTests")
else
    runs=("$longest")
fi
for project in tests/Ppl.Inference.Tests tests/Ppl.Core.Tests tests/Ppl.Generators.Tests tests/*.Tests; do
    [[ " ${runs[*]} " == *" $project "* ]] || runs+=("$project")
done
# A shell without job control has its background jobs ignore Ctrl-C, and so would everything below them; a test of ours sends one.
heeding=()
if env --default-signal=INT true 2>/dev/null; then heeding=(env --default-signal=INT); fi
printf '%s\n' "${runs[@]}" |
    xargs -P "$jobs" -L 1 "${heeding[@]}" dotnet test -c Release --no-build --nologo "$@" 2>&1 | tee "$log" || status=$?
total() { sed -n "s/.*$1: *\([0-9][0-9]*\),.*/\1/p" "$log" | awk '{ n += $1 } END { print n + 0 }'; }
passed=$(total Passed) failed=$(total Failed) skipped=$(total Skipped)
printf '%d passed, %d failed, %d skipped\n' "$passed" "$failed" "$skipped"
[ "$status" -eq 0 ] && [ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
