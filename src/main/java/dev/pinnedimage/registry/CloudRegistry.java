package dev.pinnedimage.registry;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The hosts at which an identity in a cloud may be shown, by the cloud's own names for them: such a
 * token opens more than one registry, so a slip in a host name must not hand it to a stranger.
 */
public enum CloudRegistry {
  /** Source: the naming of endpoints in Amazon ECR's service reference, FIPS and IPv6 included. */
  ECR(
      "(?<account>[0-9]{12})\\.dkr(?<stack>[.-])ecr(?<fips>-fips)?\\.(?<region>[a-z0-9-]{1,32})\\."
          + "(amazonaws\\.com|amazonaws\\.com\\.cn|on\\.aws|on\\.amazonwebservices\\.com\\.cn)",
      "ACCOUNT.dkr.ecr.REGION.amazonaws.com"),
  GAR("([a-z0-9-]{1,63}\\.)?gcr\\.io|([a-z0-9-]{1,63}\\.)+pkg\\.dev", "gcr.io and *.pkg.dev"),
  ACR("[a-z0-9-]{1,63}(\\.[a-z0-9-]{1,63})*\\.azurecr\\.(io|cn|us)", "NAME.azurecr.io");

  private final Pattern hosts;
  private final String shape;

  CloudRegistry(String hosts, String shape) {
    this.hosts = Pattern.compile(hosts);
    this.shape = shape;
  }

  /** The cloud of an {@link RegistryHost#ambientIdentity}; empty for a program's name. */
  public static Optional<CloudRegistry> named(String identity) {
    return Arrays.stream(values()).filter(cloud -> cloud.name().equals(identity)).findFirst();
  }

  /** Its registry of that name; a port is no part of any of them. */
  public Optional<Matcher> registry(String host) {
    return Optional.of(hosts.matcher(host.toLowerCase(Locale.ROOT))).filter(Matcher::matches);
  }

  /** What its host names look like, for a person. */
  public String shape() {
    return shape;
  }
}
