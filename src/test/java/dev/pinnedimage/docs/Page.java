package dev.pinnedimage.docs;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A page of the documentation, as far as tests read it. */
public record Page(Path file, String text) {
  private static final Pattern BLOCK =
      Pattern.compile("^```(\\w*)\n(.*?)^```$", Pattern.MULTILINE | Pattern.DOTALL);
  private static final Pattern HEADING = Pattern.compile("^#{1,6} (.+)$", Pattern.MULTILINE);
  private static final Pattern LINK = Pattern.compile("\\]\\(([^)\\s]+)\\)");

  /** README.md and everything below docs/. */
  public static List<Page> all() {
    try (Stream<Path> docs = Files.walk(Path.of("docs"))) {
      return Stream.concat(Stream.of(Path.of("README.md")), docs)
          .filter(file -> file.toString().endsWith(".md"))
          .sorted()
          .map(Page::read)
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public static Page read(Path file) {
    try {
      return new Page(file, Files.readString(file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * A YAML document in a code block.
   *
   * @param line where its block begins
   */
  public record Yaml(Path file, long line, String text) {
    @Override
    public String toString() {
      return file + ":" + line;
    }
  }

  /** Every document of every yaml block. */
  public List<Yaml> yaml() {
    List<Yaml> found = new ArrayList<>();
    for (MatchResult block : matches(BLOCK, text)) {
      if (block.group(1).equals("yaml")) {
        long line = text.substring(0, block.start()).lines().count() + 1;
        for (String document : block.group(2).split("(?m)^---$", -1)) {
          found.add(new Yaml(file, line, document));
        }
      }
    }
    return found;
  }

  String prose() {
    return BLOCK.matcher(text).replaceAll("");
  }

  List<String> links() {
    return matches(LINK, prose()).stream().map(match -> match.group(1)).toList();
  }

  /** As GitHub names them. */
  List<String> anchors() {
    return matches(HEADING, prose()).stream()
        .map(match -> match.group(1).toLowerCase(Locale.ROOT))
        .map(heading -> heading.replaceAll("[^\\p{L}\\p{N} _-]", "").replace(' ', '-'))
        .toList();
  }

  /** The text of each {@code ### `name`} by its name, of all sections with such a title. */
  Map<String, String> entries(String sectionTitle) {
    Map<String, String> entries = new LinkedHashMap<>();
    for (String section : text.split("(?m)^## ", -1)) {
      if (Pattern.compile(sectionTitle).matcher(section).lookingAt()) {
        Stream.of(section.split("(?m)^### `", -1))
            .skip(1)
            .map(entry -> entry.split("`\n", 2))
            .forEach(entry -> entries.put(entry[0], entry[1]));
      }
    }
    return entries;
  }

  private static List<MatchResult> matches(Pattern pattern, String text) {
    return pattern.matcher(text).results().collect(Collectors.toList());
  }

  @Override
  public String toString() {
    return file.toString();
  }
}
