/**
 * Who the operator itself is at a registry: its identity in a cloud, or what a credential program
 * has for it. Used by configuration only, and never for a pull secret.
 *
 * <p>Each cloud's library is touched by the one class that is named after it, which is not loaded
 * before it is asked for.
 *
 * <p>May import the JDK, Jackson, {@code dev.pinnedimage.image}, the rest of {@code registry}, and
 * in that one class AWS's SDK or Google's authentication library.
 */
@NullMarked
package dev.pinnedimage.registry.ambient;

import org.jspecify.annotations.NullMarked;
