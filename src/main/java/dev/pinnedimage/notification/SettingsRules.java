package dev.pinnedimage.notification;

import dev.pinnedimage.notification.payload.Pushed;
import dev.pinnedimage.registry.InvalidSettings;
import dev.pinnedimage.registry.Refusal;
import java.util.HashSet;
import java.util.Set;
import java.util.regex.Pattern;

/** What {@code notifications} may say beyond its types: one sentence for each mistake. */
final class SettingsRules {
  private static final Pattern ADDRESS = Pattern.compile("([^:\\s]+|\\[[0-9a-f:]+]):[0-9]{1,5}");
  private static final int MAX_PORT = 65_535;
  private static final Pattern NAME = Pattern.compile("[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?");

  private SettingsRules() {}

  static void check(NotificationSettings settings) {
    String address = settings.address();
    if (address != null && !isAddress(address)) {
      throw new InvalidSettings(
          "notifications.address \""
              + Refusal.printable(address)
              + "\" is not host:port, such as 0.0.0.0:8090");
    }
    if (address != null && settings.sources().isEmpty()) {
      throw new InvalidSettings(
          "notifications: an address without sources: nobody would be heard; name one");
    }
    Set<String> names = new HashSet<>();
    for (NotificationSource source : settings.sources()) {
      check(source);
      if (!names.add(source.name())) {
        throw invalid(source, "stands there twice");
      }
    }
  }

  private static boolean isAddress(String address) {
    return ADDRESS.matcher(address).matches()
        && Integer.parseInt(address.substring(address.lastIndexOf(':') + 1)) <= MAX_PORT;
  }

  private static void check(NotificationSource source) {
    if (!NAME.matcher(source.name()).matches()) {
      throw invalid(source, "is no name: take lower-case letters, digits and -");
    }
    if (SourceType.named(source.type()).isEmpty()) {
      throw invalid(source, "needs a type, one of " + SourceType.names());
    }
    if (source.secretFile() == null) {
      throw invalid(source, "needs a secretFile: without a secret anybody would be heard");
    }
    if (source.registry() != null && Pushed.registry(source.registry()).isEmpty()) {
      throw invalid(source, "has a registry that is not host[:port] as in image references");
    }
  }

  private static InvalidSettings invalid(NotificationSource source, String what) {
    return new InvalidSettings(
        "notifications.sources: \"" + Refusal.printable(source.name()) + "\" " + what);
  }
}
