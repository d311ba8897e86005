package io.dbmigrations.e2e.bench;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * Lines over numbers of resources as SVG, one panel beside the other; the numbers by their powers.
 */
final class Picture {
  private static final int WIDTH = 360;
  private static final int HEIGHT = 240;
  private static final int MARGIN = 48;
  private static final int STEPS = 4;
  private static final List<String> COLOURS = List.of("#1f6feb", "#bf5700");

  private Picture() {}

  /**
   * What is drawn over the numbers.
   *
   * @param lines the values of each line, one for each number
   */
  record Panel(String title, List<Integer> numbers, Map<String, List<Double>> lines) {
    Panel {
      lines = new TreeMap<>(lines);
    }

    private double most() {
      return lines.values().stream().flatMap(List::stream).mapToDouble(d -> d).max().orElse(1);
    }

    private double x(int number) {
      var first = Math.log(numbers.getFirst());
      var span = Math.log(numbers.getLast()) - first;
      var part = span == 0 ? 0.5 : (Math.log(number) - first) / span;
      return MARGIN + part * (WIDTH - 2 * MARGIN);
    }

    private double y(double value) {
      return HEIGHT - MARGIN - value / most() * (HEIGHT - 2 * MARGIN);
    }

    private String svg(int left) {
      var text = new StringBuilder("<g transform=\"translate(%d 0)\">%n".formatted(left));
      text.append(text(WIDTH / 2.0, 20, "middle", "#888", title));
      for (int step = 0; step <= STEPS; step++) {
        var value = most() * step / STEPS;
        text.append(
            "<path d=\"M%d %.1fH%d\" stroke=\"#8884\"/>%n"
                .formatted(MARGIN, y(value), WIDTH - MARGIN));
        text.append(text(MARGIN - 6, y(value) + 4, "end", "#888", written(value)));
      }
      for (int number : numbers) {
        text.append(
            text(x(number), HEIGHT - MARGIN + 18, "middle", "#888", Integer.toString(number)));
      }
      int index = 0;
      for (var line : lines.entrySet()) {
        var colour = COLOURS.get(index % COLOURS.size());
        text.append(line(line.getValue(), colour));
        text.append(text(MARGIN + 4, 38 + 14 * index++, "start", colour, line.getKey()));
      }
      return text.append("</g>%n".formatted()).toString();
    }

    private String line(List<Double> values, String colour) {
      var points = new StringBuilder();
      var dots = new StringBuilder();
      for (int i = 0; i < values.size(); i++) {
        var x = x(numbers.get(i));
        var y = y(values.get(i));
        points.append(String.format(Locale.ROOT, "%.1f,%.1f ", x, y));
        dots.append(
            String.format(
                Locale.ROOT,
                "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"3\" fill=\"%s\"/>%n",
                x,
                y,
                colour));
      }
      return "<polyline points=\"%s\" fill=\"none\" stroke=\"%s\" stroke-width=\"2\"/>%n%s"
          .formatted(points.toString().strip(), colour, dots);
    }

    private static String written(double value) {
      return String.format(Locale.ROOT, value < 10 ? "%.1f" : "%.0f", value);
    }

    private static String text(double x, double y, String anchor, String colour, String words) {
      return String.format(
          Locale.ROOT,
          "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\" fill=\"%s\">%s</text>%n",
          x,
          y,
          anchor,
          colour,
          words);
    }
  }

  static String of(Panel... panels) {
    var inner = new StringBuilder();
    for (int i = 0; i < panels.length; i++) {
      inner.append(panels[i].svg(i * WIDTH));
    }
    return """
    <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" font-family="sans-serif" font-size="12">
    %s</svg>
    """
        .formatted(panels.length * WIDTH, HEIGHT, inner);
  }
}
