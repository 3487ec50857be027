package dev.pinnedimage.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pinnedimage.api.v1alpha1.Condition;
import dev.pinnedimage.api.v1alpha1.ConditionType;
import dev.pinnedimage.api.v1alpha1.PinnedImageStatus;
import dev.pinnedimage.harness.PushedImage;
import dev.pinnedimage.harness.ToxicProxy;
import java.time.Duration;
import java.util.Optional;

/** One PinnedImage behind a proxy of its own, and what was seen of it. */
final class FaultRow {
  final String name;
  final Fault fault;
  final ToxicProxy proxy;
  private final String tagged;
  private final String pinned;
  private long since;
  Optional<Condition> failed = Optional.empty();
  private String ready = "";
  private boolean recovered;

  FaultRow(String name, Fault fault, ToxicProxy proxy, PushedImage image) {
    this.name = name;
    this.fault = fault;
    this.proxy = proxy;
    this.tagged = proxy.host() + "/" + image.repository() + ":" + image.tag();
    this.pinned = tagged + "@" + image.digest();
  }

  String tagged() {
    return tagged;
  }

  String pinned() {
    return pinned;
  }

  String during() {
    return name + "-during";
  }

  boolean hasFailed() {
    return failed.isPresent();
  }

  boolean hasRecovered() {
    return recovered;
  }

  void startClock() {
    since = System.nanoTime();
  }

  /** Remembers the first moment of the expected reason; late is as wrong as never. */
  void watchFailing(PinnedImageStatus status) {
    Optional<Condition> resolved = status.condition(ConditionType.Resolved);
    if (hasFailed() || resolved.isEmpty() || resolved.get().isTrue()) {
      return;
    }
    assertThat(resolved.get().reason()).as(fault.name()).isEqualTo(fault.reason().reason());
    requireWithin(fault.noticed().seconds);
    failed = resolved;
    ready = status.condition(ConditionType.Ready).map(Condition::status).orElse("");
  }

  void watchRecovering(PinnedImageStatus status) {
    if (recovered || status.condition(ConditionType.Resolved).filter(Condition::isTrue).isEmpty()) {
      return;
    }
    requireWithin(fault.recovery().seconds);
    recovered = true;
  }

  private void requireWithin(int seconds) {
    assertThat(Duration.ofNanos(System.nanoTime() - since))
        .as(fault.name())
        .isLessThan(Duration.ofSeconds(seconds));
  }

  /** A line of the page; what differs between runs is replaced by what it is. */
  String markdown(String pin) {
    Condition seen = failed.orElseThrow();
    String message =
        seen.message()
            .replace(proxy.host(), "registry.example")
            .replace("127.0.0.1", "registry.example")
            .replaceAll("sha256:[0-9a-f]{12,64}", "sha256:…")
            .replaceAll("[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]+Z", "TIME");
    assertThat(message).startsWith(FaultPage.BEGIN).endsWith(FaultPage.END);
    String own =
        message
            .substring(FaultPage.BEGIN.length(), message.length() - FaultPage.END.length())
            .replace(FaultPage.TRANSIENT, " …");
    return "| %s | `%s` | %s | %s | %s | %s | %s |"
        .formatted(
            fault.name(),
            seen.reason(),
            fault.noticed().words,
            own,
            ready,
            pin,
            fault.recovery().words);
  }
}
