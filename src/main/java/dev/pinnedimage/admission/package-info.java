/**
 * The admission policies: what stands in {@code deploy/}, made from the table of kinds, and what of
 * it a cluster has installed.
 *
 * <p>May import {@code workload} (its table of kinds), {@code pinning.observed}, {@code api} and
 * fabric8.
 */
@NullMarked
package dev.pinnedimage.admission;

import org.jspecify.annotations.NullMarked;
