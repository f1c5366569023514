#!/usr/bin/env bash
# Runs the systems of examples/Systems and makes docs/results.md of what they measured.
#   ./results.sh [--only NAME]... [--data FOLDER] [options of the programs: --epochs N, --seed N, --seeds N, --full, --smoke]
# Without options of the programs each is run as the page has it. What is not run keeps its place on the page. Safe to repeat.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
names=()
options=()
data=()
while [ $# -gt 0 ]; do
    case "$1" in
        --data) data=(--data "${2:?--data needs a folder}"); shift 2 ;;
        --only) names+=("${2:?--only needs a name}"); shift 2 ;;
        -h | --help) sed -n '2,4s/^# \{0,1\}//p' "${BASH_SOURCE[0]}"; exit 0 ;;
        *) options+=("$1"); shift ;;
    esac
done
tools/setup.sh
echo "building ..."
dotnet build examples/Systems -c Release -v quiet --nologo
run() { dotnet run --project examples/Systems -c Release --no-build -- "$@"; }
[ "${#names[@]}" -gt 0 ] || read -r -a names <<<"$(run names)"
status=0
for name in "${names[@]}"; do
    own=("${options[@]}")
    [ "${#own[@]}" -gt 0 ] || read -r -a own <<<"$(run page-options "$name")"
    run "$name" "${data[@]}" "${own[@]}" || { status=$?; echo "$name: ended with $status" >&2; }
done
run page
exit "$status"
