/**
 * The reconciler: observe → plan → apply → report, what wakes it up, and the events that it leaves.
 *
 * <p>May import everything but jib and the root package.
 */
@NullMarked
package dev.pinnedimage.controller;

import org.jspecify.annotations.NullMarked;
