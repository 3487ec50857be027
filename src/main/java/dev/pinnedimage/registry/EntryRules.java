package dev.pinnedimage.registry;

import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/** What an entry of {@code registries} may say beyond its types: one sentence for each mistake. */
final class EntryRules {
  private static final Pattern IDENTITY =
      Pattern.compile("ECR|GAR|ACR|docker-credential-[a-z0-9][a-z0-9_.-]{0,63}");
  private static final Pattern PATH = Pattern.compile("[a-z0-9]+([._/-]+[a-z0-9]+)*");
  private static final double MAX_REQUESTS_PER_SECOND = 10_000;

  private EntryRules() {}

  static void check(RegistryHost entry) {
    trust(entry);
    hosts(entry);
    identity(entry);
    Double rate = entry.requestsPerSecond();
    if (rate != null && !(rate > 0 && rate <= MAX_REQUESTS_PER_SECOND)) {
      throw invalid(entry, "has a requestsPerSecond that is not above 0 and at most 10000");
    }
  }

  private static void trust(RegistryHost entry) {
    if (entry.plainHttp() && entry.caFile() != null) {
      throw invalid(entry, "has both plainHttp and caFile; plain HTTP has no certificate");
    }
    if (entry.clientCertificate() == null) {
      return;
    }
    if (entry.plainHttp()) {
      throw invalid(
          entry, "has both plainHttp and clientCertificate; plain HTTP has no certificate");
    }
    if (entry.clientCertificate().certFile() == null
        || entry.clientCertificate().keyFile() == null) {
      throw invalid(entry, "has a clientCertificate without certFile or keyFile");
    }
  }

  private static void hosts(RegistryHost entry) {
    if (entry.mirror() != null) {
      String[] mirror = entry.mirror().split("/", 2);
      if (!isHost(mirror[0]) || (mirror.length == 2 && !PATH.matcher(mirror[1]).matches())) {
        throw invalid(entry, "has a mirror that is not host[:port] or host[:port]/path");
      }
    }
    if (!entry.aliases().stream().allMatch(EntryRules::isHost)) {
      throw invalid(entry, "has an entry of aliases that is not host[:port]");
    }
    if (!entry.realmAllowed().stream().allMatch(EntryRules::isHost)) {
      throw invalid(entry, "has an entry of realmAllowed that is not host[:port]");
    }
  }

  private static void identity(RegistryHost entry) {
    if (entry.ambientIdentity() != null && !IDENTITY.matcher(entry.ambientIdentity()).matches()) {
      throw invalid(
          entry, "has an ambientIdentity that is not ECR, GAR, ACR or docker-credential-NAME");
    }
    if (entry.ambientIdentity() == null && !entry.ambientNamespaces().isEmpty()) {
      throw invalid(entry, "has ambientNamespaces but no ambientIdentity that they could use");
    }
    Optional.ofNullable(entry.ambientIdentity())
        .flatMap(CloudRegistry::named)
        .ifPresent(cloud -> cloudIdentity(entry, cloud));
  }

  private static void cloudIdentity(RegistryHost entry, CloudRegistry cloud) {
    if (cloud.registry(entry.host()).isEmpty()) {
      throw invalid(
          entry, "has ambientIdentity %s, which is for %s only".formatted(cloud, cloud.shape()));
    }
    if (entry.plainHttp()) {
      throw invalid(
          entry, "has both plainHttp and ambientIdentity " + cloud + ", which is never sent plain");
    }
  }

  private static boolean isHost(String text) {
    return text != null && RegistrySettings.KEY.matcher(text.toLowerCase(Locale.ROOT)).matches();
  }

  private static InvalidSettings invalid(RegistryHost entry, String what) {
    return new InvalidSettings("registries: \"" + Refusal.printable(entry.host()) + "\" " + what);
  }
}
