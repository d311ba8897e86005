package io.dbmigrations.operator.database;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.util.List;

/**
 * The version table that Jobs of a resource have used, by the notes that they left in comments; the
 * format is in migrations-image/runner/contract.json. It tells which table it is and nothing else:
 * what it holds is read.
 */
final class NotedTable {

  static final String PREFIX = "[dbmigration] found: ";

  private static final ObjectMapper JSON = new ObjectMapper();

  private NotedTable() {}

  /** A table, and what stands in its comment. */
  record Comment(String table, String text) {}

  /**
   * The table on which the last attempt was of that setup; none where it was of another one, as
   * then its {@code env.py} may use another table, or where the resource has used several.
   */
  static VersionTables find(List<Comment> comments, Setup setup) {
    List<Comment> own =
        comments.stream().filter(comment -> !entry(comment, setup).isMissingNode()).toList();
    return own.size() == 1
            && setup.hash().equals(entry(own.getFirst(), setup).path("setup").asText())
        ? VersionTables.of(own.getFirst().table())
        : VersionTables.NONE;
  }

  private static JsonNode entry(Comment comment, Setup setup) {
    return comment
        .text()
        .lines()
        .filter(line -> line.startsWith(PREFIX))
        .reduce((first, last) -> last)
        .map(line -> parse(line.substring(PREFIX.length())))
        .orElse(MissingNode.getInstance())
        .path(setup.resource());
  }

  private static JsonNode parse(String note) {
    try {
      return JSON.readTree(note);
    } catch (JsonProcessingException e) {
      // Somebody has edited it; what it was to say nobody knows.
      return MissingNode.getInstance();
    }
  }
}
