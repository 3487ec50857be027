package dev.pinnedimage;

import dev.pinnedimage.registry.wire.TunnelCredentials;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;

/** The command line. */
@Command(
    name = "pinnedimage-operator",
    description = "Holds container images on Kubernetes to the digest of their image index.",
    mixinStandardHelpOptions = true,
    versionProvider = Main.Version.class,
    subcommands = {RunCommand.class, AdmissionCommand.class})
public final class Main {
  private Main() {}

  public static void main(String[] args) {
    TunnelCredentials.allow();
    HttpBounds.set();
    int exitCode = new CommandLine(new Main()).execute(args);
    if (exitCode != 0) {
      // After a failed start, informers' threads would keep the JVM alive.
      System.exit(exitCode);
    }
  }

  /** What the jar's manifest says. */
  static final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() {
      String version = Main.class.getPackage().getImplementationVersion();
      return new String[] {version == null ? "dev" : version};
    }
  }
}
