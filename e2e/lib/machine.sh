# shellcheck shell=bash
# What this machine must have: found, installed (Debian, as root), or named with its remedy.

readonly JAVA_AT_LEAST=25

is_debian_root() {
  ((EUID == 0)) && [[ -f /etc/debian_version ]] && command -v apt-get > /dev/null
}

need_debian_root() { # WHAT-FOR REMEDY
  is_debian_root || fail "cannot $1: that needs Debian and root" "$2"
}

# need_package COMMAND PACKAGE… installs the packages when the command is missing.
need_package() {
  local command=$1
  shift
  if ! command -v "$command" > /dev/null; then
    install_packages "$command is missing" "install $1" "$@"
  fi
}

install_packages() { # PROBLEM REMEDY PACKAGE…
  local problem=$1 remedy=$2
  shift 2
  is_debian_root || fail "$problem" "$remedy"
  stage "Installing $* with apt" apt_install "$@"
}

apt_install() {
  export DEBIAN_FRONTEND=noninteractive
  if ! apt-get install -y --no-install-recommends "$@"; then
    # the lists are missing or old
    apt-get update
    apt-get install -y --no-install-recommends "$@"
  fi
}

# Exports JAVA_HOME of a JDK that is new enough.
need_java() {
  local home
  if ! home=$(find_jdk); then
    if is_debian_root && apt-cache show "openjdk-$JAVA_AT_LEAST-jdk-headless" > /dev/null 2>&1; then
      install_packages "" "" "openjdk-$JAVA_AT_LEAST-jdk-headless"
      home=$(find_jdk)
    else
      fail "no JDK $JAVA_AT_LEAST or newer was found in JAVA_HOME, on PATH or in /usr/lib/jvm" \
        "install one (Debian 13: openjdk-$JAVA_AT_LEAST-jdk-headless; elsewhere: Temurin) and set JAVA_HOME to it"
    fi
  fi
  export JAVA_HOME=$home
}

find_jdk() {
  local home version javac
  javac=$(command -v javac || true)
  for home in "${JAVA_HOME:-}" "${javac:+$(dirname "$(dirname "$(readlink -f "$javac")")")}" /usr/lib/jvm/*; do
    [[ $home && -x $home/bin/javac && -f $home/release ]] || continue
    version=$(sed -n 's/^JAVA_VERSION="\([0-9]*\).*/\1/p' "$home/release")
    if ((${version:-0} >= JAVA_AT_LEAST)); then
      echo "$home"
      return
    fi
  done
  return 1
}

need_maven() {
  need_java
  need_package mvn maven
}

maven() {
  mvn --batch-mode --no-transfer-progress -Dstyle.color=never -f "$ROOT/pom.xml" "$@"
}
