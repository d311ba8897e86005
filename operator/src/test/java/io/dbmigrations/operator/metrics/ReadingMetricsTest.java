package io.dbmigrations.operator.metrics;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.dbmigrations.api.v1alpha1.Reason;
import io.dbmigrations.operator.database.DatabaseAccess;
import io.dbmigrations.operator.database.DatabaseReading;
import io.dbmigrations.operator.testing.Ends;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

class ReadingMetricsTest {

  private static final DatabaseAccess ACCESS = DatabaseAccess.by("postgresql://u:secret@h/d");

  private final Instruments instruments = new Instruments();
  private Supplier<DatabaseReading> next = () -> Ends.rows("003");
  private final ReadingMetrics reader = new ReadingMetrics((_, _, _) -> next.get(), instruments);

  @Test
  void measuresEachReadingByWhatItFound() throws IOException {
    assertThat(reader.read(ACCESS, Ends.ONE, "shop")).isEqualTo(Ends.rows("003"));
    next = () -> new DatabaseReading.Refused(Reason.DATABASE_UNREACHABLE, "secret");
    reader.read(ACCESS, Ends.ONE, "shop");
    next = () -> new DatabaseReading.Locked("secret");
    reader.read(ACCESS, Ends.ONE, "shop");
    next = () -> new DatabaseReading.NotObservable("secret");
    reader.read(ACCESS, Ends.ONE, "shop");
    next =
        () -> {
          throw new IllegalStateException("secret");
        };
    assertThatIllegalStateException().isThrownBy(() -> reader.read(ACCESS, Ends.ONE, "shop"));

    ByteArrayOutputStream page = new ByteArrayOutputStream();
    instruments.write(page, SampleText.CONTENT_TYPE);
    String text = page.toString(UTF_8);
    assertThat(
            Scrape.of(text).of(Metric.READING_DURATION).entrySet().stream()
                .filter(entry -> Scrape.name(entry.getKey()).endsWith("_count"))
                .filter(entry -> entry.getValue() == 1)
                .map(entry -> entry.getKey().replaceAll(".*found=\"(\\w+)\".*", "$1")))
        .containsExactlyInAnyOrder(
            "DatabaseRead",
            "DatabaseUnreachable",
            "DatabaseBusy",
            "NotObservable",
            "InternalError");
    assertThat(text).doesNotContain("secret");
  }
}
