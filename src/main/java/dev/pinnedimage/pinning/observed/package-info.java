/**
 * The world as the planner sees it: the objects, nodes and answers that one decision rests on, read
 * once, as values.
 */
@NullMarked
package dev.pinnedimage.pinning.observed;

import org.jspecify.annotations.NullMarked;
