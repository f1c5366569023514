#!/usr/bin/env bash
# Checks that all that Ppl.Torch shows, inherited members included, is TorchSharp's, letter by letter:  tools/check-torch-api.sh [Ppl.Torch.dll]
# The list is tools/torch-api.list; it is made from the assembly itself:
#   dotnet run --project tools/Ppl.TorchApi -- list path/to/TorchSharp.dll tools/torch-api.list
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
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
dotnet run --project "$root/tools/Ppl.TorchApi" -c Release -v quiet -- check "$assembly" "$root/tools/torch-api.list"
