#!/usr/bin/env bash
# Packs to a local feed; checks what is in each package: version, licence, page, documentation, symbols; makes a project outside the repository from the
# template, builds it with warnings as errors, trains, tests, and checks the number that the program prints.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
tools/setup.sh
work=$(mktemp -d)
# A version of its own: NuGet keeps what it once restored, and would go on with the packages of an earlier run.
version=0.1.0-check.$(date +%s)
packages=$(dotnet nuget locals global-packages --list | sed 's/^global-packages: //')
cleanup() { rm -rf "$work"; for id in ppl ppl.data ppl.reporting ppl.torch; do rm -rf "${packages:?}/$id/$version"; done; }
trap cleanup EXIT

echo "packing $version ..."
dotnet pack Ppl.sln -c Release -v quiet --nologo -p:Version="$version" -p:PackageOutputPath="$work/feed"
dotnet pack templates/Ppl.Templates.csproj -c Release -v quiet --nologo -p:Version="$version" -p:PackageOutputPath="$work/feed"

echo "looking into the packages ..."
ids=(Ppl Ppl.Data Ppl.Reporting Ppl.Templates)
provider=${TorchProvider:-$(sed -n 's:.*<TorchProvider[^>]*>\(.*\)</TorchProvider>.*:\1:p' artifacts/TorchProvider.props)}
if [ "$provider" = System ]; then ids+=(Ppl.Torch); fi
dotnet run --project tools/Ppl.PackageCheck -c Release -v quiet -- "$work/feed" "$version" "${ids[@]}"

# Templates are installed into a folder of this run alone.
export DOTNET_CLI_HOME="$work/home" DOTNET_NOLOGO=1 DOTNET_SKIP_FIRST_TIME_EXPERIENCE=1 NUGET_PACKAGES="$packages"
mkdir -p "$work/home"
dotnet new install "$work/feed/Ppl.Templates.$version.nupkg" >/dev/null
mkdir "$work/project"
cd "$work/project"
dotnet new ppl -n Circle >/dev/null
export RestoreAdditionalProjectSources="$work/feed"
echo "building the template's project with warnings as errors ..."
dotnet build Circle -c Release -v quiet --nologo -warnaserror
echo "training it ..."
dotnet run --project Circle/Circle -c Release --no-build | tee "$work/output"
nll=$(sed -n 's/^NLL of the test points: \([-0-9.]*\) .*/\1/p' "$work/output")
# The points' own density: -0.5 log(2 pi e 0.01) for the noise across the ring and log(1.5 pi) along it, about 0.66 nats.
awk -v nll="$nll" 'BEGIN { if (nll == "" || nll < 0.4 || nll > 1.0) { print "the NLL is \"" nll "\", expected 0.4 to 1.0"; exit 1 } }'
echo "testing it ..."
dotnet test Circle -c Release --no-build --nologo -v quiet
