package io.dbmigrations.operator.act;

/** The resource is no longer as it was when the decision was taken: it is to be taken again. */
public final class StaleResourceException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  public StaleResourceException(String message) {
    super(message);
  }
}
