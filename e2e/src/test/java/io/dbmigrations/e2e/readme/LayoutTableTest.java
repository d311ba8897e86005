package io.dbmigrations.e2e.readme;

import static org.assertj.core.api.Assertions.assertThat;

import io.dbmigrations.e2e.fixture.Layout;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The documentation says of each project what the scenario gives it. */
class LayoutTableTest {

  private static final Pattern ROW = Pattern.compile("(?m)^\\| (.+) \\| `(\\{.+})` \\|$");

  @Test
  void eachProjectHasItsRowWithTheSpecificationThatIsTested() throws IOException {
    String section =
        Files.readString(Path.of("../crds/README.md"))
            .split("## Projects as people have them", 2)[1]
            .split("\n## ", 2)[0];
    Map<String, Object> rows = new LinkedHashMap<>();
    for (MatchResult row : ROW.matcher(section).results().toList()) {
      Map<?, ?> read = Serialization.unmarshal("spec: " + row.group(2), Map.class);
      rows.put(row.group(1), read.get("spec"));
    }

    Map<String, Object> tested = new LinkedHashMap<>();
    Layout.all().forEach(layout -> tested.put(layout.shape(), layout.spec()));
    assertThat(rows).hasSize(10).isEqualTo(tested);
  }
}
