package dev.pinnedimage.workload;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.pinnedimage.api.v1alpha1.PinnedImage;
import dev.pinnedimage.pinning.Edit;
import dev.pinnedimage.pinning.Edit.Replacement;
import dev.pinnedimage.pinning.EditRules;
import dev.pinnedimage.pinning.Outcome;
import dev.pinnedimage.pinning.WorkloadRules;
import dev.pinnedimage.pinning.observed.Container;
import dev.pinnedimage.pinning.observed.Container.Writer;
import dev.pinnedimage.pinning.observed.Workload;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes the pin: one JSON Patch for each workload, with a {@code test} before each {@code
 * replace}, so that nothing is written over a change that we have not seen. Where the admission
 * policy rewrites, there is no {@code replace}: no field changes its owner. Never server-side
 * apply: where a container was removed meanwhile, that would bring back a ghost of name and image.
 */
public final class WorkloadPatcher {
  private static final Logger log = LoggerFactory.getLogger(WorkloadPatcher.class);
  private static final int ATTEMPTS = 3;

  private final KubernetesClient client;
  private final WorkloadReader reader;
  private final WorkloadKinds kinds;
  private final BiConsumer<Edit, Outcome> onOutcome;

  /**
   * @param onOutcome told what came of each edit
   */
  public WorkloadPatcher(
      KubernetesClient client,
      WorkloadReader reader,
      WorkloadKinds kinds,
      BiConsumer<Edit, Outcome> onOutcome) {
    this.client = client;
    this.reader = reader;
    this.kinds = kinds;
    this.onOutcome = onOutcome;
  }

  /** One outcome for each edit: where one workload cannot be written, the others still are. */
  public List<Outcome> apply(List<Edit> edits, EditRules rules) {
    return edits.stream().map(edit -> outcomeOf(edit, rules)).toList();
  }

  private Outcome outcomeOf(Edit edit, EditRules rules) {
    Outcome outcome = tried(edit, rules);
    onOutcome.accept(edit, outcome);
    return outcome;
  }

  private Outcome tried(Edit edit, EditRules rules) {
    try {
      return apply(edit, rules);
    } catch (KubernetesClientException e) {
      return new Outcome.Failed(edit.workload().uid(), ServerMessage.of(e));
    }
  }

  private Outcome apply(Edit first, EditRules rules) {
    Edit edit = first;
    boolean isAnswered = false;
    for (int attempt = 1; attempt <= ATTEMPTS; attempt++) {
      Workload workload = edit.workload();
      Optional<Workload> now;
      try {
        now = patch(edit, rules.pinnedImage()).map(patched -> withWriters(patched, workload));
        isAnswered = true;
      } catch (KubernetesClientException e) {
        Optional<Outcome> outcome = outcome(workload, e);
        if (outcome.isPresent()) {
          return outcome.get();
        }
        isAnswered = false;
        now = reader.read(workload).map(fresh -> fresh.readAs(workload));
      }
      if (now.isEmpty()) {
        return new Outcome.Gone(workload.uid());
      }
      Optional<Edit> next = rules.edit(now.get());
      if (next.isEmpty()) {
        logWritten(edit, rules);
        return new Outcome.Written(workload.uid(), rules.verdicts(now.get()));
      }
      edit = next.get();
    }
    return isAnswered && edit.byAdmission()
        ? new Outcome.NotRewritten(first.workload().uid())
        : new Outcome.Contended(first.workload().uid());
  }

  private static void logWritten(Edit edit, EditRules rules) {
    Workload workload = edit.workload();
    log.atInfo()
        .addKeyValue("namespace", workload.namespace())
        .addKeyValue("name", rules.pinnedImage().getMetadata().getName())
        .addKeyValue("workload", workload.kind() + "/" + workload.name())
        .addKeyValue("image", edit.replacements().getFirst().image())
        .addKeyValue("by", edit.byAdmission() ? "admission" : "patch")
        .log("{} {} {}", rules.deed(), workload.kind(), workload.name());
  }

  /** The answer to a patch has the field managers no more than the cache: what we knew holds. */
  private static Workload withWriters(Workload patched, Workload before) {
    Workload read = patched.readAs(before);
    return read.withContainers(
        read.containers().stream()
            .map(container -> container.writtenBy(writer(container, before)))
            .toList());
  }

  private static @Nullable Writer writer(Container container, Workload before) {
    return before.containers().stream()
        .filter(known -> known.path().equals(container.path()))
        .filter(known -> known.image().equals(container.image()))
        .findFirst()
        .map(Container::writer)
        .orElse(null);
  }

  /**
   * The admission policy takes back earlier pins of the PinnedImage that the field manager names,
   * and no other's: its parameters come in random order, each sees what the one before made
   * (measured).
   */
  private static PatchContext context(Edit edit, PinnedImage pinnedImage) {
    return new PatchContext.Builder()
        .withPatchType(PatchType.JSON)
        .withFieldManager(
            edit.byAdmission()
                ? WorkloadRules.FIELD_MANAGER + ":" + pinnedImage.getMetadata().getUid()
                : WorkloadRules.FIELD_MANAGER)
        .build();
  }

  /** Empty where the workload is being deleted: nothing rewrites it any more. */
  private Optional<Workload> patch(Edit edit, PinnedImage pinnedImage) {
    Workload workload = edit.workload();
    GenericKubernetesResource target = new GenericKubernetesResource();
    target.setMetadata(
        new ObjectMetaBuilder()
            .withNamespace(workload.namespace())
            .withName(workload.name())
            .build());
    GenericKubernetesResource patched =
        client
            .genericKubernetesResources(kinds.named(workload.kind()).context())
            .resource(target)
            .patch(context(edit, pinnedImage), json(edit).toString());
    return patched.isMarkedForDeletion()
        ? Optional.empty()
        : Optional.of(reader.workload(workload.kind(), patched));
  }

  static JsonNode json(Edit edit) {
    ArrayNode patch = JsonNodeFactory.instance.arrayNode();
    add(patch, "test", "/metadata/uid", edit.workload().uid());
    for (Replacement replacement : edit.replacements()) {
      String path = replacement.container().path();
      add(patch, "test", path + "/name", replacement.container().name());
      add(patch, "test", replacement.container().imagePath(), replacement.container().image());
      if (!edit.byAdmission()) {
        add(patch, "replace", replacement.container().imagePath(), replacement.image());
      }
    }
    return patch;
  }

  private static void add(ArrayNode patch, String op, String path, String value) {
    patch.addObject().put("op", op).put("path", path).put("value", value);
  }

  /** Empty where a test failed: the world moved, so look again. */
  private static Optional<Outcome> outcome(Workload workload, KubernetesClientException e) {
    return switch (e.getCode()) {
      case 404 -> Optional.of(new Outcome.Gone(workload.uid()));
      case 422 ->
          ServerMessage.saysThatATestFailed(e)
              ? Optional.empty()
              : Optional.of(new Outcome.Refused(workload.uid(), ServerMessage.of(e)));
      case 400, 403, 413 -> Optional.of(new Outcome.Refused(workload.uid(), ServerMessage.of(e)));
      default -> throw e;
    };
  }
}
