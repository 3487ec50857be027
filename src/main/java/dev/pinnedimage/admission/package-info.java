/**
 * The policies in {@code deploy/} that the API server evaluates, made from the table of kinds.
 *
 * <p>May import {@code workload} and {@code api}.
 */
@NullMarked
package dev.pinnedimage.admission;

import org.jspecify.annotations.NullMarked;
