#!/bin/sh
# Provides the programs that the conformance tests run against the server: what is missing is installed from Debian's
# packages when we may, and named when we may not. Then the Node SDK, into the build directory given as $1.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
target=$1

missing=
need() { # program, Debian package
    command -v "$1" >/dev/null 2>&1 || [ -x "/usr/sbin/$1" ] || missing="$missing $2"
}
need curl curl
need openssl openssl
need mosquitto mosquitto
need mosquitto_pub mosquitto-clients
need swtpm swtpm
# The plugins bring elliptic curves.
need pki "strongswan-pki libstrongswan-standard-plugins"
need softhsm2-util softhsm2
need pkcs11-tool opensc
# For the driver of a token that locks.
need cc "gcc libc6-dev"
need node nodejs
need npm npm

if [ -n "$missing" ]; then
    if [ "$(id -u)" -ne 0 ] || ! command -v apt-get >/dev/null 2>&1; then
        echo "The conformance tests need these programs; please install the packages:$missing" >&2
        exit 1
    fi
    export DEBIAN_FRONTEND=noninteractive
    apt-get update -qq
    # A broker that starts by itself would take port 1883 and serve nobody.
    # shellcheck disable=SC2086 # one word a package
    RUNLEVEL=1 apt-get install -y -qq --no-install-recommends $missing
fi

mkdir -p "$target/node"
cp "$here"/src/test/node/* "$here"/src/test/node/.npmrc "$target/node/"
if ! cmp -s "$here/src/test/node/package-lock.json" "$target/node/node_modules/.installed"; then
    npm ci --prefix "$target/node" --no-audit --no-fund --loglevel=error
    cp "$here/src/test/node/package-lock.json" "$target/node/node_modules/.installed"
fi
