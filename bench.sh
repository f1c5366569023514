#!/usr/bin/env bash
# Times generated code against hand-written TorchSharp loops, side by side in one run: ./bench.sh [--csv FILE] [--help]
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
tools/setup.sh
echo "building ..."
dotnet build bench/Ppl.Bench -c Release -v quiet --nologo
exec dotnet run --project bench/Ppl.Bench -c Release --no-build -- "$@"
