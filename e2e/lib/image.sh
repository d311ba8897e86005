# shellcheck shell=bash
# What is in the operator's image, and how soon it starts.

readonly IMAGE_MAX_BYTES=150000000

# Prints `ok` and what holds, or `FAILED` and what does not.
test_image() {
  local files=$CACHE/log/operator-image.files
  image_files > "$files"
  {
    holds "the image has at most $((IMAGE_MAX_BYTES / 1000000)) MB" image_is_small
    holds "it runs as the user 65532, who is not root" image_user_is 65532:65532
    holds "it has no shell, package manager, or other program but Java" image_runs_java_alone "$files"
    holds "nothing in it takes another's rights, and its user may write nothing but /tmp" image_is_closed "$files"
    holds "it has what the operator runs, and nothing else" image_has_what_it_runs "$files"
    holds "a scanner finds the names of the packages that it is made of" image_names_packages "$files"
    holds "its Java takes the cache that it was trained with" image_takes_cache
    holds "another build of the same files makes the same jars and layers" image_is_reproducible
  } | tee "$CACHE/log/image.log"
  grep -c '^ok' "$CACHE/log/image.log" > "$COUNT"
  ! grep '^FAILED' "$CACHE/log/image.log"
}

# What the command says is not the answer.
holds() { # WORDS COMMAND…
  local words=$1
  shift
  if "$@" >&2; then
    echo "ok      $words"
  else
    echo "FAILED  $words"
  fi
}

# As `tar` lists them: rights, owner, size, date, time, name.
image_files() {
  local container
  container=$("$ENGINE" create "$OPERATOR_IMAGE")
  "$ENGINE" export "$container" | tar -tv --numeric-owner
  "$ENGINE" rm "$container" > /dev/null
}

image_is_small() {
  local bytes
  bytes=$("$ENGINE" image inspect --format '{{.Size}}' "$OPERATOR_IMAGE")
  echo "        $((bytes / 1000000)) MB"
  ((bytes <= IMAGE_MAX_BYTES))
}

image_user_is() { # USER
  [[ $("$ENGINE" image inspect --format '{{.Config.User}}' "$OPERATOR_IMAGE") == "$1" ]]
}

image_runs_java_alone() { # FILES
  local programs
  programs=$(awk '$1 ~ /^-.*x/ { print $6 }' "$1" | grep -vE '(^|/)(lib[^/]*\.so[.0-9]*|ld-linux[^/]*)$')
  [[ $programs == opt/java/bin/java ]] || {
    echo "        programs: ${programs//$'\n'/ }"
    return 1
  }
  ! awk '{ print $6 }' "$1" | grep -E '/(sh|bash|dash|busybox|apt|apt-get|dpkg|curl|wget|perl|python3?|jspawnhelper|keytool)$'
}

# The engine's own files (etc/hosts, dev, proc) come without rights for others.
image_is_closed() { # FILES
  ! awk '$1 ~ /^[-d].*s/ || ($1 ~ /^[-d].......w/ && $6 != "tmp/") || ($2 != "0/0") { print "        " $0; bad = 1 } END { exit !bad }' "$1"
}

image_has_what_it_runs() { # FILES
  ! awk '{ print $6 }' "$1" |
    grep -vE '^(app/(|java\.options|operator\.(jar|aot)|lib/.*|runner/.*)|opt/(|java/.*)|lib(64)?/.*|tmp/|var/(|lib/(|dpkg/(|status\.d/.*)))|etc/(|passwd|group|nsswitch\.conf|hosts|hostname|resolv\.conf|mtab)|(dev|proc|sys|run)/.*|\.dockerenv)$' |
    sed 's/^/        /' | grep .
}

image_names_packages() { # FILES
  local package
  for package in libc6 zlib1g openjdk-25-jre-headless; do
    grep -q " var/lib/dpkg/status.d/$package$" "$1" || return 1
  done
}

# With a cache that does not fit, this Java would not come to the program's own words.
image_takes_cache() {
  local words
  words=$("$ENGINE" run --rm --entrypoint /opt/java/bin/java "$OPERATOR_IMAGE" -XX:AOTMode=on \
    -XX:AOTCache=/app/operator.aot @/app/java.options -jar /app/operator.jar check http://localhost:1/ 2>&1 || true)
  [[ $words == *'The operator is not well'* ]] || {
    echo "        $words"
    return 1
  }
}

# In another directory, with nothing of what was built here.
image_is_reproducible() {
  local copy=$CACHE/second-build image=localhost/dbmigration-operator-second:$VERSION layers status=0
  rm -rf "$copy"
  mkdir -p "$copy"
  (cd "$ROOT" && git ls-files -coz --exclude-standard | tar -c --null -T - --ignore-failed-read) | tar -x -C "$copy"
  # Maven takes the first -f that it is given.
  mvn --batch-mode --no-transfer-progress -q -f "$copy/pom.xml" -pl operator -am package -Dmaven.test.skip \
    -Dspotless.check.skip || return
  cmp "$ROOT/operator/target/dbmigration-operator-$VERSION.jar" "$copy/operator/target/dbmigration-operator-$VERSION.jar" &&
    cmp "$ROOT/crds/target/dbmigration-api-$VERSION.jar" "$copy/crds/target/dbmigration-api-$VERSION.jar" || return
  "$ENGINE" build -q --no-cache --target own -t "$image" -f "$copy/operator/Dockerfile" "$copy" > /dev/null || return
  layers=$(image_layers "$image")
  [[ $layers && $(image_layers "$OPERATOR_IMAGE") == *"$layers"* ]] || status=1
  "$ENGINE" rmi "$image" > /dev/null
  rm -rf "$copy"
  return "$status"
}

image_layers() { # IMAGE
  "$ENGINE" image inspect --format '{{range .RootFS.Layers}}{{.}} {{end}}' "$1"
}

# `e2e/run footprint`: the image's Java beside the same Java without what the image gives it, each with
# the memory that the chart's limit gives it.
command_footprint() { # [ROUNDS]
  local image=localhost/dbmigration-operator-training:$VERSION java=/opt/java/bin/java jar='-XX:MaxRAM=256m -jar /app/operator.jar'
  need_engine
  base_image
  need_maven
  package
  build_image "$image" "$ROOT" -f "$ROOT/operator/Dockerfile" --target training
  "$ENGINE" run --rm --label "$LABEL=footprint" --user nobody --env MALLOC_ARENA_MAX=1 "$image" \
    java -cp /training/training.jar io.dbmigrations.training.Measurement "${1:-3}" \
    "before the cache=$java -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -XX:+UseCompactObjectHeaders $jar" \
    "the image=$java -XX:AOTCache=/cache/app/operator.aot @/app/java.options $jar" \
    "the image with both compilers=$java -XX:AOTCache=/cache/app/operator.aot @/app/java.options -XX:TieredStopAtLevel=4 $jar"
}
