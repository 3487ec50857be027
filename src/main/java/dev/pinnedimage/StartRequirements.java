package dev.pinnedimage;

import dev.pinnedimage.api.v1alpha1.PinnedImage;
import io.fabric8.kubernetes.api.model.ListOptionsBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * What the API server must answer before anything can be reconciled; each failure is a sentence.
 *
 * @param namespaces empty for all
 */
record StartRequirements(KubernetesClient client, List<String> namespaces) {
  private static final Duration CACHES_SYNC = Duration.ofSeconds(60);

  /** One cheap request tells a missing server, missing rights and a missing CRD apart. */
  void requireApi() {
    try {
      var pinnedImages = client.resources(PinnedImage.class);
      var one = new ListOptionsBuilder().withLimit(1L).build();
      if (namespaces.isEmpty()) {
        pinnedImages.inAnyNamespace().list(one);
      } else {
        pinnedImages.inNamespace(namespaces.getFirst()).list(one);
      }
    } catch (KubernetesClientException e) {
      throw CannotStart.because(
          e, client.getMasterUrl().toString(), "pinnedimages.pinnedimage.dev");
    }
  }

  void await(CompletableFuture<Void> list, String what) {
    try {
      list.get(CACHES_SYNC.toSeconds(), TimeUnit.SECONDS);
    } catch (TimeoutException e) {
      throw new CannotStart(
          "listing "
              + what
              + " took more than "
              + CACHES_SYNC.toSeconds()
              + " s: see the API server's log");
    } catch (ExecutionException | CompletionException e) {
      throw CannotStart.because(e, client.getMasterUrl().toString(), what);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CannotStart("interrupted while listing " + what);
    }
  }
}
