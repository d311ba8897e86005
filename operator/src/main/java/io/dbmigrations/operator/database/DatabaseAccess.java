package io.dbmigrations.operator.database;

/**
 * What a database is reached by; its text form does not show it.
 *
 * @param url as SQLAlchemy reads it
 */
public record DatabaseAccess(String url, Certificates certificates) {

  /** By a URL alone. */
  public static DatabaseAccess by(String url) {
    return new DatabaseAccess(url, Certificates.NONE);
  }

  /** How many characters it has in all. */
  public int length() {
    return url.length() + certificates.length();
  }

  @Override
  public String toString() {
    return "DatabaseAccess[…]";
  }
}
