package dev.pinnedimage.registry.auth;

/** A pull secret that is not what it should be; the message is one sentence without its content. */
public final class MalformedPullSecret extends IllegalArgumentException {
  public MalformedPullSecret(String sentence) {
    super(sentence);
  }
}
