package io.dbmigrations.operator.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.dbmigrations.api.v1alpha1.PlanStep;
import java.io.IOException;
import java.io.StringReader;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What is taken out of a log, and what is passed over. */
class PlanLogTest {

  private static final String DIGEST = "3f2a9c01".repeat(8);

  @Test
  void putsTheStepsTogetherWithTheirSql() throws IOException {
    PlanLog log =
        read(
            "alembic is talking\n",
            planned(DIGEST, 1, "003", "\"table a (1 row)\""),
            sql(DIGEST, 1, "DROP "),
            "{\"event\": \"plan\", \"steps\": 2}\n",
            sql(DIGEST, 1, "TABLE a;\\n"),
            planned(DIGEST, 2, "002", ""));
    assertThat(log.steps())
        .containsExactly(
            new PlannedStep(
                new PlanStep("003", "Downgrade", "words", true, List.of("table a (1 row)")),
                "DROP TABLE a;\n"),
            new PlannedStep(new PlanStep("002", "Downgrade", "words", true, List.of()), ""));
    assertThat(log.isCut()).isFalse();
  }

  @Test
  void passesOverWhatIsNotOfThisPlanOrBroken() throws IOException {
    PlanLog log =
        read(
            planned("0".repeat(64), 1, "003", ""),
            planned(DIGEST, 0, "003", ""),
            planned(DIGEST, -1, "003", ""),
            "{\"event\": \"planned\", \"plan\": \"" + DIGEST,
            "\n",
            "  " + planned(DIGEST, 1, "003", ""));
    assertThat(log.steps()).isEmpty();
  }

  @Test
  void readsALastLineThatDoesNotEnd() throws IOException {
    assertThat(read(planned(DIGEST, 1, "003", "").stripTrailing()).steps()).hasSize(1);
  }

  @Test
  void isNotFloodedByWhatAScriptPrints() throws IOException {
    PlanLog log = read("x".repeat(5_000_000), "\n", planned(DIGEST, 1, "003", ""));
    assertThat(log.steps()).hasSize(1);
  }

  @Test
  void leavesOutWhatIsTooMuch() throws IOException {
    PlanLog log = new PlanLog(DIGEST);
    log.read(new StringReader(planned(DIGEST, 1, "003", "")));
    String line = sql(DIGEST, 1, "x".repeat(900_000));
    for (int i = 0; i < 4; i++) {
      log.read(new StringReader(line));
    }
    assertThat(log.isCut()).isTrue();
    assertThat(log.steps().getFirst().sql()).hasSize(2_700_000);
  }

  @Test
  void shortensWordsAndLists() throws IOException {
    String many = "\"%s\"".formatted("w".repeat(300)) + ", \"x\"".repeat(50);
    List<String> deletes =
        read(planned(DIGEST, 1, "003", many)).steps().getFirst().step().deletes();
    assertThat(deletes).hasSize(10);
    assertThat(deletes.getFirst()).hasSize(160).endsWith("w…");
  }

  private static PlanLog read(String... lines) throws IOException {
    PlanLog log = new PlanLog(DIGEST);
    log.read(new StringReader(String.join("", lines)));
    return log;
  }

  private static String planned(String digest, int step, String revision, String deletes) {
    return """
    {"event": "planned", "plan": "%s", "step": %d, "of": 2, "revision": "%s", "direction": "Downgrade", "description": "words", "irreversible": true, "deletes": [%s]}
    """
        .formatted(digest, step, revision, deletes);
  }

  private static String sql(String digest, int step, String text) {
    return """
    {"event": "planned-sql", "plan": "%s", "step": %d, "of": 2, "text": "%s"}
    """
        .formatted(digest, step, text);
  }
}
