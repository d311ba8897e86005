package io.dbmigrations.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonProperty;

/** When the kubelet pulls an image; the values of {@code Container.imagePullPolicy}. */
public enum ImagePullPolicy {
  @JsonProperty("Always")
  ALWAYS("Always"),
  @JsonProperty("IfNotPresent")
  IF_NOT_PRESENT("IfNotPresent"),
  @JsonProperty("Never")
  NEVER("Never");

  private final String wireName;

  ImagePullPolicy(String wireName) {
    this.wireName = wireName;
  }

  /** The value as Kubernetes writes it. */
  public String wireName() {
    return wireName;
  }
}
