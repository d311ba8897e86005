package io.dbmigrations.operator.database;

import static org.assertj.core.api.Assertions.assertThat;

import io.dbmigrations.api.v1alpha1.Reason;
import io.dbmigrations.operator.database.DatabaseReading.Locked;
import io.dbmigrations.operator.database.DatabaseReading.NotObservable;
import io.dbmigrations.operator.database.DatabaseReading.Refused;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FailureTest {
  private static final JdbcTarget TARGET =
      JdbcTarget.of(
          DatabaseUrl.parse("postgresql://app:s3cret@db.example:6543/shop"), Certificates.NONE);
  private static final String WHERE = "database \"shop\" on db.example:6543 as user \"app\"";

  @ParameterizedTest
  @CsvSource({
    "28P01, AUTHENTICATION_FAILED",
    "28000, AUTHENTICATION_FAILED",
    "3D000, DATABASE_MISSING",
    "42501, PERMISSION_DENIED",
    "08000, DATABASE_UNREACHABLE",
    "08001, DATABASE_UNREACHABLE",
    "08003, DATABASE_UNREACHABLE",
    "08006, DATABASE_UNREACHABLE",
    "08P01, DATABASE_UNREACHABLE",
    "53100, DATABASE_UNREACHABLE",
    "53300, DATABASE_UNREACHABLE",
    "55000, DATABASE_UNREACHABLE",
    "57014, DATABASE_UNREACHABLE",
    "57P01, DATABASE_UNREACHABLE",
    "57P02, DATABASE_UNREACHABLE",
    "57P03, DATABASE_UNREACHABLE",
    "57P05, DATABASE_UNREACHABLE",
    "58030, DATABASE_UNREACHABLE",
    "XX000, DATABASE_UNREACHABLE",
  })
  void refusesByState(String state, Reason reason) {
    assertThat(reading(new SQLException("some words.", state)))
        .isInstanceOfSatisfying(
            Refused.class,
            refused -> {
              assertThat(refused.reason()).isEqualTo(reason);
              assertThat(refused.message()).contains(WHERE, "some words").doesNotContain("..");
            });
  }

  @Test
  void tellsARoleThatDoesNotExistFromOtherRefusals() {
    assertThat(reason(new SQLException("FATAL: role \"app\" does not exist", "28000")))
        .isEqualTo(Reason.ROLE_MISSING);
    assertThat(reason(new SQLException("FATAL: role \"app\" is not permitted to log in", "28000")))
        .isEqualTo(Reason.AUTHENTICATION_FAILED);
  }

  @Test
  void saysThatAMissingRoleIsRefusedLikeAWrongPassword() {
    assertThat(reading(new SQLException("password authentication failed", "28P01")).toString())
        .contains("a role that does not exist yet is refused in the same way");
  }

  @Test
  void tellsALoginThatIsForbiddenFromAPassword() {
    assertThat(
            reading(new SQLException("role \"app\" is not permitted to log in", "28000"))
                .toString())
        .contains("ALTER ROLE … LOGIN")
        .doesNotContain("refused in the same way", "password");
  }

  @Test
  void tellsTheRightToConnectFromTheRightToTheTable() {
    assertThat(
            reading(new SQLException("permission denied for database \"shop\"", "42501"))
                .toString())
        .contains("Grant the user CONNECT on the database.");
    assertThat(reading(new SQLException("permission denied for schema public", "42501")).toString())
        .contains("Grant the user SELECT on the version table and USAGE on its schema.");
  }

  @Test
  void doesNotRepeatAPasswordThatTheServerSays() {
    assertThat(reading(new SQLException("no, not s3cret, s3cret!", "57P03")).toString())
        .contains("no, not ***, ***!");
  }

  @Test
  void takesALockForNoFailure() {
    assertThat(reading(new SQLException("canceling statement", "55P03")))
        .isInstanceOfSatisfying(
            Locked.class, locked -> assertThat(locked.message()).contains(WHERE));
  }

  @ParameterizedTest
  @ValueSource(strings = {"08004", "42601", "22000", "26000", "?", ""})
  void leavesWhatItDoesNotKnowToTheRunner(String state) {
    assertThat(reading(new SQLException("some words", state)))
        .isInstanceOfSatisfying(
            NotObservable.class,
            reading -> assertThat(reading.message()).contains(WHERE, "some words"));
  }

  @Test
  void leavesAnErrorWithoutStateToTheRunner() {
    assertThat(reading(new SQLException("some words"))).isInstanceOf(NotObservable.class);
  }

  @Test
  void saysWhichWayAServerIsOutOfReach() {
    assertThat(unreachable(new UnknownHostException("db.example"))).contains("host is unknown");
    assertThat(unreachable(new SocketTimeoutException("Read timed out")))
        .contains("did not answer in time", "network policies");
    assertThat(unreachable(new ConnectException("Connection refused")))
        .contains("was refused", "port");
  }

  @Test
  void doesNotBlameAPasswordThatTheUrlDoesNotHave() {
    JdbcTarget withoutPassword =
        JdbcTarget.of(DatabaseUrl.parse("postgresql://app@db/shop"), Certificates.NONE);

    assertThat(
            Failure.reading(
                new SQLException("no", "28P01"),
                withoutPassword,
                withoutPassword.servers().getFirst()))
        .isInstanceOf(NotObservable.class);
  }

  @Test
  void keepsTheWordsOfOthersShortAndOnOneLine() {
    SQLException e = new SQLException("a\nb\0c " + "x".repeat(10_000), "57P01");

    assertThat(reading(e))
        .isInstanceOfSatisfying(
            Refused.class,
            refused -> assertThat(refused.message()).contains("a b c").hasSizeLessThan(500));
  }

  private static Reason reason(SQLException e) {
    return ((Refused) reading(e)).reason();
  }

  private static String unreachable(Exception cause) {
    return reading(new SQLException("The connection attempt failed.", "08001", cause)).toString();
  }

  private static DatabaseReading reading(SQLException e) {
    DatabaseReading reading = Failure.reading(e, TARGET, TARGET.servers().getFirst());
    assertThat(reading.toString()).doesNotContain("s3cret");
    return reading;
  }
}
