package dev.pinnedimage.notification;

import java.nio.file.Path;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One registry, or one account there, that may say that something was pushed: an entry of {@code
 * notifications.sources} in the operator's file, by its keys there.
 *
 * @param name the first part of its path at the endpoint
 * @param type {@link SourceType} by its name there
 * @param secretFile holds what the source proves itself with; read again when it changes
 * @param registry {@code host[:port]} as in image references, in place of what payloads say
 */
public record NotificationSource(
    String name, String type, @Nullable Path secretFile, @Nullable String registry) {
  public NotificationSource {
    name = Objects.requireNonNullElse(name, "");
    type = Objects.requireNonNullElse(type, "");
  }
}
