package dev.pinnedimage.logging;

import ch.qos.logback.classic.pattern.ThrowableProxyConverter;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.encoder.EncoderBase;
import com.fasterxml.jackson.core.io.JsonStringEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.slf4j.event.KeyValuePair;

/**
 * One line, one JSON object: time (ISO 8601, UTC), level, the event's own keys (namespace, name,
 * reason, …), message, logger and, for defects, the exception.
 */
final class JsonLines extends EncoderBase<ILoggingEvent> {
  private final ThrowableProxyConverter stackTrace = new ThrowableProxyConverter();

  @Override
  public void start() {
    stackTrace.start();
    super.start();
  }

  @Override
  public byte[] encode(ILoggingEvent event) {
    StringBuilder line = new StringBuilder(256).append('{');
    field(line, "time", time(event.getTimeStamp()));
    field(line, "level", event.getLevel().toString());
    List<KeyValuePair> pairs = event.getKeyValuePairs();
    if (pairs != null) {
      pairs.forEach(pair -> field(line, pair.key, String.valueOf(pair.value)));
    }
    field(line, "message", event.getFormattedMessage());
    field(line, "logger", event.getLoggerName());
    if (event.getThrowableProxy() != null) {
      field(line, "exception", stackTrace.convert(event));
    }
    return line.append("}\n").toString().getBytes(StandardCharsets.UTF_8);
  }

  /** Always with milliseconds, so that lines sort as text. */
  private static String time(long millis) {
    String whole = Instant.ofEpochMilli(millis).truncatedTo(ChronoUnit.SECONDS).toString();
    return "%s.%03dZ".formatted(whole.substring(0, whole.length() - 1), millis % 1000);
  }

  private static void field(StringBuilder line, String name, String value) {
    if (line.length() > 1) {
      line.append(',');
    }
    line.append('"');
    JsonStringEncoder.getInstance().quoteAsString(name, line);
    line.append("\":\"");
    JsonStringEncoder.getInstance().quoteAsString(value, line);
    line.append('"');
  }

  @Override
  public byte[] headerBytes() {
    return new byte[0];
  }

  @Override
  public byte[] footerBytes() {
    return new byte[0];
  }
}
