package dev.pinnedimage.controller;

import dev.pinnedimage.api.v1alpha1.PinnedImage;
import dev.pinnedimage.image.ImageReference;
import dev.pinnedimage.image.Resolution;
import dev.pinnedimage.image.Resolution.Unresolved;
import dev.pinnedimage.pinning.observed.Workload;
import dev.pinnedimage.registry.Credential;
import dev.pinnedimage.registry.Query;
import dev.pinnedimage.registry.RegistryHost;
import dev.pinnedimage.registry.RegistrySettings;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Puts together what a registry is asked for one PinnedImage: where, and with whose credentials.
 */
public final class Queries {
  private final Supplier<RegistrySettings> settings;
  private final PullSecrets secrets;

  /**
   * @param settings as they are now: they may change while the operator runs
   */
  public Queries(Supplier<RegistrySettings> settings, PullSecrets secrets) {
    this.settings = settings;
    this.secrets = secrets;
  }

  /** A query, and what was found on the way to it. */
  record Prepared(Query query, PullSecrets.Found found) {
    /** Why the registry must not be asked. */
    @Nullable Unresolved problem() {
      return found.problem();
    }

    Resolution annotate(Resolution resolution) {
      return found.annotate(resolution);
    }
  }

  Prepared prepare(
      PinnedImage pinnedImage, List<Workload> workloads, ImageReference reference, boolean anew) {
    String namespace = pinnedImage.getMetadata().getNamespace();
    PullSecrets.Found found = secrets.find(pinnedImage, workloads, reference, anew);
    Credential credential = credential(found, reference, namespace);
    String mirror = settings.get().host(reference.registry()).mirror();
    if (mirror == null) {
      return new Prepared(new Query(reference, credential), found);
    }
    ImageReference there = reference.at(mirror);
    PullSecrets.Found ofMirror = secrets.find(pinnedImage, workloads, there, false);
    Query first = new Query(there, credential(ofMirror, there, namespace));
    return new Prepared(new Query(reference, credential, first), found);
  }

  /** A tenant's own come first; the operator's are lent to the namespaces of the configuration. */
  private Credential credential(
      PullSecrets.Found found, ImageReference reference, String namespace) {
    RegistryHost host = settings.get().host(reference.registry());
    return found
        .credential()
        .or(() ->
            host.ambientIdentityFor(namespace)
                .map(identity -> new Credential.Ambient(identity, reference.registry())))
        .orElse(Credential.ANONYMOUS);
  }
}
