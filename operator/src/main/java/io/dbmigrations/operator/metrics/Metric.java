package io.dbmigrations.operator.metrics;

import static io.dbmigrations.operator.metrics.Label.CLASS;
import static io.dbmigrations.operator.metrics.Label.CODE;
import static io.dbmigrations.operator.metrics.Label.CURRENT;
import static io.dbmigrations.operator.metrics.Label.DIRECTION;
import static io.dbmigrations.operator.metrics.Label.FOUND;
import static io.dbmigrations.operator.metrics.Label.LOCK;
import static io.dbmigrations.operator.metrics.Label.MODE;
import static io.dbmigrations.operator.metrics.Label.NAME;
import static io.dbmigrations.operator.metrics.Label.NAMESPACE;
import static io.dbmigrations.operator.metrics.Label.OUTCOME;
import static io.dbmigrations.operator.metrics.Label.REASON;
import static io.dbmigrations.operator.metrics.Label.RESOURCE;
import static io.dbmigrations.operator.metrics.Label.RESULT;
import static io.dbmigrations.operator.metrics.Label.TARGET;
import static io.dbmigrations.operator.metrics.Label.VERB;
import static io.dbmigrations.operator.metrics.Type.COUNTER;
import static io.dbmigrations.operator.metrics.Type.GAUGE;
import static io.dbmigrations.operator.metrics.Type.LONG;
import static io.dbmigrations.operator.metrics.Type.SHORT;

import java.util.List;

/**
 * Every metric of ours: a closed set, from which the page for users is made, and against which the
 * alerts and the dashboard are checked.
 */
enum Metric {
  RESOURCE_READY(
      Group.RESOURCE,
      "dbmigration_resource_ready",
      GAUGE,
      "1 where the condition Ready is True, else 0.",
      NAMESPACE,
      NAME),
  RESOURCE_OUT_OF_SYNC(
      Group.RESOURCE,
      "dbmigration_resource_out_of_sync_seconds",
      GAUGE,
      "For how long the resource has not been Ready, however often it was tried meanwhile; only"
          + " while it is not.",
      NAMESPACE,
      NAME),
  RESOURCE_REASON(
      Group.RESOURCE,
      "dbmigration_resource_reason",
      GAUGE,
      "1 for the reason of the condition Ready.",
      NAMESPACE,
      NAME,
      REASON,
      CLASS),
  RESOURCE_INFO(
      Group.RESOURCE,
      "dbmigration_resource_info",
      GAUGE,
      "1, with the revisions at which the database is, and should be, as labels.",
      NAMESPACE,
      NAME,
      CURRENT,
      TARGET),
  RESOURCE_APPROVAL(
      Group.RESOURCE,
      "dbmigration_resource_approval_waiting_seconds",
      GAUGE,
      "For how long a plan has been waiting for approval; only while one does.",
      NAMESPACE,
      NAME),
  RESOURCE_LOCK(
      Group.RESOURCE,
      "dbmigration_resource_lock_waiting",
      GAUGE,
      "1 while the migration that runs waits for a session that holds a lock, as its progress says.",
      NAMESPACE,
      NAME),
  RESOURCE_ATTEMPTS(
      Group.RESOURCE,
      "dbmigration_resource_attempts",
      GAUGE,
      "The number of the last attempt.",
      NAMESPACE,
      NAME),
  RESOURCE_FAILURES(
      Group.RESOURCE,
      "dbmigration_resource_failures",
      GAUGE,
      "How many attempts in a row have failed; only where any has.",
      NAMESPACE,
      NAME),

  RESOURCES(
      Group.LEADER,
      "dbmigration_resources",
      GAUGE,
      "How many resources there are, by how they stand.",
      CLASS),
  RESOURCES_LEFT_OUT(
      Group.LEADER,
      "dbmigration_resources_left_out",
      GAUGE,
      "How many resources have no metrics of their own, because there are more than"
          + " metrics.resources of the chart; those that are not Ready have theirs first."),
  OLDEST_READING(
      Group.LEADER,
      "dbmigration_oldest_reading_age_seconds",
      GAUGE,
      "The age of the oldest last reading of a database whose resource is Ready; of one that this"
          + " operator has not read yet, since it leads. 0 where there is none."),
  OVERDUE_READING(
      Group.LEADER,
      "dbmigration_reading_overdue_seconds",
      GAUGE,
      "By how much the latest of these readings exceeds its interval; 0 where none does."),
  MIGRATIONS(
      Group.LEADER,
      "dbmigration_migrations_total",
      COUNTER,
      "Migrations that have ended. One that is taken up at once with another image counts when that"
          + " has ended.",
      RESULT,
      REASON,
      DIRECTION),
  MIGRATION_DURATION(
      Group.LEADER,
      "dbmigration_migration_duration_seconds",
      LONG,
      "How long they took, the wait for locks included, without the start of the container.",
      RESULT,
      DIRECTION),
  MIGRATION_STEPS(
      Group.LEADER,
      "dbmigration_migration_steps_total",
      COUNTER,
      "Revisions that were applied or taken back.",
      DIRECTION),
  ATTEMPTS(
      Group.LEADER,
      "dbmigration_attempts_total",
      COUNTER,
      "Attempts that have ended, each a Job, those that only look included.",
      MODE,
      RESULT),
  LOCK_TIMEOUTS(
      Group.LEADER,
      "dbmigration_lock_timeouts_total",
      COUNTER,
      "Attempts that ended because somebody else held a lock for too long.",
      LOCK),
  READING_DURATION(
      Group.LEADER,
      "dbmigration_reading_duration_seconds",
      SHORT,
      "Readings of databases by the operator itself, and how long they took.",
      FOUND),
  RECONCILE_DURATION(
      Group.LEADER,
      "dbmigration_reconcile_duration_seconds",
      SHORT,
      "Reconciles, and how long they took.",
      OUTCOME),
  RECONCILE_QUEUE(
      Group.LEADER,
      "dbmigration_reconcile_queue_length",
      GAUGE,
      "Resources that wait for a thread to reconcile them."),
  RECONCILE_ACTIVE(
      Group.LEADER, "dbmigration_reconcile_active", GAUGE, "Resources that are being reconciled."),

  LEADER(
      Group.PROCESS,
      "dbmigration_leader",
      GAUGE,
      "1 where this operator works, 0 where it stands by or starts."),
  API_REQUESTS(
      Group.PROCESS,
      "dbmigration_api_requests_total",
      COUNTER,
      "Requests to the API server.",
      VERB,
      RESOURCE,
      CODE),
  API_DURATION(
      Group.PROCESS,
      "dbmigration_api_request_duration_seconds",
      SHORT,
      "How long these took to be answered, but for watches.",
      VERB);

  /** Where a metric is to be found. */
  enum Group {
    RESOURCE("Of each resource"),
    LEADER("Of the operator that leads"),
    PROCESS("Of each operator");

    private final String heading;

    Group(String heading) {
      this.heading = heading;
    }

    String heading() {
      return heading;
    }
  }

  private final Group group;
  private final String wireName;
  private final Type type;
  private final String help;

  @SuppressWarnings("ImmutableEnumChecker") // List.of is.
  private final List<Label> labels;

  Metric(Group group, String wireName, Type type, String help, Label... labels) {
    this.group = group;
    this.wireName = wireName;
    this.type = type;
    this.help = help;
    this.labels = List.of(labels);
  }

  Group group() {
    return group;
  }

  /** As Prometheus knows it; a histogram has further ones, which begin so. */
  String wireName() {
    return wireName;
  }

  Type type() {
    return type;
  }

  String help() {
    return help;
  }

  List<Label> labels() {
    return labels;
  }
}
