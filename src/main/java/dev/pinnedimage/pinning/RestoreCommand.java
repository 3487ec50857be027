package dev.pinnedimage.pinning;

import dev.pinnedimage.pinning.Edit.Replacement;
import dev.pinnedimage.pinning.observed.Workload;
import java.util.Locale;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/** The command by which a person does to a workload what an edit was to do. */
final class RestoreCommand {
  /** Those whose images {@code kubectl set image} can set; image volumes it cannot. */
  private static final Set<String> SET_IMAGE =
      Set.of("Deployment", "StatefulSet", "DaemonSet", "CronJob");

  private RestoreCommand() {}

  static String of(Edit edit) {
    Workload workload = edit.workload();
    boolean isSetImage =
        SET_IMAGE.contains(workload.kind())
            && edit.replacements().stream().noneMatch(r -> r.container().isVolume());
    String target = workload.kind().toLowerCase(Locale.ROOT) + "/" + workload.name();
    return "kubectl -n "
        + workload.namespace()
        + (isSetImage
            ? " set image " + target + " " + joined(edit, " ", RestoreCommand::assignment)
            : " patch "
                + target
                + " --type json -p '["
                + joined(edit, ",", RestoreCommand::operation)
                + "]'");
  }

  private static String joined(Edit edit, String separator, Function<Replacement, String> part) {
    return edit.replacements().stream().map(part).collect(Collectors.joining(separator));
  }

  private static String assignment(Replacement replacement) {
    return replacement.container().name() + "=" + replacement.image();
  }

  private static String operation(Replacement replacement) {
    return "{\"op\":\"replace\",\"path\":\""
        + replacement.container().imagePath()
        + "\",\"value\":\""
        + replacement.image()
        + "\"}";
  }
}
