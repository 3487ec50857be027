package dev.pinnedimage.harness;

/** A test run that is being cancelled: the thread stays interrupted. */
final class Interrupted extends IllegalStateException {
  private static final long serialVersionUID = 1L;

  private Interrupted(String message, InterruptedException cause) {
    super(message, cause);
  }

  static Interrupted at(String what, InterruptedException cause) {
    Thread.currentThread().interrupt();
    return new Interrupted("interrupted while " + what, cause);
  }
}
