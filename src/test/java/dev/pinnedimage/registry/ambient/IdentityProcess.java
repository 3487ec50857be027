package dev.pinnedimage.registry.ambient;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.pinnedimage.registry.Credential;
import dev.pinnedimage.registry.Refusal;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.net.ProxySelector;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * The identities in a process of their own: the clouds' libraries read the environment, which a
 * running JVM cannot change.
 */
final class IdentityProcess implements AutoCloseable {
  private static final List<String> CLOUDS = List.of("AWS_", "AZURE_", "GOOGLE_", "GCE_");

  /** Loading a cloud's library takes seconds where many tests share few cores. */
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final Process process;
  private final BufferedReader answers;
  private final PrintStream questions;

  private IdentityProcess(Process process) {
    this.process = process;
    this.answers = new BufferedReader(new InputStreamReader(process.getInputStream(), UTF_8));
    this.questions = new PrintStream(process.getOutputStream(), true, UTF_8);
  }

  /**
   * @param home where nobody has any credentials
   */
  static IdentityProcess start(Path home, Map<String, String> environment, String... options)
      throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Duser.home=" + home));
    command.addAll(List.of(options));
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.add(IdentityProcess.class.getName());
    var builder = new ProcessBuilder(command).redirectError(home.resolve("stderr").toFile());
    builder.environment().keySet().removeIf(name -> CLOUDS.stream().anyMatch(name::startsWith));
    builder.environment().put("HOME", home.toString());
    builder.environment().putAll(environment);
    return new IdentityProcess(builder.start());
  }

  /** The credential with its secret, or the sentence of the refusal. */
  String ask(String identity, String host) throws IOException {
    questions.println(identity + " " + host);
    return String.valueOf(answers.readLine());
  }

  @Override
  public void close() {
    questions.close();
    process.onExit().completeOnTimeout(process, 10, TimeUnit.SECONDS).join();
    process.destroyForcibly();
  }

  public static void main(String[] args) throws IOException {
    var clock = InstantSource.system();
    var byName =
        AmbientIdentities.byName(IdentityProcess::nothingPosted, ProxySelector.of(null), clock);
    var identities = new AmbientIdentities(byName, PATIENCE, clock);
    var in = new BufferedReader(new InputStreamReader(System.in, UTF_8));
    for (String line = in.readLine(); line != null; line = in.readLine()) {
      String[] words = line.split(" ", 2);
      System.out.println(answer(identities, new Credential.Ambient(words[0], words[1])));
    }
  }

  private static Forms nothingPosted() {
    throw new IllegalStateException("Azure is asked in this process's parent");
  }

  private static String answer(AmbientIdentities identities, Credential.Ambient ambient) {
    try {
      return switch (identities.credential(ambient)) {
        case Credential.Basic basic -> basic.username() + ":" + basic.password();
        case Credential.IdentityToken token -> "token:" + token.token();
        case Credential other -> other.toString();
      };
    } catch (Refusal e) {
      return e.reason().reason() + ": " + e.getMessage();
    }
  }

  /** A server's address for a variable of the environment. */
  static String url(String authority, String path) {
    return URI.create("http://" + authority + path).toString();
  }
}
