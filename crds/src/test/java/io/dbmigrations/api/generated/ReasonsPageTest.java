package io.dbmigrations.api.generated;

import static java.util.stream.Collectors.joining;

import io.dbmigrations.api.v1alpha1.Reason;
import io.dbmigrations.api.v1alpha1.ReasonClass;
import java.io.IOException;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class ReasonsPageTest {

  private static final String INTRODUCTION =
      """
      <!-- Generated from the enum Reason: mvn -pl crds test -Dupdate -->
      # Reasons

      The `reason` of the condition `Ready`, as `kubectl get dbmigrations` prints it. The condition's
      `message` says what it means in this very case; this page says what it means at all.
      """;

  @Test
  void thePageIsThatOfTheEnum() throws IOException {
    CheckedIn.at("crds/REASONS.md")
        .mustBe(
            INTRODUCTION
                + Arrays.stream(ReasonClass.values())
                    .map(ReasonsPageTest::section)
                    .collect(joining()));
  }

  private static String section(ReasonClass reasonClass) {
    return """

    ## %s

    %s

    | reason | what has happened | what to do |
    | --- | --- | --- |
    %s
    """
        .formatted(
            heading(reasonClass),
            conditions(reasonClass),
            Arrays.stream(Reason.values())
                .filter(reason -> reason.reasonClass() == reasonClass)
                .map(ReasonsPageTest::row)
                .collect(joining("\n")));
  }

  private static String row(Reason reason) {
    return "| `%s` | %s | %s |".formatted(reason.wireName(), reason.cause(), reason.remedy());
  }

  private static String heading(ReasonClass reasonClass) {
    return switch (reasonClass) {
      case DONE -> "Done";
      case PROGRESSING -> "Progressing: the operator is at it";
      case TRANSIENT -> "Transient: it is tried again by itself";
      case WAITING -> "Waiting: for a person, by intent";
      case UNSEEN -> "Unseen: it was so, and cannot be confirmed now";
      case STALLED -> "Stalled: it needs an edit, or a change outside";
    };
  }

  private static String conditions(ReasonClass reasonClass) {
    return switch (reasonClass) {
      case DONE -> "`Ready=True`. Argo CD shows Healthy.";
      case PROGRESSING -> "`Ready=Unknown`, `Reconciling=True`. Argo CD shows Progressing.";
      case TRANSIENT ->
          "`Ready=False`, `Reconciling=True`; `status.attempt.outcome.nextAt` says when. Argo CD shows"
              + " Progressing.";
      case WAITING -> "`Ready=False`. Argo CD shows Suspended.";
      case UNSEEN -> "`Ready=Unknown`. Argo CD shows Progressing.";
      case STALLED ->
          """
          `Ready=False`, `Stalled=True`. Argo CD shows Degraded. Any edit of the specification starts afresh; \
          without an edit the annotation does:

          ```sh
          kubectl annotate dbmigration NAME --overwrite dbmigrations.io/retry="$(date)"
          ```

          A new value of it asks for the target as an edit of the target does: wherever the database is by \
          then, it goes there, and takes back what was applied beyond it. Removing it asks for nothing.\
          """;
    };
  }
}
