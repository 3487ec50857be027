package dev.pinnedimage.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The table of {@code docs/gitops.md}, between its markers. */
final class GitOpsPage {
  static final List<String> ROWS =
      List.of(
          "Flux Kustomization, `interval: 5s`, `wait: true`",
          "a new tag in git",
          "a digest that is approved in git",
          "`helm upgrade` (Helm 4)",
          "`helm rollback` to the same tag",
          "`helm upgrade --server-side=false`, as Helm 3 applies",
          "`kubectl apply --server-side` again",
          "`kubectl apply` again",
          "field manager that owns the pinned image");

  static final Path PAGE = Path.of("docs/gitops.md");
  static final String BEGIN = "<!-- table: make gitops-table -->\n";
  static final String END = "<!-- end of table -->\n";

  private GitOpsPage() {}

  static void compare(List<String> withPolicy, List<String> withoutIt) throws IOException {
    StringBuilder table =
        new StringBuilder("| Applier | With the admission policy | Without it |\n|---|---|---|\n");
    for (int i = 0; i < ROWS.size(); i++) {
      table.append(
          "| %s | %s | %s |\n".formatted(ROWS.get(i), withPolicy.get(i), withoutIt.get(i)));
    }
    String page = Files.readString(PAGE);
    String wanted =
        page.substring(0, page.indexOf(BEGIN) + BEGIN.length())
            + table
            + page.substring(page.indexOf(END));
    if (Boolean.getBoolean("gitops.write")) {
      Files.writeString(PAGE, wanted);
    }
    assertThat(Files.readString(PAGE))
        .as("%s is stale: run make gitops-table and commit it", PAGE)
        .isEqualTo(wanted);
  }
}
