# shellcheck shell=bash
# `e2e/run bench`: how long migrations take, beside a bare Job; what their Pods cost; what very many
# resources cost; what one reading does. But for the last in a cluster of its own, which DBMIGRATION_KEEP=yes
# leaves for the next run.

command_bench() {
  case ${1:-} in
    readings) bench_readings "${@:2}" ;;
    pods) bench_program bench.PodStart "${@:2}" ;;
    scale) bench_program bench.Scale "${@:2}" ;;
    *) bench_program bench.Bench "$@" ;;
  esac
}

bench_program() { # CLASS ARGUMENT…
  cluster_select bench
  only_one_at_a_time bench
  if [[ ! ${DBMIGRATION_KEEP:-} ]]; then
    at_exit cluster_remove
  fi
  platform_up
  stage "Test classes (Maven)" maven -q -pl operator,e2e -am package -DskipTests -Dspotless.check.skip
  harm_program "$@"
}

# Started as the operator is, on a PostgreSQL as that of the unit tests.
bench_readings() { # [READINGS [SSLMODE]]
  need_maven
  stage "Test classes (Maven)" maven -q -pl operator -am process-test-classes -Dspotless.check.skip
  (
    cd "$ROOT/operator" || exit
    exec "$JAVA_HOME/bin/java" @image/java.options -XX:MaxRAM=256m \
      -cp "target/classes:target/test-classes:$(< target/test-classpath)" \
      io.dbmigrations.operator.database.ReadingBench "$@"
  )
}
