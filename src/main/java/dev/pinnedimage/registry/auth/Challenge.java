package dev.pinnedimage.registry.auth;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One way in which a registry wants to be told who asks (RFC 9110, section 11.6.1); several may
 * stand in one header, and a quoted realm may look like one.
 *
 * @param scheme lower-case
 * @param parameters by lower-case name, the first of each name
 */
record Challenge(String scheme, Map<String, String> parameters) {
  private static final String TOKEN = "[!#$%&'*+.^_`|~0-9A-Za-z-]+";

  /** A parameter, or else a scheme; what is neither is skipped, to the next comma or space. */
  private static final Pattern PART =
      Pattern.compile(
          "("
              + TOKEN
              + ")\\s*=\\s*(?:\"((?:[^\"\\\\]|\\\\.){0,4096}+)\"|([^\\s,\"]+))|("
              + TOKEN
              + ")(?=[\\s,]|$)|[^\\s,]+");

  private static final int MAX_HEADER = 16 * 1024;
  private static final int MAX_CHALLENGES = 16;

  static List<Challenge> parse(List<String> headers) {
    List<Challenge> found = new ArrayList<>();
    headers.stream()
        .filter(header -> header.length() <= MAX_HEADER)
        .forEach(header -> parse(header, found));
    return found.stream().limit(MAX_CHALLENGES).toList();
  }

  private static void parse(String header, List<Challenge> found) {
    int before = found.size();
    Matcher part = PART.matcher(header);
    while (part.find()) {
      if (part.group(4) != null) {
        found.add(new Challenge(lower(part.group(4)), new LinkedHashMap<>()));
      } else if (part.group(1) != null && found.size() > before) {
        found.getLast().parameters().putIfAbsent(lower(part.group(1)), value(part));
      }
    }
  }

  private static String value(Matcher part) {
    return part.group(2) == null ? part.group(3) : part.group(2).replaceAll("\\\\(.)", "$1");
  }

  private static String lower(String name) {
    return name.toLowerCase(Locale.ROOT);
  }

  /** Empty where there is none. */
  String parameter(String name) {
    return parameters.getOrDefault(name, "");
  }

  boolean isBasic() {
    return scheme.equals("basic");
  }

  boolean isBearer() {
    return scheme.equals("bearer");
  }
}
