package dev.pinnedimage.registry.ambient;

import dev.pinnedimage.image.Failure;
import dev.pinnedimage.registry.Refusal;
import java.util.regex.Pattern;

/** The sentences for what went wrong; foreign text is in them only where it is a bare code. */
final class Failures {
  private static final Pattern CODE = Pattern.compile("[A-Za-z0-9_.]{1,60}");

  private Failures() {}

  @SuppressWarnings("AnnotateFormatMethod") // the annotation is no dependency of ours
  static Refusal because(String sentence, Object... values) {
    return new Refusal(Failure.CREDENTIAL_HELPER_FAILED, sentence.formatted(values));
  }

  /** An error code, which is an identifier; anything longer could quote a token. */
  static String code(String foreign) {
    return CODE.matcher(foreign).matches() ? foreign : "no error code";
  }
}
