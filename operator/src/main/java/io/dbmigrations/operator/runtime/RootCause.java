package io.dbmigrations.operator.runtime;

/** What was at the bottom of an exception, without the wrapping of the layers above. */
public final class RootCause {

  private RootCause() {}

  public static String of(Throwable e) {
    Throwable root = e;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return root.toString();
  }
}
