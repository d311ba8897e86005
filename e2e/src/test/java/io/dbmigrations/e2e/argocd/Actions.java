package io.dbmigrations.e2e.argocd;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Map;

/**
 * The actions of a DatabaseMigration, as Argo CD's interface asks its API for them.
 *
 * @param namespace of the resource, whose name the Application has, too
 */
record Actions(KubernetesClient client, String namespace, String name) {
  private static final String LABEL = "app.kubernetes.io/name";
  private static final int PORT = 8080;
  private static final int OK = 200;

  /** Runs it; a refusal is not expected. */
  void run(String action, Map<String, String> parameters) {
    var answer = ask(action, parameters);
    if (answer.code() != OK) {
      throw new AssertionError(action + " was refused: " + answer);
    }
  }

  /** Why it was refused. */
  String refusal(String action, Map<String, String> parameters) {
    var answer = ask(action, parameters);
    if (answer.code() == OK) {
      throw new AssertionError(action + " was not refused: " + answer);
    }
    return answer.body();
  }

  private record Answer(int code, String body) {}

  private Answer ask(String action, Map<String, String> parameters) {
    var request =
        Map.of(
            "namespace",
            namespace,
            "resourceName",
            name,
            "group",
            "dbmigrations.io",
            "version",
            "v1alpha1",
            "kind",
            "DatabaseMigration",
            "action",
            action,
            "resourceActionParameters",
            parameters.entrySet().stream()
                .map(one -> Map.of("name", one.getKey(), "value", one.getValue()))
                .toList());
    return post(
        "/api/v1/applications/%s/resource/actions/v2".formatted(name),
        Serialization.asJson(request));
  }

  private Answer post(String path, String body) {
    try (var port =
            client
                .pods()
                .resource(
                    client
                        .pods()
                        .inNamespace(ArgoCd.NAMESPACE)
                        .withLabel(LABEL, "argocd-api")
                        .list()
                        .getItems()
                        .getFirst())
                .portForward(PORT);
        var http = HttpClient.newHttpClient()) {
      var uri = URI.create("http://127.0.0.1:%d%s".formatted(port.getLocalPort(), path));
      var answer =
          http.send(
              HttpRequest.newBuilder(uri)
                  .header("Content-Type", "application/json")
                  .POST(BodyPublishers.ofString(body))
                  .build(),
              BodyHandlers.ofString());
      return new Answer(answer.statusCode(), answer.body());
    } catch (IOException e) {
      throw new IllegalStateException("Argo CD's API gave no answer", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while Argo CD's API was asked", e);
    }
  }
}
