#!/usr/bin/env bash
# Sets up what a build needs and nothing that is already there. Safe to repeat. Called by demo.sh, test.sh and bench.sh.
#
# Who provides TorchSharp's API (TorchProvider):
#   TorchSharp  the NuGet package, where the machine's feed has it;
#   System      src/Ppl.Torch over the system's libtorch (1.13 to 2.x; Debian 12 and 13: libtorch-dev), which is installed here if it may be.
# The choice is written to artifacts/TorchProvider.props; TorchProvider=... in the environment overrides it, and deleting the file
# makes the next run choose again.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
say() { printf 'set-up: %s\n' "$*"; }
fail() { printf 'set-up: %s\n' "$*" >&2; exit 1; }

command -v dotnet >/dev/null || fail "the .NET 10 SDK is missing: install it from https://dot.net and run this again"
major=$(dotnet --version 2>/dev/null | cut -d. -f1)
[ "${major:-0}" -ge 10 ] || fail "the .NET SDK is version $(dotnet --version 2>/dev/null || echo unknown); version 10 or later is needed"

props=artifacts/TorchProvider.props

# A restore of a throw-away project is the only question that every kind of feed answers.
torchsharp_restores() {
    local version probe status=0
    version=$(sed -n 's/.*Include="TorchSharp-cpu" Version="\([^"]*\)".*/\1/p' Directory.Packages.props)
    probe=$(mktemp -d)
    cat > "$probe/probe.csproj" <<PROJECT
<Project Sdk="Microsoft.NET.Sdk">
  <PropertyGroup><TargetFramework>net10.0</TargetFramework></PropertyGroup>
  <ItemGroup><PackageReference Include="TorchSharp-cpu" Version="$version" /></ItemGroup>
</Project>
PROJECT
    dotnet restore "$probe/probe.csproj" -v quiet >"$probe/log" 2>&1 || status=$?
    rm -rf "$probe"
    return $status
}

choose_provider() {
    if [ -n "${TorchProvider:-}" ]; then say "TorchProvider=$TorchProvider, from the environment"; return; fi
    if [ -f "$props" ]; then TorchProvider=$(sed -n 's:.*<TorchProvider[^>]*>\(.*\)</TorchProvider>.*:\1:p' "$props"); return; fi
    say "asking the NuGet feed for TorchSharp ..."
    if torchsharp_restores; then TorchProvider=TorchSharp; say "it is there: TorchProvider=TorchSharp"
    else TorchProvider=System; say "it is not there: TorchProvider=System, over the system's libtorch"; fi
    mkdir -p artifacts
    cat > "$props.new" <<PROPS
<Project>
  <PropertyGroup>
    <TorchProvider Condition="'\$(TorchProvider)' == ''">$TorchProvider</TorchProvider>
  </PropertyGroup>
</Project>
PROPS
    mv "$props.new" "$props"
}

missing_packages() {
    command -v g++ >/dev/null || echo g++
    dpkg-query -W -f='${Status}' libtorch-dev 2>/dev/null | grep -q 'ok installed' || echo libtorch-dev
    # With Debian's reference BLAS a matrix product takes some 25 times longer.
    dpkg-query -W -f='${Status}' libopenblas0-openmp 2>/dev/null | grep -q 'ok installed' || echo libopenblas0-openmp
}

install_packages() {
    local as_root=()
    if [ "$(id -u)" != 0 ]; then
        command -v sudo >/dev/null || fail "as root, run: apt-get install --no-install-recommends $*"
        as_root=(sudo)
    fi
    say "installing Debian packages: $* (about 400 MB with what they need)"
    export DEBIAN_FRONTEND=noninteractive
    "${as_root[@]}" apt-get update -qq
    "${as_root[@]}" apt-get install -y -qq --no-install-recommends "$@" >/dev/null
}

check_blas() {
    local blas
    blas=$(ldconfig -p | sed -n 's/.*libblas\.so\.3 .*=> //p' | head -1)
    case "$(readlink -f "${blas:-/nowhere}")" in
        *openblas*) ;;
        *) say "warning: libblas.so.3 is $(readlink -f "${blas:-nothing}"), not OpenBLAS, so matrix products will be slow;" \
               "choose OpenBLAS with: update-alternatives --config libblas.so.3-$(gcc -dumpmachine)" ;;
    esac
}

choose_provider
if [ "$TorchProvider" = System ]; then
    if command -v dpkg-query >/dev/null; then
        mapfile -t packages < <(missing_packages)
        [ ${#packages[@]} -eq 0 ] || install_packages "${packages[@]}"
        check_blas
    else
        command -v g++ >/dev/null || fail "TorchProvider=System needs g++ and libtorch (1.13 to 2.x) with its headers; install them, or use a feed that has TorchSharp-cpu"
    fi
fi
