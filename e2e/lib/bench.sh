# shellcheck shell=bash
# `e2e/run bench`: how long migrations take, beside a bare Job, in a cluster of its own.
# DBMIGRATION_KEEP=yes leaves the cluster for the next run.

command_bench() {
  cluster_select bench
  only_one_at_a_time bench
  if [[ ! ${DBMIGRATION_KEEP:-} ]]; then
    at_exit cluster_remove
  fi
  platform_up
  stage "Test classes (Maven)" maven -q -pl operator,e2e -am package -DskipTests -Dspotless.check.skip
  harm_program bench.Bench "$@"
}
