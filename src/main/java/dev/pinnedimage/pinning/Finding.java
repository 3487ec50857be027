package dev.pinnedimage.pinning;

import dev.pinnedimage.api.v1alpha1.ConditionType;
import dev.pinnedimage.api.v1alpha1.Reason;

/** One fact, judged: what becomes a condition once it has a generation and a time. */
public record Finding(ConditionType type, String status, String reason, String message) {
  static Finding isTrue(ConditionType type, Reason reason, String message) {
    return new Finding(type, "True", reason.name(), message);
  }

  static Finding isFalse(ConditionType type, String reason, String message) {
    return new Finding(type, "False", reason, message);
  }

  static Finding unknown(ConditionType type, String reason, String message) {
    return new Finding(type, "Unknown", reason, message);
  }

  boolean holds() {
    return status.equals("True");
  }

  boolean fails() {
    return status.equals("False");
  }
}
