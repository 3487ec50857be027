package dev.pinnedimage.registry.ambient;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import dev.pinnedimage.image.ImageReference;
import dev.pinnedimage.registry.Credential;
import dev.pinnedimage.registry.Json;
import dev.pinnedimage.registry.Refusal;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/**
 * A {@code docker-credential-NAME} program: {@code get}, the server on its standard input, JSON on
 * its standard output (docker/docker-credential-helpers, "Development"). What it says otherwise is
 * not repeated, since it may be a secret.
 */
final class CredentialProgram implements Identity {
  private static final int MAX_BYTES = 64 * 1024;

  /** It does not say how long its answer holds, and has a cache of its own where asking is dear. */
  private static final Duration LIFE = Duration.ofMinutes(5);

  private static final String NOT_FOUND = "credentials not found in native keychain";

  private final String name;
  private final Map<String, String> environment;
  private final InstantSource clock;

  CredentialProgram(String name, Map<String, String> environment, InstantSource clock) {
    this.name = name;
    this.environment = environment;
    this.clock = clock;
  }

  @Override
  public Acquired acquire(String host) throws Refusal, InterruptedException {
    JsonNode said = Json.object(run(host)).orElseThrow(() -> notCredentials(host));
    String username = Json.text(said, "Username");
    String secret = Json.text(said, "Secret");
    if (secret.isEmpty()) {
      throw notCredentials(host);
    }
    Credential credential =
        username.equals("<token>")
            ? new Credential.IdentityToken(secret)
            : new Credential.Basic(username, secret);
    return new Acquired(credential, clock.instant().plus(LIFE));
  }

  private byte[] run(String host) throws Refusal, InterruptedException {
    Process process = start();
    try {
      var output = new FutureTask<>(() -> converse(process, host));
      Thread.ofVirtual().name(name).start(output);
      // Reading a pipe cannot be interrupted, waiting for it can.
      byte[] said = output.get();
      if (said.length > MAX_BYTES) {
        throw Failures.because("%s answers with more than 64 KiB", name);
      }
      int code = process.waitFor();
      if (code != 0) {
        throw failed(host, code, said);
      }
      return said;
    } catch (ExecutionException e) {
      throw Failures.because("%s stopped before its answer was complete", name);
    } finally {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
    }
  }

  private Process start() throws Refusal {
    var builder = new ProcessBuilder(program().toString(), "get");
    builder.redirectError(ProcessBuilder.Redirect.DISCARD);
    builder.environment().clear();
    builder.environment().putAll(environment);
    try {
      return builder.start();
    } catch (IOException e) {
      throw Failures.because("%s cannot be started", name);
    }
  }

  private Path program() throws Refusal {
    String path = environment.getOrDefault("PATH", "");
    return Arrays.stream(path.split(File.pathSeparator))
        .filter(directory -> !directory.isEmpty())
        .map(directory -> Path.of(directory, name))
        .filter(Files::isExecutable)
        .filter(Files::isRegularFile)
        .findFirst()
        .orElseThrow(() -> Failures.because("%s is on no directory of the operator's PATH", name));
  }

  private static byte[] converse(Process process, String host) throws IOException {
    try (OutputStream in = process.getOutputStream()) {
      in.write((serverUrl(host) + "\n").getBytes(UTF_8));
    } catch (IOException e) {
      // It may have answered without reading: its output says so.
    }
    try (InputStream out = process.getInputStream()) {
      return out.readNBytes(MAX_BYTES + 1);
    }
  }

  /** Under which docker login keeps it: the Hub is the one exception. */
  private static String serverUrl(String host) {
    return host.equals(ImageReference.DOCKER_HUB) ? "https://index.docker.io/v1/" : host;
  }

  private Refusal failed(String host, int code, byte[] said) {
    return new String(said, UTF_8).contains(NOT_FOUND)
        ? Failures.because("%s has no credentials for %s", name, host)
        : Failures.because("%s failed for %s with exit code %d", name, host, code);
  }

  private Refusal notCredentials(String host) {
    return Failures.because("%s answers for %s with something that is no credentials", name, host);
  }
}
