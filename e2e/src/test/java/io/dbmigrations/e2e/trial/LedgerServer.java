package io.dbmigrations.e2e.trial;

import io.fabric8.kubernetes.api.model.NodeAddress;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Base64;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** The PostgreSQL of {@code manifests/faults.yaml}, by the address that Pods and programs share. */
public record LedgerServer(KubernetesClient client, String host, int port, String password) {
  private static final String NAMESPACE = "faults-postgres";
  private static final String NAME = "postgres";
  private static final String POD = "postgres-0";
  private static final int PATIENCE_SECONDS = 10;

  /** The one that {@code e2e/run} has put into the cluster. */
  public static LedgerServer find(KubernetesClient client) {
    var host =
        client.nodes().list().getItems().getFirst().getStatus().getAddresses().stream()
            .filter(address -> "InternalIP".equals(address.getType()))
            .map(NodeAddress::getAddress)
            .findFirst()
            .orElseThrow();
    var port =
        client
            .services()
            .inNamespace(NAMESPACE)
            .withName(NAME)
            .require()
            .getSpec()
            .getPorts()
            .getFirst()
            .getNodePort();
    var secret = client.secrets().inNamespace(NAMESPACE).withName(NAME).require();
    var password =
        new String(
            Base64.getDecoder().decode(secret.getData().get("password")), StandardCharsets.UTF_8);
    return new LedgerServer(client, host, port, password);
  }

  /** A connection as superuser. */
  public Connection connect(String database) throws SQLException {
    var url =
        "jdbc:postgresql://%s:%d/%s?connectTimeout=%d&socketTimeout=%d"
            .formatted(host, port, database, PATIENCE_SECONDS, PATIENCE_SECONDS);
    return DriverManager.getConnection(url, NAME, password);
  }

  /** Runs statements as superuser, each in a transaction of its own. */
  public void execute(String database, String... statements) throws SQLException {
    try (var connection = connect(database);
        var statement = connection.createStatement()) {
      for (var sql : statements) {
        statement.execute(sql);
      }
    }
  }

  /** Ends all sessions and begins anew, as at an upgrade: fast, or as after a crash. */
  public void restart(boolean crash) {
    var signal = crash ? "QUIT" : "INT";
    exec("sh", "-c", "kill -%s $(head -1 $PGDATA/postmaster.pid)".formatted(signal));
  }

  private void exec(String... command) {
    var out = new ByteArrayOutputStream();
    try (var exec =
        client
            .pods()
            .inNamespace(NAMESPACE)
            .withName(POD)
            .writingOutput(out)
            .writingError(out)
            .exec(command)) {
      var code = exec.exitCode().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
      if (code != 0) {
        throw new IllegalStateException(
            "%s ended with %d: %s"
                .formatted(command[0], code, out.toString(StandardCharsets.UTF_8)));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while " + command[0] + " ran", e);
    } catch (ExecutionException | TimeoutException e) {
      throw new IllegalStateException(command[0] + " gave no answer", e);
    }
  }
}
