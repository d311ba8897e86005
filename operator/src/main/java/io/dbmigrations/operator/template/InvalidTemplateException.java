package io.dbmigrations.operator.template;

/** A Pod template that no Job can be made of. */
public final class InvalidTemplateException extends Exception {

  private static final long serialVersionUID = 1L;

  private final String explanation;

  InvalidTemplateException(String explanation) {
    super(explanation);
    this.explanation = explanation;
  }

  /** Which field it is, and what to write. */
  public String explanation() {
    return explanation;
  }
}
