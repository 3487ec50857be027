package dev.pinnedimage.it;

import static java.util.stream.Collectors.joining;

import dev.pinnedimage.harness.PushedImage;
import dev.pinnedimage.it.ImagesSeen.Seen;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/** What was seen, as a cell says it: what differs between runs is replaced by what it is. */
final class GitOpsWords {
  /** More than an interval of Flux, less than the operator waits before it pins again. */
  private static final Duration WAITED = Duration.ofSeconds(20);

  private static final Pattern ERROR = Pattern.compile("[Ee]rror: ");

  private GitOpsWords() {}

  /** The first line of a tool's words, or of its error. */
  static String said(String output, World world) {
    String line =
        output
            .lines()
            .filter(each -> ERROR.matcher(each).lookingAt())
            .findFirst()
            .or(() -> output.lines().findFirst())
            .orElse("");
    return "`" + ERROR.matcher(line).replaceFirst("").replace(world.namespace + "/", "") + "`";
  }

  /**
   * The way of an image, as tags and digests.
   *
   * @param pushed the digest of the first becomes {@code sha256:a…}, and so on
   */
  static String went(List<Seen> images, List<PushedImage> pushed) {
    return images.size() == 1
        ? "the image stays " + image(images.getFirst(), pushed)
        : "the image goes "
            + IntStream.range(0, images.size())
                .mapToObj(i -> arrow(images, i) + image(images.get(i), pushed))
                .collect(joining());
  }

  private static String arrow(List<Seen> images, int index) {
    if (index == 0) {
      return "";
    }
    Duration waited = Duration.between(images.get(index - 1).since(), images.get(index).since());
    return index > 1 && waited.compareTo(WAITED) > 0 ? " → (after 30 s) " : " → ";
  }

  private static String image(Seen seen, List<PushedImage> pushed) {
    String image = seen.image().substring(seen.image().lastIndexOf('/') + 1);
    String spelling = image.substring(image.indexOf(':'));
    for (int i = 0; i < pushed.size(); i++) {
      spelling =
          spelling.replace(pushed.get(i).digest().value(), "sha256:" + (char) ('a' + i) + "…");
    }
    return "`" + spelling + "`";
  }
}
