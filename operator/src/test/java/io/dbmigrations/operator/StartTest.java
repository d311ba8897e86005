package io.dbmigrations.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.dbmigrations.operator.testing.FakeApi;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A start that finds something missing says what, and heals when it comes. */
class StartTest {

  private static final String MIGRATIONS = "GET /apis/dbmigrations.io/v1alpha1/databasemigrations";
  private static final Duration START = Duration.ofSeconds(30);

  @TempDir private Path directory;

  @Test
  void waitsForTheDefinition() throws Exception {
    try (FakeApi api = new FakeApi()) {
      api.refuse(MIGRATIONS, 404);
      try (OperatorProcess operator = operator(api.address())) {
        awaitNotReady(
            operator,
            "503 the cluster has no definition of databasemigrations.dbmigrations.io: install the CustomResourceDefinition, which the chart does with crds.enabled=true");

        api.allow(MIGRATIONS);
        awaitReady(operator);
      }
    }
  }

  @Test
  void waitsForTheRights() throws Exception {
    try (FakeApi api = new FakeApi()) {
      api.refuse("GET /apis/batch/v1/jobs", 403);
      try (OperatorProcess operator = operator(api.address())) {
        awaitNotReady(operator, "503 the operator may not list jobs.batch in all namespaces");

        api.allow("GET /apis/batch/v1/jobs");
        awaitReady(operator);
      }
    }
  }

  @Test
  void waitsForTheApiServer() throws Exception {
    int port;
    try (ServerSocket free = new ServerSocket(0)) {
      port = free.getLocalPort();
    }
    try (OperatorProcess operator = operator("http://127.0.0.1:" + port)) {
      awaitNotReady(operator, "503 the API server at http://127.0.0.1:" + port);

      try (FakeApi _ = new FakeApi(port)) {
        awaitReady(operator);
      }
    }
  }

  @Test
  void endsWithAMessageWhereItMayListButNotWatch() throws Exception {
    try (FakeApi api = new FakeApi()) {
      // The two parameters that only a watch has, in the order of the client.
      api.refuse("GET /api/v1/pods?allowWatchBookmarks=true", 403);
      try (OperatorProcess operator = operator(api.address())) {
        assertThat(operator.exitCode(START)).isEqualTo(1);
        // Whoever is first to hear of it: the start, or the watch.
        assertThat(operator.log())
            .containsAnyOf("The operator cannot start: ", "Ending, to be started again: ")
            .contains("/api/v1/pods");
      }
    }
  }

  private OperatorProcess operator(String address) throws IOException {
    return new OperatorProcess(address, directory, "operator-0", false);
  }

  private static void awaitNotReady(OperatorProcess operator, String begin) {
    await()
        .atMost(START)
        .untilAsserted(
            () -> assertThat(operator.ask("/readyz")).as(operator::log).startsWith(begin));
    assertThat(operator.ask("/healthz")).isEqualTo("200 ok");
    assertThat(operator.log()).contains("Waiting: " + begin.substring("503 ".length()));
  }

  private static void awaitReady(OperatorProcess operator) {
    await()
        .atMost(START)
        .untilAsserted(
            () -> assertThat(operator.ask("/readyz")).as(operator::log).isEqualTo("200 ok"));
    assertThat(operator.ask("/healthz")).isEqualTo("200 ok");
  }
}
