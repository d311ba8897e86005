package io.dbmigrations.operator.metrics;

import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Writes samples in Prometheus' text format while they are computed: those of ten thousand
 * resources are never in memory at a time.
 */
final class SampleText {

  static final String CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8";

  private static final int BUFFER = 16 * 1024;

  private final Writer out;

  SampleText(OutputStream out) {
    this.out = new BufferedWriter(new OutputStreamWriter(out, StandardCharsets.UTF_8), BUFFER);
  }

  /** Says what follows: all samples of that metric. */
  void begin(Metric metric) throws IOException {
    out.write("# HELP " + metric.wireName() + " " + metric.help() + "\n");
    out.write("# TYPE " + metric.wireName() + " " + metric.type().word() + "\n");
  }

  /** Writes one of them, with the values of the metric's labels in their order. */
  void sample(Metric metric, double value, String... values) throws IOException {
    List<Label> labels = metric.labels();
    out.write(metric.wireName());
    for (int i = 0; i < labels.size(); i++) {
      out.write(i == 0 ? "{" : ",");
      out.write(labels.get(i).key());
      out.write("=\"");
      escaped(values[i]);
      out.write("\"");
    }
    out.write(labels.isEmpty() ? " " : "} ");
    number(value);
    out.write("\n");
  }

  void flush() throws IOException {
    out.flush();
  }

  // Most are 0 or 1.
  private void number(double value) throws IOException {
    if (value == 0 || value == 1) {
      out.write(value == 0 ? '0' : '1');
    } else if (value == Math.rint(value)) {
      out.write(Long.toString((long) value));
    } else {
      out.write(Double.toString(value));
    }
  }

  private void escaped(String value) throws IOException {
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      switch (c) {
        case '\\' -> out.write("\\\\");
        case '"' -> out.write("\\\"");
        case '\n' -> out.write("\\n");
        default -> out.write(c);
      }
    }
  }
}
