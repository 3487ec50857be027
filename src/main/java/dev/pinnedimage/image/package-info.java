/**
 * Image references, digests, platforms and what a registry answered: values, no I/O.
 *
 * <p>May import the JDK, and jib's reference grammar in {@link
 * dev.pinnedimage.image.ImageReference} alone.
 */
@NullMarked
package dev.pinnedimage.image;

import org.jspecify.annotations.NullMarked;
