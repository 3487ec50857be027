package dev.pinnedimage.registry;

/** A mistake in the operator's own configuration of registries, as one sentence for its author. */
public final class InvalidSettings extends IllegalArgumentException {
  public InvalidSettings(String sentence) {
    super(sentence);
  }
}
