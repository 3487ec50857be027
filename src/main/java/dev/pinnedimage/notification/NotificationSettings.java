package dev.pinnedimage.notification;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the operator's file says about notifications.
 *
 * @param address {@code host:port} of the endpoint; null for none
 */
public record NotificationSettings(@Nullable String address, List<NotificationSource> sources) {
  public static final NotificationSettings OFF = new NotificationSettings(null, List.of());

  public NotificationSettings {
    sources = sources == null ? List.of() : List.copyOf(sources);
  }

  /**
   * Checks what types cannot say. Secrets are read when the endpoint starts, and not here.
   *
   * @throws dev.pinnedimage.registry.InvalidSettings with the sentence for its author
   */
  public void check() {
    SettingsRules.check(this);
  }
}
