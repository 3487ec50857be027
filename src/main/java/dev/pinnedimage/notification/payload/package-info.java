/**
 * What each kind of registry says when something was pushed, read down to registry, repository and
 * tag.
 *
 * <p>May import the JDK, Jackson, {@code dev.pinnedimage.image} and the bounded JSON of {@code
 * dev.pinnedimage.registry}.
 */
@NullMarked
package dev.pinnedimage.notification.payload;

import org.jspecify.annotations.NullMarked;
