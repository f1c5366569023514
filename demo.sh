#!/usr/bin/env bash
# Trains a variational autoencoder on digits under the ELBO, then under the IWAE bound, and writes numbers and pictures to out/vae.
# Options go to the example: ./demo.sh --help
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
tools/setup.sh
echo "building ..."
dotnet build examples/Vae -c Release -v quiet --nologo
exec dotnet run --project examples/Vae -c Release --no-build -- "$@"
