package io.dbmigrations.operator.database;

/** Words of others, made fit for one line of a message. */
final class Text {
  private Text() {}

  static String brief(String words, int length) {
    String line = words.replaceAll("[\\p{Cntrl}\\s]+", " ").strip();
    return line.length() <= length ? line : line.substring(0, length) + "…";
  }
}
