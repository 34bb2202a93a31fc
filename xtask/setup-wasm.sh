#!/usr/bin/env bash
# setup-wasm.sh: everything needed to build and test the WebAssembly crates. `cargo xtask setup` runs it.
#
#   setup-wasm.sh [--browsers]
#
# Without options: a wasm32-unknown-unknown target, wasm-bindgen with its test runner, wasm-opt.
# With --browsers: also Chromium and Firefox with their drivers, wasm-pack, and Redis for the tests of the npm package.
# Everything that is not a Debian package goes under $WASM_PREFIX; run things with
#   $WASM_PREFIX/bin/wasm-run cargo build --target wasm32-unknown-unknown
# Native builds (plain cargo, clippy, rustfmt) keep the ordinary toolchain. Idempotent, and quick when all is there.
#
# Settings (environment):
#   WASM_PREFIX           where tools go          (default ${XDG_CACHE_HOME:-~/.cache}/wasm-tools)
#   WASM_TARGET_FROM      auto | rustup | debian  (default auto: rustup, else Debian's compiler)
#   WASM_TOOLCHAIN_NAME   rustup name of the fallback toolchain (default wasm)
#   WASM_RUSTUP_TIMEOUT   seconds that rustup may take to fetch the target (default 60)
set -euo pipefail
cd "$(dirname "$0")/.."

# ---- pins ------------------------------------------------------------------------------------
# wasm-bindgen's tools have the version of the library in Cargo.lock: the two must agree to the letter.
PIN_BINARYEN=132.0.0
PIN_GECKODRIVER=0.37.1
PIN_WASM_PACK=0.15.1
TESTED_RUSTC_WEB="1.96.0+dfsg1-1~deb12u2"   # Debian drops old versions from its pool: tested, not forced
RECIPE=2                                     # raise to rebuild every cached sysroot
TARGET=wasm32-unknown-unknown
RUSTUP_TIMEOUT=${WASM_RUSTUP_TIMEOUT:-60}

PREFIX=${WASM_PREFIX:-${XDG_CACHE_HOME:-$HOME/.cache}/wasm-tools}
FROM=${WASM_TARGET_FROM:-auto}
TC=${WASM_TOOLCHAIN_NAME:-wasm}
BIN=$PREFIX/bin

say()  { printf '[setup] %s\n' "$*"; }
warn() { printf '[setup] WARNING: %s\n' "$*" >&2; }
die()  { printf '[setup] ERROR: %s\n' "$*" >&2; exit 1; }
have() { command -v "$1" >/dev/null 2>&1; }

want_browsers=0
for a in "$@"; do
  case $a in
    --browsers) want_browsers=1 ;;
    -h|--help) sed -n '2,18p' "$0" | sed 's/^# \{0,1\}//'; exit 0 ;;
    *) die "unknown option '$a' (see --help)" ;;
  esac
done
case $FROM in auto|rustup|debian) ;; *) die "WASM_TARGET_FROM must be auto, rustup or debian, not '$FROM'" ;; esac
have node && have npm || die "Node.js 20.19 or newer with npm is needed: the package is built and tested with it"

mkdir -p "$BIN"
# Two set-ups at once would build the same tools into the same place: the second waits for the first.
exec 9>"$PREFIX/setup.lock"
flock -n 9 || { say "another set-up is running: waiting for it"; flock 9; }

export PATH=$BIN:$PATH
unset RUSTC_BOOTSTRAP RUSTFLAGS CARGO_ENCODED_RUSTFLAGS CARGO_BUILD_TARGET

# ---- Debian packages ---------------------------------------------------------------------------
if [ "$(id -u)" = 0 ]; then SUDO=""; elif have sudo; then SUDO=sudo; else SUDO=false; fi

# apt waits by itself for another apt's lock on dpkg, but not for its locks on the lists and the archives.
apt_patiently() {
  local log=$PREFIX/apt.log tries=60
  until DEBIAN_FRONTEND=noninteractive $SUDO apt-get -qq -o DPkg::Lock::Timeout=600 "$@" >"$log" 2>&1 </dev/null 9>&-; do
    if ! grep -qE 'Could not get lock|Unable to (acquire|lock)' "$log" || [ $((tries -= 1)) -lt 1 ]; then
      tail -20 "$log" >&2; return 1
    fi
    [ $tries -lt 59 ] || say "another apt is running: waiting for it"
    sleep 5
  done
}

apt_missing() { # prints those of the named packages that are not installed
  local p
  for p in "$@"; do
    [ "$(dpkg-query -W -f='${db:Status-Status}' "$p" 2>/dev/null || true)" = installed ] || echo "$p"
  done
}

apt_updated=0
apt_need() { # installs those of the named packages that are missing
  local missing; mapfile -t missing < <(apt_missing "$@")
  [ ${#missing[@]} -gt 0 ] || return 0
  have apt-get || die "need Debian packages ${missing[*]}, but there is no apt-get here"
  [ "$SUDO" != false ] || die "need root (or sudo) to install: ${missing[*]}"
  if [ $apt_updated = 0 ]; then
    say "apt-get update"; apt_patiently update || die "apt-get update failed"; apt_updated=1
  fi
  say "apt-get install ${missing[*]}"
  apt_patiently install -y --no-install-recommends "${missing[@]}" || die "apt-get install failed: ${missing[*]}"
}

# ---- 1. a toolchain with the wasm32 target ------------------------------------------------------
# Compiles and links a std-using cdylib with LTO: proves the std libraries, their bitcode and the linker.
# A stamp of the compiler's version saves the second that this takes when nothing has changed.
target_works() { # $1 = rustc
  local stamp d; stamp=$PREFIX/proven-$("$1" -vV | sha256sum | cut -c1-16)
  if [ -f "$stamp" ] && [ -n "$(ls "$("$1" --print sysroot)/lib/rustlib/$TARGET/lib" 2>/dev/null)" ]; then return 0; fi
  d=$(mktemp -d)
  # shellcheck disable=SC2016
  printf '%s\n' '#[unsafe(no_mangle)] pub extern "C" fn f(n: usize) -> usize { let v: Vec<String> = (0..n).map(|i| format!("{i}")).collect(); v.concat().len() }' >"$d/p.rs"
  if (cd "$d" && "$1" --edition 2024 --target $TARGET --crate-type cdylib -O -Clto=fat -Cpanic=abort p.rs -o p.wasm) >"$d/log" 2>&1 && [ -s "$d/p.wasm" ]; then
    rm -rf "$d"; touch "$stamp"; return 0
  fi
  tail -5 "$d/log" >&2; rm -rf "$d"; return 1
}

rustup_has_target() { have rustup && rustup target list --installed 2>/dev/null | grep -qx $TARGET; }

from_rustup() {
  have rustup || { say "no rustup here"; return 1; }
  if ! rustup_has_target; then
    say "rustup target add $TARGET (at most ${RUSTUP_TIMEOUT}s)"
    if ! RUSTUP_MAX_RETRIES=1 timeout "$RUSTUP_TIMEOUT" rustup target add $TARGET >"$PREFIX/rustup.log" 2>&1; then
      say "rustup cannot add the target: $(grep -m1 -iE 'error|could not|failed' "$PREFIX/rustup.log" | cut -c1-160 || true)"
      return 1
    fi
  fi
  target_works rustc || { warn "rustup lists $TARGET, but a test program does not build with it"; return 1; }
  MODE=rustup
}

from_debian() {
  local rustc=/usr/bin/rustc cargo=/usr/bin/cargo llvm host tag lld v
  apt_need rustc-web cargo-web rust-web-src
  v=$(dpkg-query -W -f='${Version}' rustc-web)
  [ "$v" = "$TESTED_RUSTC_WEB" ] || warn "rustc-web $v; this script was tested with $TESTED_RUSTC_WEB"
  llvm=$($rustc -vV | sed -n 's/^LLVM version: \([0-9]*\).*/\1/p')
  host=$($rustc -vV | sed -n 's/^host: //p')
  apt_need "lld-$llvm"
  lld=/usr/lib/llvm-$llvm/bin/lld
  [ -x "$lld" ] || die "no $lld although lld-$llvm is installed"
  [ -f /usr/lib/rustlib/src/rust/library/std/Cargo.toml ] || die "no std source under /usr/lib/rustlib/src/rust (rust-web-src)"
  tag="$(printf '%s\n' "recipe $RECIPE" "$v" "$($rustc -vV)" | sha256sum | cut -c1-12)"
  SYSROOT=$PREFIX/rust-$($rustc -V | cut -d' ' -f2)-$tag

  [ -f "$SYSROOT/.complete" ] || build_std "$rustc" "$cargo" "$host" "$lld" "$v"
  target_works "$SYSROOT/bin/rustc" || die "a test program does not build with $SYSROOT"
  MODE=debian
  if have rustup; then
    rustup toolchain link "$TC" "$SYSROOT" >/dev/null 2>&1 || die "rustup toolchain link $TC $SYSROOT failed"
    WASM_TC=$TC
  fi
}

build_std() { # rustc cargo host lld version
  local rustc=$1 cargo=$2 host=$3 lld=$4 v=$5 work new f t0=$SECONDS
  say "building std for $TARGET once, with Debian's rustc $v (about a minute)"
  work=$(mktemp -d "$PREFIX/build.XXXXXX"); new=$work/sysroot
  mkdir -p "$new/bin" "$new/lib/rustlib/$host/bin" "$new/lib/rustlib/$TARGET/lib" "$work/seed/src"
  echo '#![no_std]' >"$work/seed/src/lib.rs"
  cat >"$work/seed/Cargo.toml" <<'EOF'
[package]
name = "sysroot-seed"
version = "0.0.0"
edition = "2021"
[profile.release]
debug = 0
incremental = false
[workspace]
EOF
  # embed-bitcode: cargo leaves it out of rlibs, and then 'lto = true' fails against them.
  # RUSTC_BOOTSTRAP is set for this one command only; later builds use no unstable option.
  # Paths are remapped since they end up in panic messages, and so in what users download.
  # RUSTUP_TOOLCHAIN is dropped so that cargo takes RUSTC and not a rustup proxy.
  (cd "$work/seed" && env -u RUSTUP_TOOLCHAIN RUSTC="$rustc" RUSTC_BOOTSTRAP=1 CARGO_TARGET_DIR="$work/target" \
      RUSTFLAGS="-Cembed-bitcode=yes --remap-path-prefix=/usr/lib/rustlib/src=/rustc-src --remap-path-prefix=${CARGO_HOME:-$HOME/.cargo}/registry/src=/rustc-src" \
      "$cargo" build -q --release --target $TARGET -Zbuild-std=std,panic_abort,proc_macro,test) >"$work/log" 2>&1 \
    || { tail -30 "$work/log" >&2; rm -rf "$work"; die "building std failed"; }
  for f in "$work/target/$TARGET/release/deps"/lib*.rlib "$work/target/$TARGET/release/deps"/lib*.rmeta; do
    case $f in *sysroot_seed*) ;; *) cp "$f" "$new/lib/rustlib/$TARGET/lib/" ;; esac
  done
  ls "$new/lib/rustlib/$TARGET/lib"/libstd-*.rlib >/dev/null 2>&1 || die "no libstd among the built libraries"
  ln -s "/usr/lib/rustlib/$host/lib" "$new/lib/rustlib/$host/lib"      # build scripts, proc macros
  ln -s "$lld" "$new/lib/rustlib/$host/bin/rust-lld"                    # rustc's default wasm linker
  ln -s "$cargo" "$new/bin/cargo"
  # A symlink would not do: rustc finds its sysroot from librustc_driver's real path, so /usr.
  printf '#!/bin/sh\nexec %s --sysroot "%s" "$@"\n' "$rustc" "$SYSROOT" >"$new/bin/rustc"
  chmod +x "$new/bin/rustc"
  touch "$new/.complete"
  rm -rf "$SYSROOT"; mv "$new" "$SYSROOT"; rm -rf "$work"
  # What was compiled against an earlier std of the same compiler does not link with this one, and cargo cannot tell.
  rm -rf "${CARGO_TARGET_DIR:-target}/$TARGET"
  say "std built in $((SECONDS - t0))s"
}

MODE="" WASM_TC="" SYSROOT=""
case $FROM in
  rustup) from_rustup || die "no $TARGET from rustup, and WASM_TARGET_FROM=rustup forbids the fallback" ;;
  debian) from_debian ;;
  auto)
    # A sysroot that is already there is not a reason to ask rustup's server again at every set-up.
    if ! rustup_has_target && ls "$PREFIX"/rust-*/.complete >/dev/null 2>&1; then from_debian
    else from_rustup || { say "falling back to Debian's compiler and std source"; from_debian; }
    fi ;;
esac

# wasm-run: a command with the tools on PATH and, for the fallback, with the linked toolchain.
{
  echo '#!/bin/sh'
  echo "# written by setup-wasm.sh (target from: $MODE)"
  echo "export PATH=\"$BIN:\$PATH\""
  if [ -n "$WASM_TC" ]; then echo "export RUSTUP_TOOLCHAIN=\"$WASM_TC\""
  elif [ -n "$SYSROOT" ]; then echo "export PATH=\"$SYSROOT/bin:\$PATH\""; fi
  echo "export CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUNNER=\"\${CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUNNER:-wasm-bindgen-test-runner}\""
  echo 'exec "$@"'
} >"$BIN/wasm-run.new"
chmod +x "$BIN/wasm-run.new"; mv "$BIN/wasm-run.new" "$BIN/wasm-run"

# ---- 2. command-line tools ---------------------------------------------------------------------
# Tools are built at opt-level 0: same output, less than half the build time. --locked is tried first;
# it fails where a registry mirror lacks a locked version, and then the newest compatible ones do.
cargo_tool() { # crate version binary
  local crate=$1 version=$2 bin=$3 t0=$SECONDS lock
  if [ -x "$BIN/$bin" ] && "$BIN/$bin" --version 2>/dev/null | grep -qwF "$version"; then return 0; fi
  # an ordinary installed copy of the right version serves as well
  if have "$bin" && "$bin" --version 2>/dev/null | grep -qwF "$version"; then say "$crate $version found: $(command -v "$bin")"; return 0; fi
  say "cargo install $crate $version (minutes)"
  for lock in --locked ""; do
    # shellcheck disable=SC2086
    if CARGO_PROFILE_RELEASE_OPT_LEVEL=0 CARGO_PROFILE_RELEASE_LTO=off CARGO_PROFILE_RELEASE_CODEGEN_UNITS=16 CARGO_PROFILE_RELEASE_DEBUG=0 \
        cargo install -q "$crate" --version "$version" $lock --force --root "$PREFIX" --target-dir "$PREFIX/tool-target" >"$PREFIX/$crate.log" 2>&1; then
      say "$crate $version built in $((SECONDS - t0))s${lock:+ ($lock)}"; return 0
    fi
    [ -z "$lock" ] || say "$crate: --locked failed ($(grep -m1 '^error' "$PREFIX/$crate.log" | cut -c1-110 || true)); trying without"
  done
  tail -20 "$PREFIX/$crate.log" >&2; die "cargo install $crate failed"
}

# What tests run with is fetched while the tools compile. WebKitGTK is not to be had everywhere: without it a run says so.
browsers=""
TESTED_WITH="chromium chromium-driver firefox-esr redis-server"
TESTED_WHERE_THERE_IS="libwebkit2gtk-4.1-0 xvfb"
# shellcheck disable=SC2086
if [ $want_browsers = 1 ] && [ -n "$(apt_missing $TESTED_WITH $TESTED_WHERE_THERE_IS)" ]; then
  (apt_need $TESTED_WITH; (apt_need $TESTED_WHERE_THERE_IS) || warn "nothing is tested in WebKit") & browsers=$!
fi

[ -f Cargo.lock ] || cargo generate-lockfile
WASM_BINDGEN_VERSION=$(awk '/^name = "wasm-bindgen"$/ { getline; gsub(/version = |"/, ""); print; exit }' Cargo.lock)
[ -n "$WASM_BINDGEN_VERSION" ] || die "no wasm-bindgen in Cargo.lock"
cargo_tool wasm-bindgen-cli "$WASM_BINDGEN_VERSION" wasm-bindgen
if [ $want_browsers = 1 ]; then
  cargo_tool geckodriver "$PIN_GECKODRIVER" geckodriver
  cargo_tool wasm-pack "$PIN_WASM_PACK" wasm-pack
fi
rm -rf "$PREFIX/tool-target"   # hundreds of MB, of no further use

# wasm-opt: npm's binaryen carries it inside the package (JavaScript + wasm, no download of its own).
BINARYEN=$PREFIX/npm/node_modules/binaryen
if [ ! -x "$BIN/wasm-opt" ] || ! grep -q "\"version\": \"$PIN_BINARYEN\"" "$BINARYEN/package.json" 2>/dev/null; then
  mkdir -p "$PREFIX/npm"
  npm install --prefix "$PREFIX/npm" --no-audit --no-fund --silent "binaryen@$PIN_BINARYEN" >"$PREFIX/npm.log" 2>&1 \
    || { tail -20 "$PREFIX/npm.log" >&2; die "npm install binaryen@$PIN_BINARYEN failed"; }
  ln -sfn ../npm/node_modules/binaryen/bin/wasm-opt "$BIN/wasm-opt"
  "$BIN/wasm-opt" --version >/dev/null || die "wasm-opt does not run"
  say "wasm-opt from npm's binaryen $PIN_BINARYEN"
fi

if [ -n "$browsers" ]; then wait "$browsers" || die "the browsers or Redis could not be installed"; fi

say "ready: $TARGET from $MODE, tools in $PREFIX"
