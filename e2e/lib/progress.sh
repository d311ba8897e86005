# shellcheck shell=bash
# What a person sees while something runs: every stage with its time, on stderr.

STAGE_GROUP=
STAGE_TICKER=
STAGE_STATUS=0
LOCK=
BESIDE=()
CLEANUPS=()

note() {
  echo "  $*" >&2
}

fail() { # WHAT REMEDY
  echo "error: $1" >&2
  if [[ ${2:-} ]]; then
    echo "       $2" >&2
  fi
  exit 1
}

# stage TITLE COMMAND… runs the command with its output in a log; if it fails, the end of the log is
# shown and the script ends. The command is a child: variables that it sets are lost. Never call it
# in a condition: bash would switch `set -e` off inside of it.
stage() {
  local title=$1 log
  shift
  log=$CACHE/log/$(date +%H%M%S)-${title//[^[:alnum:].]/-}.log
  if [[ -t 2 ]]; then
    printf '> %s …' "$title" >&2
  fi
  run_group "$log" "$title" "$@"
  if ((STAGE_STATUS != 0)); then
    {
      echo "  the end of $log:"
      tail -n 40 "$log" | sed 's/^/    /'
    } >&2
    exit "$STAGE_STATUS"
  fi
}

# beside TITLE COMMAND…: a stage that those that follow run beside, until `join`.
beside() {
  note "$1: beside what follows"
  apart "$@" &
  BESIDE+=($!)
}

# A process of its own, which cleans up after itself alone.
apart() {
  CLEANUPS=()
  BESIDE=()
  trap finish EXIT
  trap 'exit 130' INT
  trap 'exit 143' TERM
  stage "$@"
}

# Waits for the stages that run beside. One that failed has said so: then this script ends, too.
join() {
  local stage
  for stage in "${BESIDE[@]}"; do
    wait "$stage" || exit
  done
  BESIDE=()
}

# The same with the output before the user's eyes, on stderr; the outcome is in STAGE_STATUS.
attempt() {
  local title=$1
  shift
  printf '> %s\n' "$title" >&2
  run_group "" "$title" "$@"
}

# In a process group of its own and waited for, so that a signal is answered at once and reaches
# everything that the command started.
run_group() { # LOG TITLE COMMAND…
  local log=$1 title=$2 started=$EPOCHREALTIME
  shift 2
  set -m
  (
    set +m
    trap - INT TERM EXIT
    release_lock
    if [[ $log ]]; then
      exec 2>> "$log"
    fi
    "$@" >&2
  ) < /dev/null &
  STAGE_GROUP=$!
  if [[ $log ]]; then
    tick "$title" "$log" &
    STAGE_TICKER=$!
  fi
  set +me
  wait "$STAGE_GROUP"
  STAGE_STATUS=$?
  set -e
  STAGE_GROUP=
  stop_ticker
  if ((STAGE_STATUS == 0)); then
    printf '✓ %s: %s\n' "$title" "$(elapsed "$started")" >&2
  else
    printf '✗ %s: failed after %s, exit %d\n' "$title" "$(elapsed "$started")" "$STAGE_STATUS" >&2
  fi
}

# A line now and then for what takes long, with the last thing that it said.
tick() { # TITLE LOG
  local started=$EPOCHREALTIME
  while sleep 10; do
    if [[ -t 2 ]]; then
      printf '\r\033[K> %s … %s' "$1" "$(elapsed "$started")" >&2
    else
      printf '… %s: %s  %s\n' "$1" "$(elapsed "$started")" "$(tail -n 1 "$2" | tr -d '\r' | cut -c1-100)" >&2
    fi
  done
}

stop_ticker() {
  if [[ $STAGE_TICKER ]]; then
    kill -TERM -- "-$STAGE_TICKER" 2> /dev/null || true
    wait "$STAGE_TICKER" 2> /dev/null || true
    STAGE_TICKER=
    if [[ -t 2 ]]; then
      printf '\r\033[K' >&2
    fi
  fi
}

elapsed() { # SINCE, as of EPOCHREALTIME
  awk -v from="$1" -v to="$EPOCHREALTIME" 'BEGIN {
    s = to - from
    if (s < 100) printf "%.1f s", s; else printf "%d min %02d s", s / 60, s % 60
  }'
}

# only_one_at_a_time NAME holds a lock until this script ends. Children must not inherit it: some of
# them, such as containers, live on.
only_one_at_a_time() {
  exec {LOCK}> "$CACHE/$1.lock"
  flock -n "$LOCK" || fail "another e2e/run works on the cluster '$1'" "wait until it has ended"
}

release_lock() {
  if [[ $LOCK ]]; then
    exec {LOCK}>&-
  fi
}

# at_exit COMMAND… runs it when this script ends, in whatever way; the last one first.
at_exit() {
  CLEANUPS+=("$(printf '%q ' "$@")")
}

finish() {
  local status=$? i
  trap '' INT TERM
  set +e
  if [[ $STAGE_GROUP ]]; then
    printf '\ninterrupted: cleaning up\n' >&2
    kill -TERM -- "-$STAGE_GROUP" 2> /dev/null
    wait "$STAGE_GROUP" 2> /dev/null
  fi
  if ((${#BESIDE[@]})); then
    kill -TERM "${BESIDE[@]}" 2> /dev/null
    wait "${BESIDE[@]}" 2> /dev/null
  fi
  stop_ticker
  for ((i = ${#CLEANUPS[@]} - 1; i >= 0; i--)); do
    eval "${CLEANUPS[i]}"
  done
  exit "$status"
}

trap finish EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
