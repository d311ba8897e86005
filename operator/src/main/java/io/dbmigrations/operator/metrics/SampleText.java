package io.dbmigrations.operator.metrics;

import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Writes samples in Prometheus' text format while they are computed: those of ten thousand
 * resources are never in memory at a time.
 */
final class SampleText {

  static final String CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8";

  private static final int BUFFER = 16 * 1024;

  private final Writer out;
  private List<String> before = List.of();

  SampleText(OutputStream out) {
    this.out = new BufferedWriter(new OutputStreamWriter(out, StandardCharsets.UTF_8), BUFFER);
  }

  /** Says what follows: all samples of that metric. */
  void begin(Metric metric) throws IOException {
    out.write("# HELP " + metric.wireName() + " " + metric.help() + "\n");
    out.write("# TYPE " + metric.wireName() + " " + metric.type().word() + "\n");
    List<String> words = new ArrayList<>();
    String word = metric.wireName() + "{";
    for (Label label : metric.labels()) {
      words.add(word + label.key() + "=\"");
      word = "\",";
    }
    words.add(words.isEmpty() ? metric.wireName() + " " : "\"} ");
    before = words;
  }

  /** Writes one of them, with the values of the metric's labels in their order. */
  void sample(double value, String... values) throws IOException {
    int last = before.size() - 1;
    for (int i = 0; i < last; i++) {
      out.write(before.get(i));
      escaped(values[i]);
    }
    out.write(before.get(last));
    number(value);
  }

  void flush() throws IOException {
    out.flush();
  }

  // Most are 0 or 1.
  private void number(double value) throws IOException {
    if (value == 0 || value == 1) {
      out.write(value == 0 ? "0\n" : "1\n");
    } else if (value == Math.rint(value)) {
      out.write(Long.toString((long) value));
      out.write('\n');
    } else {
      out.write(Double.toString(value));
      out.write('\n');
    }
  }

  private void escaped(String value) throws IOException {
    boolean isPlain = value.indexOf('"') < 0 && value.indexOf('\\') < 0 && value.indexOf('\n') < 0;
    out.write(
        isPlain ? value : value.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n"));
  }
}
