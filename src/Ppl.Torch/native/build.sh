#!/bin/sh
# Builds the shim: build.sh OUTPUT.so   (called by Ppl.Torch.csproj; rebuilds only what changed, safe to run twice at once)
set -eu
here=$(cd "$(dirname "$0")" && pwd)
out=$1
folder=$(dirname "$out")
cxx=${CXX:-g++}
headers=${LIBTORCH_INCLUDE:-/usr/include}
libraries=${LIBTORCH_LIB:-}

fail() {
    # MSBuild shows a line of this form as one error.
    echo "native/build.sh : error PPLTORCH01: $1. Run tools/setup.sh (Debian: apt-get install libtorch-dev g++), or build with -p:TorchProvider=TorchSharp." >&2
    exit 1
}
command -v "$cxx" > /dev/null || fail "the C++ compiler '$cxx' was not found"
[ -f "$headers/ATen/ATen.h" ] || fail "the headers of libtorch (1.13 to 2.x) were not found in $headers"
part() { sed -n "s/^#define TORCH_VERSION_$1 \([0-9]*\)/\1/p" "$headers/torch/csrc/api/include/torch/version.h"; }
major=$(part MAJOR) minor=$(part MINOR)
[ "$major" -eq 2 ] || { [ "$major" -eq 1 ] && [ "$minor" -ge 13 ]; } || fail "libtorch in $headers is version $major.$minor; 1.13 to 2.x is needed"

mkdir -p "$folder/obj"
exec 9> "$folder/obj/lock"
if command -v flock > /dev/null; then flock 9; fi

flags="-std=c++17 -O2 -fno-math-errno -fno-trapping-math -fopenmp -fPIC -fvisibility=hidden -Wall -I$headers -I$headers/torch/csrc/api/include"
link="-ltorch_cpu -lc10"
[ -z "$libraries" ] || link="-L$libraries -Wl,-rpath,$libraries $link"

stale=0
running=""
for source in "$here"/*.cpp; do
    object=$folder/obj/$(basename "$source" .cpp).o
    if [ ! -f "$object" ] || [ -n "$(find "$source" "$here"/*.h "$here"/build.sh -newer "$object")" ]; then
        stale=1
        (rm -f "$object" && "$cxx" $flags -c "$source" -o "$object.tmp" && mv "$object.tmp" "$object") &
        running="$running $!"
    fi
done
for job in $running; do wait "$job" || fail "the shim over libtorch does not compile (see above)"; done
if [ "$stale" = 1 ] || [ ! -f "$out" ]; then
    "$cxx" -shared -fopenmp -o "$out.tmp" "$folder"/obj/*.o -Wl,--no-undefined $link || fail "the shim does not link with libtorch"
    mv "$out.tmp" "$out"
fi
