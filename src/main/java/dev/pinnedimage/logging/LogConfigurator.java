package dev.pinnedimage.logging;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.Configurator;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.spi.ContextAwareBase;
import java.util.Map;

/**
 * What is logged: one JSON object for each event that matters, on standard output. In code, since
 * reading a configuration file would take a fifth of the time that the operator has to start.
 */
public final class LogConfigurator extends ContextAwareBase implements Configurator {
  /** The environment variable that sets the level of our own lines: debug, info, warn or error. */
  private static final String LEVEL = "LOG_LEVEL";

  /** What these say is said in one sentence by our own lines, or concerns nobody. */
  private static final Map<String, Level> QUIET =
      Map.of(
          "io.javaoperatorsdk.operator.processing.event", Level.OFF,
          "io.fabric8.kubernetes.client.informers", Level.OFF,
          "io.fabric8.kubernetes.client.dsl.internal.VersionUsageUtils", Level.OFF);

  @Override
  public ExecutionStatus configure(LoggerContext context) {
    JsonLines lines = new JsonLines();
    lines.setContext(context);
    lines.start();
    ConsoleAppender<ILoggingEvent> console = new ConsoleAppender<>();
    console.setContext(context);
    console.setEncoder(lines);
    console.start();
    context.getLogger("ROOT").addAppender(console);
    context.getLogger("ROOT").setLevel(Level.WARN);
    context.getLogger("dev.pinnedimage").setLevel(Level.toLevel(System.getenv(LEVEL), Level.INFO));
    QUIET.forEach((name, level) -> context.getLogger(name).setLevel(level));
    return ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY;
  }
}
