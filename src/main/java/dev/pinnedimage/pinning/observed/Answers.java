package dev.pinnedimage.pinning.observed;

import dev.pinnedimage.image.Resolution;
import dev.pinnedimage.image.Resolution.Resolved;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What the registry answered; a null was not asked.
 *
 * @param upstream what the tag points at; null while suspended or where the reference is invalid
 * @param candidate what {@link dev.pinnedimage.pinning.Questions} wants verified by digest
 * @param pinned the content of the current pin, asked when the tag points elsewhere
 * @param earlier contents of earlier pins, newest first, as far as they are needed and there
 */
public record Answers(
    @Nullable Resolution upstream,
    @Nullable Resolution candidate,
    @Nullable Resolution pinned,
    List<Resolved> earlier) {
  public static final Answers NONE = new Answers(null, null, null);

  public Answers {
    earlier = List.copyOf(earlier);
  }

  public Answers(
      @Nullable Resolution upstream, @Nullable Resolution candidate, @Nullable Resolution pinned) {
    this(upstream, candidate, pinned, List.of());
  }

  /** The indexes in which a digest that a person chose may be found. */
  public Stream<Resolved> indexes() {
    return Stream.concat(
        Stream.concat(resolvedPin().stream(), resolvedUpstream().stream()), earlier.stream());
  }

  public Optional<Resolved> resolvedUpstream() {
    return upstream instanceof Resolved resolved ? Optional.of(resolved) : Optional.empty();
  }

  public Optional<Resolved> resolvedPin() {
    return pinned instanceof Resolved resolved ? Optional.of(resolved) : Optional.empty();
  }

  /** What was read of a pin: a candidate that has just become it is one too. */
  public Optional<Resolved> contentOf(String pin) {
    return Stream.of(Optional.ofNullable(pinned), Optional.ofNullable(candidate))
        .flatMap(Optional::stream)
        .filter(Resolved.class::isInstance)
        .map(Resolved.class::cast)
        .filter(resolved -> resolved.digest().value().equals(pin))
        .findFirst();
  }
}
