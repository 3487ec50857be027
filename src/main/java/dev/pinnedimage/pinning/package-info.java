/**
 * The core: {@code Observation} → {@code Plan} → status. Pure functions over values; time is data.
 *
 * <p>May import the JDK, {@code image} and {@code api}: no client, no clock, no log.
 */
@NullMarked
package dev.pinnedimage.pinning;

import org.jspecify.annotations.NullMarked;
