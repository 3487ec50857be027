/**
 * The endpoint that takes the registries' webhooks. What they say is believed as far as "look now":
 * a forged one can cost a HEAD, never a pin.
 *
 * <p>May import the JDK with its HTTP server, Jackson, slf4j, {@code dev.pinnedimage.image}, and of
 * {@code dev.pinnedimage.registry} the bounded JSON and the kind of a mistake in the configuration.
 */
@NullMarked
package dev.pinnedimage.notification;

import org.jspecify.annotations.NullMarked;
