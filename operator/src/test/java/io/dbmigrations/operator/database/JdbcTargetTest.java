package io.dbmigrations.operator.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Optional;
import java.util.Properties;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The expectations were read off SQLAlchemy 2.1's make_url and create_connect_args. */
class JdbcTargetTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          # driver names
          postgresql://u:p@h:5432/d                     | u | p | h:5432 | d
          postgres://u:p@h:5432/d                       | u | p | h:5432 | d
          postgresql+asyncpg://u:p@h:5432/d             | u | p | h:5432 | d
          postgresql+psycopg://u:p@h:5432/d             | u | p | h:5432 | d
          postgresql+psycopg_async://u:p@h:5432/d       | u | p | h:5432 | d
          postgresql+psycopg2://u:p@h:5432/d            | u | p | h:5432 | d
          postgresql+psycopg2cffi://u:p@h:5432/d        | u | p | h:5432 | d
          postgresql+pg8000://u:p@h:5432/d              | u | p | h:5432 | d
          # what is missing
          postgresql://u:p@h/d                          | u | p | h:5432 | d
          postgresql://u:p@h:/d                         | u | p | h:5432 | d
          postgresql://u:p@h:6543/d                     | u | p | h:6543 | d
          postgresql://u:p@h:6543?dbname=d              | u | p | h:6543 | d
          postgresql://u@h/d                            | u |   | h:5432 | d
          postgresql://u:@h/d                           | u |   | h:5432 | d
          # escapes
          postgresql://us%40er:p%40s%2Fs%3As%23s%3F@h/d | us@er | p@s/s:s#s? | h:5432 | d
          postgresql://u:p+q%2B@h/d                     | u | p+q+   | h:5432 | d
          postgresql://u:p%C3%A9@h/d                    | u | pé     | h:5432 | d
          postgresql://u:100%@h/d                       | u | 100%   | h:5432 | d
          postgresql://u:%zz%4@h/d                      | u | %zz%4  | h:5432 | d
          postgresql://u:p/a:s#s?w@h/d                  | u | p/a:s#s?w | h:5432 | d
          postgresql://u:p@h/d%20b                      | u | p | h:5432 | d b
          postgresql://u:p@h/a/b                        | u | p | h:5432 | a/b
          postgresql://u:p@h/d#x                        | u | p | h:5432 | d#x
          # hosts
          postgresql://u:p@postgres.platform.svc/d      | u | p | postgres.platform.svc:5432 | d
          postgresql://u:p@10.0.0.7:1/d                 | u | p | 10.0.0.7:1 | d
          postgresql://u:p@[2001:db8::7]:6543/d         | u | p | [2001:db8::7]:6543 | d
          postgresql://u:p@[::1]/d                      | u | p | [::1]:5432 | d
          postgresql://u:p@a,b/d                        | u | p | a:5432 b:5432 | d
          postgresql://u:p@a,b:99/d                     | u | p | a:99 b:99 | d
          postgresql://u:p@/d?host=a:1&host=b           | u | p | a:1 b:5432 | d
          postgresql://u:p@x:99/d?host=a:1&host=b       | u | p | a:1 b:5432 | d
          postgresql://u:p@/d?host=a,b&port=1,2         | u | p | a:1 b:2 | d
          postgresql://u:p@/d?host=a,b&port=1           | u | p | a:1 b:1 | d
          postgresql://u:p@/d?host=a,b&port=1,          | u | p | a:1 b:5432 | d
          postgresql://u:p@x:99/d?host=a,b              | u | p | a:5432 b:5432 | d
          postgresql://u:p@/d?host=a                    | u | p | a:5432 | d
          postgresql://u:p@/d?host=a:77                 | u | p | a:77 | d
          postgresql://u:p@/d?host=a:                   | u | p | a:5432 | d
          postgresql://u:p@x:99/d?host=a                | u | p | a:99 | d
          postgresql://u:p@/d?host=a&port=78            | u | p | a:78 | d
          postgresql://u:p@h/d?port=78                  | u | p | h:78 | d
          postgresql://u:p@/d?host=::1                  | u | p | [::1]:5432 | d
          # options that override
          postgresql://u:p@h/d?user=v&password=q%2B     | v | q+ | h:5432 | d
          postgresql+psycopg://u:p@h/d?dbname=e         | u | p | h:5432 | e
          postgresql+asyncpg://u:p@h/d?database=e       | u | p | h:5432 | e
          postgresql://h/d?user=u&password=p            | u | p | h:5432 | d
          # options that change nothing about which database it is
          postgresql://u:p@h/d?application_name=a+b&connect_timeout=3 | u | p | h:5432 | d
          postgresql+asyncpg://u:p@h/d?prepared_statement_cache_size=0&async_fallback=true | u | p | h:5432 | d
          postgresql://u:p@h/d?options=-csearch_path%3Dx&target_session_attrs=read-write | u | p | h:5432 | d
          postgresql://u:p@h/d?keepalives=1&load_balance_hosts=random&krbsrvname=x | u | p | h:5432 | d
          postgresql://u:p@h/d?sslrootcert=&flag        | u | p | h:5432 | d
          """)
  void readsAsSqlalchemyDoes(
      String url, String user, String password, String servers, String database) {
    JdbcTarget target = JdbcTarget.of(DatabaseUrl.parse(url), Certificates.NONE);

    assertThat(target.user()).isEqualTo(user);
    assertThat(target.password()).isEqualTo(Optional.ofNullable(password));
    assertThat(servers(target)).isEqualTo(servers);
    assertThat(target.database()).isEqualTo(database);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "postgresql://u:p@postgres/d | postgres.shop.svc:5432",
        "postgresql://u:p@/d?host=a:1&host=b.other:2 | a.shop.svc:1 b.other:2",
        "postgresql://u:p@localhost/d | localhost:5432",
        "postgresql://u:p@[::1]/d | [::1]:5432",
        "postgresql://u:p@10.0.0.1/d | 10.0.0.1:5432",
      })
  void findsAServiceAsAPodOfTheResourcesNamespaceDoes(String url, String servers) {
    assertThat(servers(JdbcTarget.of(DatabaseUrl.parse(url), Certificates.NONE).from("shop")))
        .isEqualTo(servers);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "postgresql://u:p@h/d\n",
        "postgresql://u:p@h/d\r\n",
        "postgresql://u:p@h/d?sslmode=prefer\n",
        " \tpostgresql://u:p@h/d ",
      })
  void dropsWhiteSpaceAroundTheUrl(String url) {
    JdbcTarget target = JdbcTarget.of(DatabaseUrl.parse(url), Certificates.NONE);

    assertThat(target)
        .isEqualTo(
            JdbcTarget.of(
                DatabaseUrl.parse("postgresql://u:p@h/d?sslmode=prefer"), Certificates.NONE));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          x=1                                     | PREFER  | PREFER
          sslmode=disable                         | DISABLE | PREFER
          sslmode=allow                           | ALLOW   | PREFER
          sslmode=prefer                          | PREFER  | PREFER
          sslmode=require                         | REQUIRE | PREFER
          ssl=require                             | REQUIRE | PREFER
          ssl=true                                | REQUIRE | PREFER
          sslmode=require&channel_binding=require | REQUIRE | REQUIRE
          channel_binding=disable                 | PREFER  | DISABLE
          """)
  void takesOnTheEncryptionThatNeedsNoFiles(
      String options, JdbcTarget.SslMode sslMode, JdbcTarget.ChannelBinding channelBinding) {
    JdbcTarget target =
        JdbcTarget.of(DatabaseUrl.parse("postgresql://u:p@h/d?" + options), Certificates.NONE);

    assertThat(target.sslMode()).isEqualTo(sslMode);
    assertThat(target.channelBinding()).isEqualTo(channelBinding);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          ``                                                      | not of SQLAlchemy's form
          s3cret                                                  | not of SQLAlchemy's form
          jdbc:postgresql://u:s3cret@h/d                          | not of SQLAlchemy's form
          mysql+pymysql://u:s3cret@h/d                            | scheme is mysql+pymysql
          sqlite:///s3cret                                        | scheme is sqlite
          cockroachdb://u:s3cret@h/d                              | scheme is cockroachdb
          POSTGRESQL://u:s3cret@h/d                               | scheme is POSTGRESQL
          postgresql+auroradataapi://u:s3cret@h/d                 | scheme is postgresql+auroradataapi
          postgresql://u:s3@cret@h/d                              | more than one @
          postgresql://u:p@s3cret:s3cret@h/d                      | more than one @
          postgresql://u:p@s3?cret@h/d                            | more than one @
          postgresql://u:p@s3/cret@h/d                            | more than one @
          postgresql://u:p@h:s3cret/d                             | port
          postgresql://u:p@h:65536/d                              | port
          postgresql://u:p@h:0/d                                  | port
          postgresql://u:p@/d?host=h:s3cret                       | port
          postgresql://u:p@/d?host=a,b,c&port=1,2                 | as many ports as hosts
          postgresql://u:p@s3<cret/d                              | neither a name nor an address
          postgresql://u:p@h%2Fs3cret/d                           | neither a name nor an address
          postgresql://u:p@/d?host=a,                             | neither a name nor an address
          postgresql://u:p@/d?host=[::1]:5432                     | port
          postgresql://u:s3cret@/d                                | names no host
          postgresql:///d                                         | names no user
          postgresql://u:s3cret@h                                 | names no database
          postgresql://u:s3cret@h/                                | names no database
          postgresql://u:s3cret@/?host=h                          | names no database
          postgresql://h/d                                        | names no user
          postgresql://u:s3cret@/d?host=/var/run/postgresql       | Unix socket
          postgresql://u:s3cret@/d?host=%2Fvar%2Frun%2Fpostgresql | Unix socket
          postgresql://u:s3cret@/d?host=a&host=/tmp               | Unix socket
          postgresql://u:s3cret@/d?host=@abstract                 | more than one @
          postgresql://u:s3cret@/d?host=%40abstract               | Unix socket
          postgresql+pg8000://u:s3cret@/d?unix_sock=/tmp/x        | unix_sock
          postgresql://u:s3cret@h/d?service=s3cret                | service
          postgresql://u:s3cret@h/d?servicefile=/etc/passwd       | servicefile
          postgresql://u:s3cret@h/d?passfile=/etc/passwd          | passfile
          postgresql://u:s3cret@h/d?hostaddr=10.0.0.1             | hostaddr
          postgresql+asyncpg://u:s3cret@h/d?dsn=postgres://x      | dsn
          postgresql+asyncpg://u:s3cret@h/d?direct_tls=true       | direct_tls
          postgresql://u:s3cret@h/d?sslmode=verify-ca             | verify-ca
          postgresql://u:s3cret@h/d?ssl=verify-full               | verify-full
          postgresql://u:s3cret@h/d?sslmode=s3cret                | sslmode
          postgresql://u:s3cret@h/d?sslmode=require&sslrootcert=/etc/passwd | sslrootcert
          postgresql://u:s3cret@h/d?sslcert=/c                    | sslcert
          postgresql://u:s3cret@h/d?sslkey=/k                     | sslkey
          postgresql://u:s3cret@h/d?sslpassword=s3cret            | sslpassword
          postgresql://u:s3cret@h/d?sslcrl=/k                     | sslcrl
          postgresql://u:s3cret@h/d?sslcrldir=/k                  | sslcrldir
          postgresql://u:s3cret@h/d?sslnegotiation=direct         | sslnegotiation
          postgresql://u:s3cret@h/d?gssencmode=require            | gssencmode
          postgresql://u:s3cret@h/d?require_auth=gss              | require_auth
          postgresql://u:s3cret@h/d?channel_binding=s3cret        | channel_binding
          postgresql://u:s3cret@h/d?options=-c%20role%3Downer     | role
          postgresql://u%00:s3cret@h/d                            | NUL
          postgresql://u:s3cret%00@h/d                            | NUL
          postgresql://u:s3cret@h/d%00e                           | NUL
          postgresql://u/s3cret@h/d                               | %40
          postgresql://h/d?options=s3cret@x                       | %40
          """)
  void saysWhatItCannotSee(String url, String words) {
    assertThatThrownBy(() -> JdbcTarget.of(DatabaseUrl.parse(url), Certificates.NONE))
        .isInstanceOf(NotObservableException.class)
        .hasMessageContaining(words)
        .message()
        .doesNotContain("s3", "cret");
  }

  @Test
  void passesNoPropertyOfTheUrlToTheDriver() {
    String options =
        "?socketFactory=java.io.FileOutputStream&socketFactoryArg=/tmp/x&sslfactory=evil.Factory"
            + "&sslhostnameverifier=evil.V&sslpasswordcallback=evil.C&loggerFile=/tmp/x"
            + "&loggerLevel=TRACE&authenticationPluginClassName=evil.A&connectExecutor=evil.E"
            + "&PGHOST=evil&localSocketAddress=1.2.3.4&jaasApplicationName=evil"
            + "&xmlFactoryFactory=LEGACY_INSECURE&dbmigration.reach=ANYWHERE";

    Properties plain = properties("postgresql://u:p@h/d");

    assertThat(properties("postgresql://u:p@h/d" + options)).isEqualTo(plain);
    assertThat(plain)
        .containsEntry("PGHOST", "h")
        .containsEntry("dbmigration.reach", "OTHER_HOSTS")
        .containsEntry("sslfactory", "io.dbmigrations.operator.database.CheckedTlsFactory");
  }

  @Test
  void keepsAValueInItsProperty() {
    Properties properties =
        properties("postgresql://u%26loggerFile=x:p%3F%26ssl@h/d%3FsocketFactory=evil%2F..");

    assertThat(properties)
        .hasSameSizeAs(properties("postgresql://u:p@h/d"))
        .containsEntry("user", "u&loggerFile=x")
        .containsEntry("password", "p?&ssl")
        .containsEntry("PGDBNAME", "d?socketFactory=evil/..");
  }

  @Test
  void setsAPasswordAlwaysSoThatTheDriverReadsNoFile() {
    assertThat(properties("postgresql://u@h/d")).containsEntry("password", "");
  }

  @Test
  void showsNoPassword() {
    DatabaseUrl url = DatabaseUrl.parse("postgresql://u:s3cret@h/d?password=s3cret");

    assertThat(url.toString()).doesNotContain("s3cret");
    assertThat(JdbcTarget.of(url, Certificates.NONE).toString())
        .isEqualTo("JdbcTarget[database \"d\" on h:5432 as user \"u\", password redacted]");
  }

  private static Properties properties(String url) {
    JdbcTarget target = JdbcTarget.of(DatabaseUrl.parse(url), Certificates.NONE);
    return ConnectionProperties.of(
        target,
        target.servers().getFirst(),
        Duration.ofSeconds(5),
        Duration.ofSeconds(15),
        Reach.OTHER_HOSTS);
  }

  private static String servers(JdbcTarget target) {
    return target.servers().stream().map(ServerAddress::toString).collect(Collectors.joining(" "));
  }
}
