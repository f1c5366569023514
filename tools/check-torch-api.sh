#!/usr/bin/env bash
# Checks that the public surface of Ppl.Torch stays inside TorchSharp's, letter by letter:  tools/check-torch-api.sh [Ppl.Torch.dll]
# The list of TorchSharp's signatures and the tool that compares are shared between projects and lie beside this repository;
# PPL_SHARED names another place. Where they are absent the check is skipped with a reason.
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
shared=${PPL_SHARED:-$root/../shared}
tool=$shared/tools/TorchApiCheck.cs
list=$shared/reference/torchsharp-0.107-public-api.txt
if [ ! -f "$tool" ] || [ ! -f "$list" ]; then
    echo "skipped: the list of TorchSharp's public API is not at $shared (set PPL_SHARED)"
    exit 0
fi
assembly=${1:-}
if [ -z "$assembly" ]; then
    for configuration in release debug; do
        candidate=$root/artifacts/bin/Ppl.Torch/$configuration/Ppl.Torch.dll
        if [ -f "$candidate" ] && { [ -z "$assembly" ] || [ "$candidate" -nt "$assembly" ]; }; then assembly=$candidate; fi
    done
fi
if [ -z "$assembly" ]; then
    echo "Ppl.Torch is not built: dotnet build src/Ppl.Torch" >&2
    exit 1
fi
dotnet run "$tool" -- "$assembly" "$list"
