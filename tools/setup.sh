#!/usr/bin/env bash
# Sets up what a build needs and nothing that is already there. Safe to repeat. Called by demo.sh, test.sh and bench.sh.
#
# Who provides TorchSharp's API (TorchProvider):
#   TorchSharp  the NuGet package, where the machine's feed has it;
#   System      src/Ppl.Torch over the system's libtorch (1.13 to 2.x; Debian 12 and 13: libtorch-dev), which is installed here if it may be.
# Who judges the snapshots of the generator's tests (UseVerifyPackage):
#   true        the NuGet package Verify.Xunit, where the machine's feed has it;
#   false       our stand-in with the same call, the same files and the same judgement.
# Each choice is written to artifacts/PROPERTY.props; PROPERTY=... in the environment overrides it, and deleting the file makes the
# next run choose again. Without either, a build takes the packages.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
say() { printf 'set-up: %s\n' "$*"; }
fail() { printf 'set-up: %s\n' "$*" >&2; exit 1; }

command -v dotnet >/dev/null || fail "the .NET 10 SDK is missing: install it from https://dot.net and run this again"
major=$(dotnet --version 2>/dev/null | cut -d. -f1)
[ "${major:-0}" -ge 10 ] || fail "the .NET SDK is version $(dotnet --version 2>/dev/null || echo unknown); version 10 or later is needed"

# A restore of a throw-away project is the only question that every kind of feed answers. It is as strict as ours: a feed that has a package, but
# not the versions that it needs, would stop the build.
restores() {
    local package=$1 version probe status=0
    version=$(sed -n "s/.*Include=\"$package\" Version=\"\([^\"]*\)\".*/\1/p" Directory.Packages.props)
    probe=$(mktemp -d)
    cat > "$probe/probe.csproj" <<PROJECT
<Project Sdk="Microsoft.NET.Sdk">
  <PropertyGroup><TargetFramework>net10.0</TargetFramework><TreatWarningsAsErrors>true</TreatWarningsAsErrors></PropertyGroup>
  <ItemGroup><PackageReference Include="$package" Version="$version" /></ItemGroup>
</Project>
PROJECT
    dotnet restore "$probe/probe.csproj" -v quiet >"$probe/log" 2>&1 || status=$?
    rm -rf "$probe"
    return $status
}

# choose PROPERTY PACKAGE VALUE_IF_THERE VALUE_IF_NOT: sets the shell variable PROPERTY and leaves the choice for MSBuild.
choose() {
    local property=$1 package=$2 props=artifacts/$1.props
    if [ -n "${!property:-}" ]; then say "$property=${!property}, from the environment"; return; fi
    if [ -f "$props" ]; then
        printf -v "$property" '%s' "$(sed -n "s:.*<$property[^>]*>\(.*\)</$property>.*:\1:p" "$props")"
        return
    fi
    say "asking the NuGet feed for $package ..."
    if restores "$package"; then printf -v "$property" '%s' "$3"; say "it is there: $property=$3"
    else printf -v "$property" '%s' "$4"; say "it is not there: $property=$4"; fi
    mkdir -p artifacts
    cat > "$props.new" <<PROPS
<Project>
  <PropertyGroup>
    <$property Condition="'\$($property)' == ''">${!property}</$property>
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
    # A terminal of its own, as dpkg wants one, would stop a set-up that runs in the background.
    "${as_root[@]}" apt-get install -y -qq -o Dpkg::Use-Pty=0 --no-install-recommends "$@" >/dev/null
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

choose TorchProvider TorchSharp-cpu TorchSharp System
choose UseVerifyPackage Verify.Xunit true false
if [ "$TorchProvider" = System ]; then
    if command -v dpkg-query >/dev/null; then
        mapfile -t packages < <(missing_packages)
        [ ${#packages[@]} -eq 0 ] || install_packages "${packages[@]}"
        check_blas
    else
        command -v g++ >/dev/null || fail "TorchProvider=System needs g++ and libtorch (1.13 to 2.x) with its headers; install them, or use a feed that has TorchSharp-cpu"
    fi
fi
