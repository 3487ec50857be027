package dev.pinnedimage.registry.auth;

import dev.pinnedimage.image.ImageReference;
import dev.pinnedimage.registry.RegistrySettings;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * What an entry of a pull secret is for: {@code [scheme://]host[:port][/path]} with globs in the
 * host, compared label by label as the kubelet does.
 *
 * @param authority lower-case host glob and port; every spelling of Docker Hub is {@code docker.io}
 * @param path empty, or a prefix of {@code /repository}; by characters, not by path segments, which
 *     is the kubelet's rule
 */
record DockerConfigKey(String authority, String path) {
  private static final Pattern SCHEME = Pattern.compile("^https?://", Pattern.CASE_INSENSITIVE);

  static DockerConfigKey of(String key) {
    String location = SCHEME.matcher(key.strip()).replaceFirst("");
    int slash = location.indexOf('/');
    String authority = slash < 0 ? location : location.substring(0, slash);
    String path = slash < 0 ? "" : location.substring(slash);
    if (path.startsWith("/v1/") || path.startsWith("/v2/")) {
      path = path.substring(3);
    }
    return new DockerConfigKey(
        RegistrySettings.canonical(authority.toLowerCase(Locale.ROOT)),
        path.equals("/") ? "" : path);
  }

  boolean matches(ImageReference reference) {
    return port(authority).equals(port(reference.registry()))
        && hostMatches(host(authority), host(reference.registry()))
        && ("/" + reference.repository()).startsWith(path);
  }

  private static boolean hostMatches(String glob, String host) {
    String[] globs = glob.split("\\.", -1);
    String[] labels = host.split("\\.", -1);
    if (globs.length != labels.length) {
      return false;
    }
    for (int i = 0; i < labels.length; i++) {
      if (!globMatches(globs[i], labels[i])) {
        return false;
      }
    }
    return true;
  }

  /**
   * {@code *} and {@code ?} within one label; anything else is itself. Not a regular expression: a
   * tenant's many stars would cost it exponential time.
   */
  private static boolean globMatches(String glob, String label) {
    int at = 0;
    int star = -1;
    int afterStar = 0;
    for (int i = 0; i < label.length(); ) {
      if (at < glob.length() && glob.charAt(at) == '*') {
        star = at++;
        afterStar = i;
      } else if (at < glob.length()
          && (glob.charAt(at) == '?' || glob.charAt(at) == label.charAt(i))) {
        at++;
        i++;
      } else if (star >= 0) {
        at = star + 1;
        i = ++afterStar;
      } else {
        return false;
      }
    }
    return glob.substring(at).chars().allMatch(c -> c == '*');
  }

  private static String host(String authority) {
    int colon = authority.lastIndexOf(':');
    return colon < 0 ? authority : authority.substring(0, colon);
  }

  private static String port(String authority) {
    int colon = authority.lastIndexOf(':');
    return colon < 0 ? "" : authority.substring(colon + 1);
  }
}
