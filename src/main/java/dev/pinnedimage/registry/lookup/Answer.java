package dev.pinnedimage.registry.lookup;

import dev.pinnedimage.image.Resolution;
import java.time.Instant;

/**
 * The last thing that a registry said, which may be old by the time it is read.
 *
 * @param checkedAt when the look-up ended
 * @param nextCheck when asking again may start another one; never in the past
 */
public record Answer(Resolution resolution, Instant checkedAt, Instant nextCheck) {}
