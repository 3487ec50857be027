package dev.pinnedimage.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonClassDescription;
import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Size;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What the operator found and did. Written only when it changed. Lists are never null, so that a
 * status that was read back equals the one that was written.
 */
@JsonClassDescription("What the operator found and did. Written by the operator alone.")
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
public record PinnedImageStatus(
    @JsonPropertyDescription("The metadata.generation that this status speaks of.")
        @Nullable Long observedGeneration,
    @JsonPropertyDescription("The pin: the digest that workloads are held to.")
        @Nullable Pinned pinned,
    @JsonPropertyDescription("What the tag points at now, as far as it could be read.")
        @Nullable Upstream upstream,
    @JsonPropertyDescription("Earlier pins, newest first, at most 10.") List<PastPin> history,
    @JsonPropertyDescription(
            "For the admission policy: exact spellings of the image, and what each becomes. One with"
                + " a digest is an earlier pin, which is rewritten in the operator's own requests"
                + " only. At most 128.")
        @Size(max = 128)
        Map<String, @Size(max = 512) String> rewrites,
    @JsonPropertyDescription(
            "For deploy/guard.yaml: exact spellings of the tag while nothing is pinned for it, each"
                + " with why, in a sentence. At most 32.")
        @Size(max = 32)
        Map<String, @Size(max = 1024) String> unpinned,
    @JsonPropertyDescription("The workloads that use the image.") @Nullable Workloads workloads,
    @JsonPropertyDescription(
            "Workloads that somebody set back to the tag within the last hour, or whose pin was given"
                + " up; at most 50.")
        @Size(max = 50)
        List<Contest> contested,
    @JsonPropertyDescription(
            "Ready, Resolved, PlatformsCovered, TagMoved, WorkloadsPinned, and Stalled while nothing"
                + " will change until a person acts.")
        List<Condition> conditions) {

  public static final PinnedImageStatus EMPTY =
      new PinnedImageStatus(
          null, null, null, List.of(), Map.of(), Map.of(), null, List.of(), List.of());

  public static final int MAX_HISTORY = 10;
  public static final int MAX_ITEMS = 50;
  public static final int MAX_REWRITES = 128;
  public static final int MAX_CONTESTED = 50;
  public static final int MAX_UNPINNED = 32;
  public static final int MAX_SENTENCE = 1024;

  public PinnedImageStatus {
    history = history == null ? List.of() : List.copyOf(history);
    rewrites = rewrites == null ? Map.of() : Map.copyOf(rewrites);
    unpinned = unpinned == null ? Map.of() : Map.copyOf(unpinned);
    contested = contested == null ? List.of() : List.copyOf(contested);
    conditions = conditions == null ? List.of() : List.copyOf(conditions);
  }

  @JsonIgnore
  public Optional<Condition> condition(ConditionType type) {
    return conditions.stream().filter(c -> c.type().equals(type.name())).findFirst();
  }

  /** The record of the pin, and of where it came from. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Pinned(
      @JsonPropertyDescription("Digest of the image index.") String digest,
      @JsonPropertyDescription("The canonical reference: registry/repository:tag@digest.")
          String reference,
      @JsonPropertyDescription("Media type of the pinned manifest.") @Nullable String mediaType,
      @JsonPropertyDescription("Platforms that the index carries.") List<String> platforms,
      @JsonPropertyDescription("When this digest became the pin.") String since,
      @JsonPropertyDescription("The first digits of the digest, for a screen.")
          String shortDigest) {
    public Pinned {
      platforms = platforms == null ? List.of() : List.copyOf(platforms);
    }
  }

  /** What the tag points at. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Upstream(
      @JsonPropertyDescription("Digest of what the tag points at.") String digest,
      @JsonPropertyDescription("Media type of what the tag points at.") @Nullable String mediaType,
      @JsonPropertyDescription("Platforms that it carries.") List<String> platforms,
      @JsonPropertyDescription("When the operator first saw the tag on this digest.") String since,
      @JsonPropertyDescription("The first digits of the digest, for a screen.") String shortDigest,
      @JsonPropertyDescription(
              "What differs from the pin: ContentChanged, PlatformAdded, PlatformRemoved or"
                  + " MetadataOnly, with the platforms concerned.")
          @Nullable String change) {
    public Upstream {
      platforms = platforms == null ? List.of() : List.copyOf(platforms);
    }
  }

  /** A digest that was the pin once. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  public record PastPin(
      @JsonPropertyDescription("The digest.") String digest,
      @JsonPropertyDescription("When it became the pin.") String from,
      @JsonPropertyDescription("When it ceased to be the pin.") String until,
      @JsonPropertyDescription(
              "Why it was replaced: Approved (spec.digest named another), RolledBack (spec.digest"
                  + " named an earlier pin) or ImageChanged (spec.image named another tag).")
          String reason) {}

  /** How many workloads use the image, and which of them need a look. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  public record Workloads(
      @JsonPropertyDescription("Pinned of matched, for a screen: 2/3.") String summary,
      @JsonPropertyDescription("Workloads with a container that uses the image.") int matched,
      @JsonPropertyDescription("Matched workloads of which every such container is pinned.")
          int pinned,
      @JsonPropertyDescription("One item for each container; what is not Pinned first; at most 50.")
          List<Item> items) {
    public Workloads {
      items = items == null ? List.of() : List.copyOf(items);
    }
  }

  /** One container of one workload. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Item(
      @JsonPropertyDescription("Kind of the workload.") String kind,
      @JsonPropertyDescription("Name of the workload.") String name,
      @JsonPropertyDescription(
              "Name of the container or init container; volume/NAME for an image volume.")
          String container,
      @JsonPropertyDescription(
              "Pinned, Pending, Rejected, Contested, PinnedByUser, RolledBackByUser, Owned, Ignored"
                  + " or ReportOnly.")
          String state,
      @JsonPropertyDescription("What a person should know, where the state does not say it all.")
          @Nullable String message) {}

  /** Somebody else wants another image in a workload than the pin. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Contest(
      @JsonPropertyDescription("Kind of the workload.") String kind,
      @JsonPropertyDescription("Name of the workload.") String name,
      @JsonPropertyDescription("UID of the workload: another of that name begins anew.") String uid,
      @JsonPropertyDescription("Field manager that set the image back last.") String manager,
      @JsonPropertyDescription("How it writes: Apply or Update.") String operation,
      @JsonPropertyDescription("When it did, oldest first, at most 3.") List<String> resets,
      @JsonPropertyDescription("The look-now annotation at that time.")
          @Nullable String requestedAt) {
    public Contest {
      resets = resets == null ? List.of() : List.copyOf(resets);
    }
  }
}
