package io.dbmigrations.operator.database;

import static org.assertj.core.api.Assertions.assertThat;

import io.dbmigrations.api.v1alpha1.Reason;
import io.dbmigrations.operator.database.DatabaseReading.Refused;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** How long a reading takes, whatever the URL names and whatever answers there. */
class TimeBudgetTest {
  private static final FakeServer.Behaviour SILENT = (in, out) -> Thread.sleep(60_000);

  @Test
  void isSharedEquallyByTheServersThatAreLeft() {
    TimeBudget budget = new TimeBudget(Duration.ofSeconds(15));

    assertThat(budget.share(3)).isBetween(Duration.ofMillis(4_900), Duration.ofSeconds(5));
    assertThat(budget.share(1)).isBetween(Duration.ofMillis(14_900), Duration.ofSeconds(15));
  }

  @Test
  void givesAServerASecondAtLeastAsLongAsThereIsOne() throws InterruptedException {
    TimeBudget budget = new TimeBudget(Duration.ofMillis(1_050));

    assertThat(budget.isSpent()).isFalse();
    assertThat(budget.share(100)).isEqualTo(Duration.ofSeconds(1));
    Thread.sleep(60);
    assertThat(budget.isSpent()).isTrue();
  }

  @Test
  void isNotExceededByManyServersThatDoNotAnswer() throws IOException {
    try (FakeServer server = new FakeServer(null, SILENT)) {
      Refused refused = read(Duration.ofSeconds(1), "127.0.0.1:" + server.port(), 100);

      assertThat(refused.message()).contains("names 100 servers", "127.0.0.1:" + server.port());
      assertThat(server.connections()).isLessThanOrEqualTo(5);
    }
  }

  @Test
  void isNotExceededByServersThatTakeNoConnection() throws IOException {
    List<Socket> waiting = new ArrayList<>();
    try (ServerSocket blackHole = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      // A full backlog, which nobody takes from: the kernel drops every further SYN.
      for (int i = 0; i < 4; i++) {
        Socket socket = new Socket();
        waiting.add(socket);
        connect(socket, blackHole);
      }

      Refused refused = read(Duration.ofSeconds(1), "127.0.0.1:" + blackHole.getLocalPort(), 100);

      assertThat(refused.message()).contains("did not answer in time");
    } finally {
      for (Socket socket : waiting) {
        socket.close();
      }
    }
  }

  @Test
  void leavesTimeForAServerBehindOneThatDoesNotAnswer() throws IOException {
    try (FakeServer silent = new FakeServer(null, SILENT);
        FakeServer speaking = new FakeServer(null, (in, out) -> out.write('?'))) {
      String hosts =
          "host=127.0.0.1:%d&host=127.0.0.1:%d".formatted(silent.port(), speaking.port());

      new VersionTableReader(Duration.ofSeconds(1), Reach.ANYWHERE)
          .read(DatabaseAccess.by("postgresql://u:s3cret@/d?" + hosts), VersionTables.NONE, "shop");

      assertThat(speaking.connections()).isPositive();
    }
  }

  private static void connect(Socket socket, ServerSocket to) {
    try {
      socket.connect(to.getLocalSocketAddress(), 200);
    } catch (IOException e) {
      return; // The backlog is full.
    }
  }

  private static Refused read(Duration patience, String address, int times) {
    String hosts =
        Stream.generate(() -> "host=" + address).limit(times).collect(Collectors.joining("&"));
    long start = System.nanoTime();

    DatabaseReading reading =
        new VersionTableReader(patience, Reach.ANYWHERE)
            .read(
                DatabaseAccess.by("postgresql://u:s3cret@/d?" + hosts), VersionTables.NONE, "shop");

    // Three times the patience in all.
    assertThat(Duration.ofNanos(System.nanoTime() - start))
        .isLessThan(patience.multipliedBy(3).plusMillis(900));
    assertThat(reading)
        .isInstanceOfSatisfying(
            Refused.class,
            refused -> assertThat(refused.reason()).isEqualTo(Reason.DATABASE_UNREACHABLE));
    return (Refused) reading;
  }
}
