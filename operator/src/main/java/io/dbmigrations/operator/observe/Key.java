package io.dbmigrations.operator.observe;

import io.dbmigrations.api.v1alpha1.ConfigMapKeyRef;
import io.dbmigrations.api.v1alpha1.Reason;
import io.dbmigrations.api.v1alpha1.SecretKeyRef;

/**
 * A key of an object in the resource's namespace.
 *
 * @param content what is to be there, in the words of a message
 * @param field where the resource names the key
 */
record Key(Kind kind, String object, String name, String content, String field) {

  /** Where a value may be, and what it is called when that is not there. */
  enum Kind {
    SECRET("Secret", Reason.SECRET_MISSING),
    CONFIG_MAP("ConfigMap", Reason.CONFIG_MAP_MISSING);

    private final String word;
    private final Reason missing;

    Kind(String word, Reason missing) {
      this.word = word;
      this.missing = missing;
    }

    Reason missing() {
      return missing;
    }

    @Override
    public String toString() {
      return word;
    }
  }

  static Key of(SecretKeyRef reference, String content, String field) {
    return new Key(Kind.SECRET, reference.name(), reference.key(), content, field);
  }

  static Key of(ConfigMapKeyRef reference, String content, String field) {
    return new Key(Kind.CONFIG_MAP, reference.name(), reference.key(), content, field);
  }

  /** The object in the words of a message. */
  String where() {
    return "%s %s".formatted(kind, object);
  }
}
