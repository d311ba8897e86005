package io.dbmigrations.operator.database;

import static io.dbmigrations.api.v1alpha1.Reason.DATABASE_UNREACHABLE;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.dbmigrations.operator.database.DatabaseReading.NotObservable;
import io.dbmigrations.operator.database.DatabaseReading.Refused;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is behind a tenant's URL need not be PostgreSQL. */
class HostileServerTest {
  private static final Duration PATIENCE = Duration.ofSeconds(1);
  private static final FakeServer.Behaviour SILENT = (in, out) -> Thread.sleep(60_000);

  @TempDir private static Path directory;
  private static SSLContext certificate;

  @BeforeAll
  static void createCertificate() throws Exception {
    certificate = TestCertificate.create(directory);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void givesUpOnAServerThatNeverAnswers(boolean tls) throws IOException {
    assertUnreachable(tls, SILENT, "did not answer in time");
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void givesUpOnAServerThatAnswersByteByByte(boolean tls) throws IOException {
    assertUnreachable(
        tls,
        (in, out) -> {
          logIn(in, out);
          out.write(message('E', new byte[1000]), 0, 5);
          while (true) {
            out.write('x');
            out.flush();
            Thread.sleep(300);
          }
        },
        "did not answer in time");
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void makesNoRoomForAMessageThatNobodyNeeds(boolean tls) throws IOException {
    assertUnreachable(
        tls,
        (in, out) -> {
          in.read(new byte[1024]);
          out.write(new byte[] {'E', 0x7f, 0, 0, 0});
          Thread.sleep(60_000);
        },
        "does not answer as PostgreSQL does");
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void makesNoRoomForAFieldThatIsLongerThanItsRow(boolean tls) throws IOException {
    assertUnreachable(
        tls,
        (in, out) -> {
          logIn(in, out);
          out.write(message('D', new byte[] {0, 1, 0x7f, 0, 0, 0, 'x'}));
          Thread.sleep(60_000);
        },
        "does not answer as PostgreSQL does");
  }

  @Test
  void doesNotTakeInAnEndlessAnswer() throws IOException {
    assertUnreachable(
        false,
        (in, out) -> {
          byte[] notice = message('N', new byte[64 * 1024 - 4]);
          in.read(new byte[1024]);
          out.write(message('R', new byte[4]));
          while (true) {
            out.write(notice);
          }
        },
        "more than a version table can hold");
  }

  @Test
  void survivesAnswersThatTheDriverDidNotExpect() throws IOException {
    assertThat(
            read(
                false,
                (in, out) -> {
                  logIn(in, out);
                  // More statements parsed than were sent.
                  for (int i = 0; i < 100; i++) {
                    out.write(message('1', new byte[0]));
                  }
                  Thread.sleep(60_000);
                }))
        .isInstanceOf(NotObservable.class);
  }

  @Test
  void takesNoPartInALoginByKerberos() throws IOException {
    assertThat(
            read(
                false,
                (in, out) -> {
                  in.read(new byte[1024]);
                  out.write(message('R', new byte[] {0, 0, 0, 7}));
                  Thread.sleep(60_000);
                }))
        .isInstanceOf(NotObservable.class);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void hashesNoPasswordForAnHour(boolean tls) throws IOException {
    assertUnreachable(
        tls,
        (in, out) -> {
          in.read(new byte[1024]);
          out.write(message('R', "\0\0\0\nSCRAM-SHA-256\0\0".getBytes(US_ASCII)));
          out.flush();
          byte[] answer = new byte[1024];
          String first = new String(answer, 0, in.read(answer), US_ASCII);
          String nonce = first.substring(first.indexOf("r=")) + "x";
          out.write(
              message(
                  'R', "\0\0\0\013%s,s=c2FsdA==,i=2147483647".formatted(nonce).getBytes(US_ASCII)));
          out.flush();
          Thread.sleep(60_000);
        },
        "more rounds of hashing than any password needs");
  }

  @Test
  void saysThatItIsNotPostgresql() throws IOException {
    assertUnreachable(
        false,
        (in, out) -> out.write("HTTP/1.1 400 Bad Request\r\n\r\n".getBytes(US_ASCII)),
        "does not answer as PostgreSQL does");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"localhost", "127.0.0.1", "127.7.7.7", "[::1]", "0.0.0.0", "169.254.169.254"})
  void doesNotConnectToItsOwnPodOrNode(String host) throws IOException {
    try (FakeServer server = new FakeServer(null, SILENT)) {
      DatabaseReading reading = read(host, server.port(), Reach.OTHER_HOSTS);

      assertThat(reading)
          .isInstanceOfSatisfying(
              NotObservable.class,
              notObservable -> assertThat(notObservable.message()).contains("Pod itself"));
      assertThat(server.connections()).isZero();
    }
  }

  @Test
  void saysThatNobodyListens() throws IOException {
    FakeServer server = new FakeServer(null, SILENT);
    server.close();

    assertThat(read("127.0.0.1", server.port(), Reach.ANYWHERE).toString())
        .contains("the connection was refused");
  }

  @Test
  void saysThatTheHostIsUnknown() {
    assertThat(read("no-such-host.invalid", 5432, Reach.OTHER_HOSTS).toString())
        .contains("the host is unknown");
  }

  private static void logIn(InputStream in, OutputStream out) throws IOException {
    in.read(new byte[1024]);
    out.write(message('R', new byte[4]));
    out.write(message('S', "server_version\000017.0\0".getBytes(US_ASCII)));
    out.write(message('S', "client_encoding\0UTF8\0".getBytes(US_ASCII)));
    out.write(message('Z', new byte[] {'I'}));
    out.flush();
    in.read(new byte[1024]);
  }

  private static byte[] message(char type, byte[] content) {
    return ByteBuffer.allocate(5 + content.length)
        .put((byte) type)
        .putInt(4 + content.length)
        .put(content)
        .array();
  }

  private static void assertUnreachable(boolean tls, FakeServer.Behaviour behaviour, String words)
      throws IOException {
    long start = System.nanoTime();

    DatabaseReading reading = read(tls, behaviour);

    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(5));
    assertThat(reading)
        .isInstanceOfSatisfying(
            Refused.class,
            refused -> {
              assertThat(refused.reason()).isEqualTo(DATABASE_UNREACHABLE);
              assertThat(refused.message()).contains(words).doesNotContain("s3cret");
            });
  }

  private static DatabaseReading read(boolean tls, FakeServer.Behaviour behaviour)
      throws IOException {
    try (FakeServer server = new FakeServer(tls ? certificate : null, behaviour)) {
      return read("127.0.0.1", server.port(), Reach.ANYWHERE);
    }
  }

  private static DatabaseReading read(String host, int port, Reach reach) {
    String url = "postgresql://u:s3cret@%s:%d/d".formatted(host, port);
    return new VersionTableReader(PATIENCE, reach)
        .read(DatabaseAccess.by(url), VersionTables.NONE, "shop");
  }
}
