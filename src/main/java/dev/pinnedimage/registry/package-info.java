/**
 * Asking container registries: credentials, the manifest client and its bounds, reading indexes and
 * manifests, and one shared look-up per reference and credential.
 *
 * <p>{@link dev.pinnedimage.registry.Resolver} is the seam; expected failures are {@link
 * dev.pinnedimage.image.Resolution.Unresolved} values on this side of it.
 *
 * <p>May import the JDK, Jackson, slf4j and {@code dev.pinnedimage.image}.
 */
@NullMarked
package dev.pinnedimage.registry;

import org.jspecify.annotations.NullMarked;
