/**
 * Reading and patching pod templates, one small class for each kind, and the nodes that they run
 * on.
 *
 * <p>May import {@code image}, {@code pinning}, {@code api} and fabric8. The informers' caches hold
 * narrow types: memory grows with the number of containers, not with the size of manifests.
 */
@NullMarked
package dev.pinnedimage.workload;

import org.jspecify.annotations.NullMarked;
