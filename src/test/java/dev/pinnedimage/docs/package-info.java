/** Holds README.md and docs/ to the code: reasons, examples, links. */
@NullMarked
package dev.pinnedimage.docs;

import org.jspecify.annotations.NullMarked;
