package io.dbmigrations.operator.database;

import java.util.List;
import java.util.stream.Collectors;

/**
 * What is sent to a database. Others may create objects in it, and what they call {@code =} or
 * {@code left} must not run with the rights of the user who migrates: every table, function, type
 * and operator has its schema, and no construct looks for an operator by itself ({@code IN}, {@code
 * BETWEEN}, {@code IS DISTINCT FROM}, {@code CASE x WHEN}, {@code USING}).
 */
final class VersionTableSql {
  /**
   * LOCAL, because behind a pooler the session belongs to others too. The path is for what the
   * driver might send by itself. The last one frees the table's lock, which an ALTER would wait
   * for, should the operator's node vanish.
   */
  static final String LIMITS =
      """
      SET LOCAL search_path = pg_catalog, pg_temp;
      SET LOCAL statement_timeout = '4s';
      SET LOCAL lock_timeout = '2s';
      SET LOCAL idle_in_transaction_session_timeout = '10s'\
      """;

  /**
   * Whether it is a standby, its name, and whether the user may ask for the server's identifier.
   */
  static final String SERVER =
      """
      SELECT pg_catalog.pg_is_in_recovery(),
             pg_catalog.current_database(),
             (SELECT pg_catalog.has_function_privilege(p.oid, CAST('EXECUTE' AS pg_catalog.text))
              FROM pg_catalog.pg_proc p
              JOIN pg_catalog.pg_namespace n ON n.oid OPERATOR(pg_catalog.=) p.pronamespace
              WHERE n.nspname OPERATOR(pg_catalog.=) CAST('pg_catalog' AS pg_catalog.name)
                AND p.proname OPERATOR(pg_catalog.=) CAST('pg_control_system' AS pg_catalog.name)
              LIMIT 1)\
      """;

  /**
   * What is of that schema and name: no row, or its kind, its row security, its column's type. The
   * schema first: a database may have the same table for each of many tenants.
   */
  static final String RELATION =
      """
      SELECT c.relkind, pg_catalog.row_security_active(c.oid), a.atttypid
      FROM pg_catalog.pg_class c
      LEFT JOIN pg_catalog.pg_attribute a
             ON a.attrelid OPERATOR(pg_catalog.=) c.oid
            AND a.attname OPERATOR(pg_catalog.=) CAST('version_num' AS pg_catalog.name)
            AND NOT a.attisdropped
      WHERE c.relnamespace OPERATOR(pg_catalog.=)
            (SELECT n.oid
             FROM pg_catalog.pg_namespace n
             WHERE n.nspname OPERATOR(pg_catalog.=) CAST(? AS pg_catalog.text))
        AND c.relname OPERATOR(pg_catalog.=) CAST(? AS pg_catalog.text)\
      """;

  /** The tables of these names, wherever they are. */
  static final String NAMESAKES =
      """
      SELECT pg_catalog.concat(n.nspname, '.', c.relname)
      FROM pg_catalog.pg_class c
      JOIN pg_catalog.pg_namespace n ON n.oid OPERATOR(pg_catalog.=) c.relnamespace
      WHERE c.relname OPERATOR(pg_catalog.=) ANY (CAST(? AS pg_catalog.text[]))
        AND (c.relkind OPERATOR(pg_catalog.=) CAST('r' AS pg_catalog."char")
             OR c.relkind OPERATOR(pg_catalog.=) CAST('p' AS pg_catalog."char"))
        AND c.relpersistence OPERATOR(pg_catalog.<>) CAST('t' AS pg_catalog."char")
      LIMIT 1001\
      """;

  /**
   * The comments with a note of the runner's, on tables that belong to the user: what others write
   * on theirs proves nothing.
   */
  static final String NOTED =
      """
      SELECT pg_catalog.concat(n.nspname, '.', c.relname), pg_catalog.left(s.description, 100000)
      FROM pg_catalog.pg_description s
      JOIN pg_catalog.pg_class c ON c.oid OPERATOR(pg_catalog.=) s.objoid
      JOIN pg_catalog.pg_namespace n ON n.oid OPERATOR(pg_catalog.=) c.relnamespace
      WHERE s.classoid OPERATOR(pg_catalog.=) CAST(CAST('pg_catalog.pg_class' AS pg_catalog.regclass) AS pg_catalog.oid)
        AND s.objsubid OPERATOR(pg_catalog.=) 0
        AND (c.relkind OPERATOR(pg_catalog.=) CAST('r' AS pg_catalog."char")
             OR c.relkind OPERATOR(pg_catalog.=) CAST('p' AS pg_catalog."char"))
        AND pg_catalog.strpos(s.description, CAST(? AS pg_catalog.text)) OPERATOR(pg_catalog.>) 0
        AND pg_catalog.pg_has_role(c.relowner, CAST('USAGE' AS pg_catalog.text))
      LIMIT 101\
      """;

  /** The identifier that the server got when it was made. */
  static final String SYSTEM =
      "SELECT s.system_identifier FROM pg_catalog.pg_control_system() AS s";

  private VersionTableSql() {}

  /**
   * Keeps a table from being swapped for a view between the look at it and its rows: the functions
   * of a view run with the reader's rights. Whoever waits for one while holding another may be
   * waited for in turn, and the server may then end the migration: of several none is waited for.
   */
  static String lock(List<VersionTableName> tables) {
    String names = tables.stream().map(VersionTableName::toSql).collect(Collectors.joining(", "));
    String patience = tables.size() > 1 ? " NOWAIT" : "";
    return "LOCK TABLE %s IN ACCESS SHARE MODE%s".formatted(names, patience);
  }

  /** At most so many rows, each cut to so many characters. */
  static String rows(VersionTableName name, int rows, int length) {
    return "SELECT pg_catalog.left(CAST(version_num AS pg_catalog.text), %d) FROM %s LIMIT %d"
        .formatted(length, name.toSql(), rows);
  }
}
