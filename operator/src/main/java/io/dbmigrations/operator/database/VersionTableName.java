package io.dbmigrations.operator.database;

import java.util.ArrayList;
import java.util.List;

/** The schema and the name of a table, as the catalog has them: not quoted, not folded. */
record VersionTableName(String schema, String table) {

  /**
   * The tables that {@code schema.table} can mean. It is one, unless a name itself has a dot: then
   * the catalog says which of them exists.
   */
  static List<VersionTableName> candidates(String qualified) {
    List<VersionTableName> candidates = new ArrayList<>();
    for (int dot = qualified.indexOf('.'); dot >= 0; dot = qualified.indexOf('.', dot + 1)) {
      if (dot > 0 && dot < qualified.length() - 1) {
        candidates.add(
            new VersionTableName(qualified.substring(0, dot), qualified.substring(dot + 1)));
      }
    }
    if (candidates.isEmpty() || qualified.indexOf('\0') >= 0) {
      throw new NotObservableException(
          "The version table is known as %s, which is not of the form schema.table."
              .formatted(Text.brief(qualified, 130)));
    }
    return candidates;
  }

  /** The same for each of several. */
  static List<List<VersionTableName>> candidates(VersionTables tables) {
    return tables.names().stream().map(VersionTableName::candidates).toList();
  }

  /** As the runner reports it. */
  String qualified() {
    return schema + "." + table;
  }

  /** The name as SQL, whatever is in it. */
  String toSql() {
    return quote(schema) + "." + quote(table);
  }

  private static String quote(String identifier) {
    return '"' + identifier.replace("\"", "\"\"") + '"';
  }

  @Override
  public String toString() {
    return Text.brief(qualified(), 130);
  }
}
