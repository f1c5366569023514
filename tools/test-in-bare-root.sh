#!/usr/bin/env bash
# Runs the tests in a bare Debian that has nothing but a clean clone of this repository and this machine's .NET SDK:
#     tools/test-in-bare-root.sh bookworm|trixie [options of test.sh, for example --filter FullyQualifiedName~Ppl.Torch]
# bookworm is Debian 12 with libtorch 1.13, trixie Debian 13 with libtorch 2.6. What is committed is tested, nothing else.
#
# It needs root and debootstrap. The bare systems stay under $BARE_ROOTS (default: /var/tmp/ppl-bare-roots, 4 GB each), so that the next
# run begins with the clone; delete them when done. The mirror is the one this machine's apt uses, DEBIAN_MIRROR=... names another.
set -euo pipefail
repository=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
say() { printf 'bare root: %s\n' "$*"; }
fail() { printf 'bare root: %s\n' "$*" >&2; exit 1; }

suite=${1:-}
case "$suite" in
    bookworm|trixie) shift ;;
    *) fail "usage: $0 bookworm|trixie [options of test.sh]" ;;
esac
[ "$(id -u)" = 0 ] || fail "run it as root: it makes a root file system and changes into it"
command -v debootstrap >/dev/null || fail "debootstrap is missing: apt-get install debootstrap"
command -v dotnet >/dev/null || fail "the .NET 10 SDK is missing: install it from https://dot.net and run this again"

root=${BARE_ROOTS:-/var/tmp/ppl-bare-roots}/$suite
sdk=$(dirname "$(readlink -f "$(command -v dotnet)")")

mirror() {
    if [ -n "${DEBIAN_MIRROR:-}" ]; then echo "$DEBIAN_MIRROR"; return; fi
    # The first archive of Debian's main component; security updates lie in an archive of their own.
    apt-get indextargets --format '$(REPO_URI) $(RELEASE) $(COMPONENT)' 'Created-By: Packages' \
        | awk '$3 == "main" && $1 ~ /\/debian\/?$/ && $2 !~ /-/ { print $1; exit }'
}

make_root() {
    if [ -e "$root/.complete" ]; then
        # A run before may have been ended in the middle of an installation.
        chroot "$root" dpkg --configure -a > "$root.log" 2>&1 || fail "the packages in $root are broken, see $root.log, or delete it"
        return
    fi
    local from
    from=$(mirror)
    [ -n "$from" ] || fail "apt on this machine names no Debian archive: set DEBIAN_MIRROR"
    say "making $suite in $root ..."
    rm -rf "$root"
    mkdir -p "$root"
    # Only what the README asks of a machine before ./test.sh, git and what the SDK itself links with, is put in.
    debootstrap --variant=minbase --include=ca-certificates,git,libstdc++6,zlib1g,openssl "$suite" "$root" "$from" > "$root.log" 2>&1 \
        || fail "debootstrap failed, see $root.log"
    touch "$root/.complete"
}

# What the network needs is the machine's, not Debian's: names, certificates, the package feed.
lend_network() {
    local certificates=${SSL_CERT_FILE:-/etc/ssl/certs/ca-certificates.crt} feed=$HOME/.nuget/NuGet/NuGet.Config
    cp -L /etc/resolv.conf /etc/hosts "$root/etc/"
    cp -L "$certificates" "$root/etc/ssl/certs/ca-certificates.crt"
    [ ! -f "$feed" ] || install -D -m 600 "$feed" "$root/lent/.nuget/NuGet/NuGet.Config"
}

clone() {
    [ -z "$(git -C "$repository" status --porcelain)" ] || say "warning: what is not committed is not tested"
    rm -rf "$root/ppl"
    git clone --quiet --no-hardlinks "$repository" "$root/ppl"
    say "testing $(git -C "$root/ppl" log -1 --format='%h %s')"
}

# The mounts belong to a namespace of this process: they are gone when it is, however it ends.
inside() {
    local kept=() name
    for name in $(compgen -e); do
        case "$name" in DOTNET_*|NUGET_*|MSBUILD*|OMP_*|PPL_*|http_proxy|https_proxy|no_proxy) kept+=("$name=${!name}") ;; esac
    done
    ROOT=$root SDK=$sdk unshare --mount --propagation private --fork bash -ec '
        mkdir -p "$ROOT/usr/share/dotnet"
        mount --bind "$SDK" "$ROOT/usr/share/dotnet"
        mount --rbind /dev "$ROOT/dev"
        mount --rbind /sys "$ROOT/sys"
        mount -t proc proc "$ROOT/proc"
        # A shell makes what it runs in the background deaf to SIGINT, and a test sends itself one.
        exec chroot "$ROOT" /usr/bin/env -i --default-signal=INT,QUIT "$@"' bash \
        HOME=/lent LANG=C.UTF-8 PATH=/usr/share/dotnet:/usr/sbin:/usr/bin:/sbin:/bin DOTNET_SYSTEM_GLOBALIZATION_INVARIANT=1 TorchProvider=System \
        "${kept[@]}" bash -c 'cd /ppl && ./test.sh "$@"' bash "$@"
}

make_root
lend_network
clone
status=0
inside "$@" || status=$?
# The line before is the count of test.sh.
say "$suite, libtorch $(chroot "$root" dpkg-query -W -f '${Version}' libtorch-dev 2>/dev/null || echo missing): $([ "$status" = 0 ] && echo green || echo FAILED)"
exit "$status"
