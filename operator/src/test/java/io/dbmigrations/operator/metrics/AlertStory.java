package io.dbmigrations.operator.metrics;

import static io.dbmigrations.operator.testing.Observations.atTarget;
import static io.dbmigrations.operator.testing.Observations.ended;
import static io.dbmigrations.operator.testing.Observations.newResource;
import static io.dbmigrations.operator.testing.Observations.underWay;

import io.dbmigrations.api.v1alpha1.PlanStatus;
import io.dbmigrations.api.v1alpha1.ProgressStatus;
import io.dbmigrations.api.v1alpha1.Reason;
import io.dbmigrations.operator.decide.Decision;
import io.dbmigrations.operator.job.AttemptState;
import io.dbmigrations.operator.job.Outcome;
import io.dbmigrations.operator.job.OutcomeBuilder;
import io.dbmigrations.operator.testing.Ends;
import io.dbmigrations.operator.testing.Observations;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What happens, and what Prometheus is to say of it.
 *
 * @param pods the operators that are scraped
 * @param fires the alerts that fire at a minute, all of them, each with its labels
 */
record AlertStory(
    String name, List<String> pods, int minutes, Play play, Map<Integer, List<String>> fires) {

  /** What happens to an operator in a minute. */
  interface Play {
    void at(String pod, Stage stage, int minute);
  }

  private static final List<String> ONE = List.of("a");
  private static final String OF_SHOP = " name=shop namespace=platform";
  private static final String OF_OPERATOR =
      " job=dbmigration-operator namespace=dbmigration-system";

  static final List<AlertStory> ALL =
      List.of(
          new AlertStory(
              "a script fails, and another one's was mended in time",
              ONE,
              12,
              (_, stage, minute) -> {
                if (minute == 0) {
                  stage.says("brief", newResource(), said(Reason.PENDING));
                  stage.says("shop", newResource(), said(Reason.PENDING));
                } else if (minute == 1) {
                  stage.decides("brief", failing(Reason.MIGRATION_FAILED));
                  stage.decides("shop", failing(Reason.MIGRATION_FAILED));
                } else if (minute == 4) {
                  stage.says("brief", atTarget("003"), said(Reason.AT_TARGET_REVISION));
                }
              },
              Map.of(
                  4, List.of(),
                  6, List.of("DatabaseMigrationStalled" + OF_SHOP + " reason=MigrationFailed"),
                  12, List.of("DatabaseMigrationStalled" + OF_SHOP + " reason=MigrationFailed"))),
          new AlertStory(
              "a server is away, and what is suspended waits for as long",
              ONE,
              40,
              (_, stage, minute) -> {
                stage.says("held", newResource().suspended(), said(Reason.SUSPENDED));
                stage.says(
                    "shop",
                    newResource(),
                    said(minute % 2 == 0 ? Reason.PENDING : Reason.DATABASE_UNREACHABLE));
              },
              Map.of(
                  29, List.of(),
                  31,
                      List.of(
                          "DatabaseMigrationOutOfSync" + OF_SHOP + " reason=DatabaseUnreachable"),
                  40, List.of("DatabaseMigrationOutOfSync" + OF_SHOP + " reason=Pending"))),
          new AlertStory(
              "a password is revoked, and a server restarts",
              ONE,
              24,
              (_, stage, minute) -> {
                stage.reads("shop");
                stage.reads("brief");
                if (minute < 2) {
                  stage.decides("shop", seen());
                  stage.decides("brief", seen());
                } else {
                  stage.decides("shop", seen().readInVain(3, Reason.AUTHENTICATION_FAILED));
                  stage.decides(
                      "brief",
                      minute < 10 ? seen().readInVain(3, Reason.DATABASE_UNREACHABLE) : seen());
                }
              },
              Map.of(
                  16, List.of(),
                  18,
                      List.of(
                          "DatabaseMigrationUnseen" + OF_SHOP + " reason=AuthenticationFailed"))),
          new AlertStory(
              "an attempt fails for the fifth time in a row, and one for the fourth",
              ONE,
              4,
              (_, stage, minute) -> {
                if (minute == 0) {
                  stage.says("less", ended(Reason.LOCK_TIMEOUT, 3, null), said(Reason.PENDING));
                  stage.says("shop", ended(Reason.LOCK_TIMEOUT, 3, null), said(Reason.PENDING));
                } else if (minute == 2) {
                  stage.resource("shop").setStatus(null);
                  stage.says("shop", ended(Reason.LOCK_TIMEOUT, 4, null), said(Reason.PENDING));
                }
              },
              Map.of(1, List.of(), 3, List.of("DatabaseMigrationFailsAgain" + OF_SHOP))),
          new AlertStory(
              "a plan waits for approval, and one that was only asked for does not",
              ONE,
              65,
              (_, stage, minute) -> {
                if (minute == 0) {
                  stage.decides("asked", planned(Reason.PLANNED));
                  stage.decides("shop", planned(Reason.APPROVAL_REQUIRED));
                }
              },
              Map.of(60, List.of(), 62, List.of("DatabaseMigrationWaitsForApproval" + OF_SHOP))),
          new AlertStory(
              "a migration waits for a lock, and another one does for three minutes",
              ONE,
              12,
              (_, stage, minute) -> {
                stage.decides("brief", running(minute < 4 ? "process 7" : null));
                stage.decides("shop", running(minute < 2 ? null : "process 7"));
              },
              Map.of(6, List.of(), 7, List.of("DatabaseMigrationWaitsForLock" + OF_SHOP))),
          new AlertStory(
              "readings come to a halt",
              ONE,
              32,
              (_, stage, minute) -> {
                if (minute == 0) {
                  stage.decides("shop", seen());
                }
                if (minute <= 2) {
                  stage.reads("shop");
                }
              },
              Map.of(27, List.of(), 28, List.of("DatabaseMigrationReadingsLate" + OF_OPERATOR))),
          new AlertStory(
              "no operator leads",
              List.of("a", "b"),
              8,
              (pod, stage, minute) -> stage.leads(pod.equals("a") && minute < 1),
              Map.of(5, List.of(), 6, List.of("DatabaseMigrationOperatorMissing" + OF_OPERATOR))),
          new AlertStory(
              "no operator is there at all",
              List.of(),
              8,
              (_, _, _) -> {},
              Map.of(4, List.of(), 5, List.of("DatabaseMigrationOperatorMissing"))),
          new AlertStory(
              "one operator leads, another one stands by, and they change once",
              List.of("a", "b"),
              12,
              (pod, stage, minute) -> stage.leads(pod.equals(minute < 6 ? "a" : "b")),
              Map.of(6, List.of(), 12, List.of())),
          new AlertStory(
              "two operators lead",
              List.of("a", "b"),
              4,
              (pod, stage, minute) -> stage.leads(pod.equals("a") || minute > 0),
              Map.of(2, List.of(), 3, List.of("DatabaseMigrationOperatorsCompete" + OF_OPERATOR))),
          new AlertStory(
              "reconciles fail again and again, and before that now and then",
              ONE,
              30,
              (_, stage, minute) -> {
                if (minute == 2 || minute == 5 || minute >= 15) {
                  Failing.reconcile(stage);
                }
              },
              Map.of(
                  14, List.of(),
                  30, List.of("DatabaseMigrationReconcilesFail" + OF_OPERATOR))),
          new AlertStory(
              "the queue does not get shorter, and before that it did",
              ONE,
              25,
              (_, stage, minute) -> stage.queue(minute < 5 || minute > 9 ? 500 : 2),
              Map.of(
                  9, List.of(),
                  19, List.of(),
                  20, List.of("DatabaseMigrationOperatorBehind" + OF_OPERATOR))),
          new AlertStory(
              "a fifth of the requests fail, and before that a twentieth, while the API server says no",
              ONE,
              40,
              (_, stage, minute) -> {
                for (int i = 0; i < 20; i++) {
                  boolean fails = minute < 20 ? i == 0 : i % 5 == 0;
                  Failing.request(stage, fails ? 503 : 409);
                }
              },
              Map.of(19, List.of(), 40, List.of("DatabaseMigrationApiErrors" + OF_OPERATOR))));

  private static Decision.Report said(Reason reason) {
    return Decision.Report.of(reason, "its words");
  }

  private static Observations seen() {
    return atTarget("003").said(Reason.AT_TARGET_REVISION, "it is there").read("003");
  }

  private static Observations failing(Reason reason) {
    return underWay(Ends.endedWith(reason));
  }

  private static Observations running(@Nullable String waitingFor) {
    return underWay(
        new AttemptState.Running("pod", Observations.NOW, null)
            .at(new ProgressStatus(1, 3, "001", "Upgrade", null, waitingFor)));
  }

  private static Observations planned(Reason reason) {
    Outcome outcome =
        OutcomeBuilder.builder(Outcome.of(reason, "it would delete"))
            .plan(PlanStatus.outline("5e3a705940b6", "Downgrade", "2", "1", 1, List.of("a table")))
            .build();
    return underWay(AttemptState.Ended.with(outcome));
  }
}
