package dev.pinnedimage.controller;

import dev.pinnedimage.api.v1alpha1.PinnedImage;
import dev.pinnedimage.pinning.Transitions.Happened;
import dev.pinnedimage.workload.ServerMessage;
import io.fabric8.kubernetes.api.model.MicroTime;
import io.fabric8.kubernetes.api.model.events.v1.Event;
import io.fabric8.kubernetes.api.model.events.v1.EventBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/** Tells people what happened: an Event on the PinnedImage and a line in the log, once for each. */
public final class Events {
  private static final Logger log = LoggerFactory.getLogger(Events.class);
  private static final DateTimeFormatter MICROS =
      DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSSSSS'Z'").withZone(ZoneOffset.UTC);

  /** The API's bound on a note. */
  private static final int MAX_NOTE = 1024;

  private final KubernetesClient client;
  private final InstantSource clock;
  private final String instance;

  /**
   * Nothing is sent before the first {@link #record}.
   *
   * @param instance which operator this is, such as its host name
   */
  public Events(KubernetesClient client, InstantSource clock, String instance) {
    this.client = client;
    this.clock = clock;
    this.instance = instance;
  }

  /** An event that cannot be written is lost, and logged: nothing hangs on it. */
  public void record(PinnedImage pinnedImage, List<Happened> happened) {
    for (Happened what : happened) {
      var line = what.isWarning() ? log.atWarn() : log.atInfo();
      line.addKeyValue("namespace", pinnedImage.getMetadata().getNamespace())
          .addKeyValue("name", pinnedImage.getMetadata().getName())
          .addKeyValue("reason", what.reason())
          .log("{}", what.message());
      try {
        client.resource(event(pinnedImage, what)).create();
      } catch (KubernetesClientException e) {
        log.atLevel(isOfNoUse(e) ? Level.DEBUG : Level.WARN)
            .log("an event about {} was not written: {}", pinnedImage.key(), ServerMessage.of(e));
      }
    }
  }

  /** The namespace goes, and whoever would read the event with it. */
  private static boolean isOfNoUse(KubernetesClientException e) {
    return e.getStatus() != null
        && e.getStatus().getDetails() != null
        && e.getStatus().getDetails().getCauses().stream()
            .anyMatch(cause -> "NamespaceTerminating".equals(cause.getReason()));
  }

  private Event event(PinnedImage pinnedImage, Happened what) {
    return new EventBuilder()
        .withNewMetadata()
        .withGenerateName(prefix(pinnedImage.getMetadata().getName()))
        .withNamespace(pinnedImage.getMetadata().getNamespace())
        .endMetadata()
        .withType(what.isWarning() ? "Warning" : "Normal")
        .withReason(what.reason())
        .withAction("Reconcile")
        .withNote(bounded(what.message()))
        .withEventTime(new MicroTime(MICROS.format(clock.instant())))
        .withReportingController("pinnedimage.dev/operator")
        .withReportingInstance(instance)
        .withNewRegarding()
        .withApiVersion(pinnedImage.getApiVersion())
        .withKind(pinnedImage.getKind())
        .withNamespace(pinnedImage.getMetadata().getNamespace())
        .withName(pinnedImage.getMetadata().getName())
        .withUid(pinnedImage.getMetadata().getUid())
        .withResourceVersion(pinnedImage.getMetadata().getResourceVersion())
        .endRegarding()
        .build();
  }

  /** A generated name has five characters more, and both have to be names. */
  private static String prefix(String name) {
    return (name.length() <= 200 ? name : name.substring(0, 200)) + "-";
  }

  private static String bounded(String note) {
    return note.length() <= MAX_NOTE ? note : note.substring(0, MAX_NOTE - 3) + "...";
  }
}
