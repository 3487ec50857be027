package dev.pinnedimage.harness;

/** What a command that ended left behind. */
public record CommandResult(int exitCode, String stdout, String stderr) {
  public boolean succeeded() {
    return exitCode == 0;
  }
}
