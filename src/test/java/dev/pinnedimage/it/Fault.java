package dev.pinnedimage.it;

import dev.pinnedimage.harness.ToxicCertificates;
import dev.pinnedimage.harness.ToxicProxy;
import dev.pinnedimage.harness.ToxicProxy.Toxic;
import dev.pinnedimage.image.Failure;
import java.util.function.BiConsumer;

/**
 * One row of the fault table: what is done to a registry that was good.
 *
 * @param name as a person would say what is wrong
 * @param reason that is to stand in {@code Resolved}
 * @param noticed how long that may take
 * @param recovery how long it may last after the registry is good again
 */
record Fault(
    String name,
    Failure reason,
    Noticed noticed,
    Recovery recovery,
    boolean tls,
    BiConsumer<ToxicProxy, ToxicCertificates> cause) {

  /** Bounds of a test on a busy machine; the words are what is promised. */
  enum Noticed {
    AT_ONCE("at once", 8),
    AT_THE_DEADLINE("after 10 s", 18);

    final String words;
    final int seconds;

    Noticed(String words, int seconds) {
      this.words = words;
      this.seconds = seconds;
    }
  }

  enum Recovery {
    NEXT_CHECK("within one interval", 18),
    /** The look-up that hangs when the network is mended still hangs. */
    DEADLINE_AND_NEXT_CHECK("within 10 s and one interval", 28),
    WHEN_TOLD("at the time that Retry-After named", 18);

    final String words;
    final int seconds;

    Recovery(String words, int seconds) {
      this.words = words;
      this.seconds = seconds;
    }
  }

  static Fault quick(String name, Failure reason, Toxic toxic) {
    return new Fault(
        name,
        reason,
        Noticed.AT_ONCE,
        Recovery.NEXT_CHECK,
        false,
        (proxy, _) -> proxy.poison(toxic));
  }

  static Fault stalling(String name, Toxic toxic) {
    return new Fault(
        name,
        Failure.REGISTRY_UNREACHABLE,
        Noticed.AT_THE_DEADLINE,
        Recovery.DEADLINE_AND_NEXT_CHECK,
        false,
        (proxy, _) -> proxy.poison(toxic));
  }

  static Fault limiting(String name, Failure reason, Toxic toxic) {
    return new Fault(
        name,
        reason,
        Noticed.AT_ONCE,
        Recovery.WHEN_TOLD,
        false,
        (proxy, _) -> proxy.poison(toxic));
  }

  static Fault tls(String name, BiConsumer<ToxicProxy, ToxicCertificates> cause) {
    return new Fault(
        name, Failure.TLS_VERIFICATION_FAILED, Noticed.AT_ONCE, Recovery.NEXT_CHECK, true, cause);
  }
}
