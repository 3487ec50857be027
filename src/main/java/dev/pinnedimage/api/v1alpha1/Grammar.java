package dev.pinnedimage.api.v1alpha1;

/**
 * The rules of the schema that are too long to stand beside their fields: RE2 patterns and CEL.
 * Sources: distribution's reference grammar, the Kubernetes label syntax.
 */
final class Grammar {
  static final String DIGEST = "^sha256:[a-f0-9]{64}$";
  static final String PLATFORM =
      "^[a-z0-9]{1,32}/[a-z0-9][a-z0-9_]{0,31}(/[a-z0-9][a-z0-9.]{0,31})?$";

  private static final String HOST =
      "(localhost|[a-zA-Z0-9][a-zA-Z0-9-]*\\\\.[a-zA-Z0-9.-]*[a-zA-Z0-9]"
          + "|[a-zA-Z0-9][a-zA-Z0-9-]*:[0-9])(:?[0-9]{1,5})?";
  private static final String COMPONENT = "[a-z0-9]+((\\\\.|__?|-+)[a-z0-9]+)*";
  private static final String TAG = "(:[A-Za-z0-9_][A-Za-z0-9_.-]{0,127})?";
  private static final String REFERENCE =
      "'^(" + HOST + "/)?" + COMPONENT + "(/" + COMPONENT + ")*" + TAG + "$'";

  /** Holds unless the text would be a reference if its capitals were small. */
  static final String LOWER_CASE_RULE =
      "self.matches(" + REFERENCE + ") || !self.lowerAscii().matches(" + REFERENCE + ")";

  /** Silent where another rule has the better sentence. */
  static final String REFERENCE_RULE =
      "self.lowerAscii().matches("
          + REFERENCE
          + ") || self.size() == 0 || self.contains('@') || self.contains('://')"
          + " || self.matches(':[A-Za-z0-9_.-]{129,}$')";

  private static final String IS_DURATION =
      "self.matches('^([0-9]{1,4}h)?([0-9]{1,5}m)?([0-9]{1,5}s)?$')";
  static final String DURATION_RULE = "self.size() > 0 && " + IS_DURATION;
  static final String INTERVAL_RULE =
      "self.size() == 0 || !"
          + IS_DURATION
          + " || (duration(self) >= duration('10s') && duration(self) <= duration('24h'))";

  private static final String NAME = "[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?";
  private static final String DNS = "[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?";
  static final String LABEL_KEYS_RULE = "self.all(k, k.matches('^(" + DNS + "/)?" + NAME + "$'))";
  static final String LABEL_VALUES_RULE = "self.all(k, self[k].matches('^(" + NAME + ")?$'))";

  private Grammar() {}
}
