/**
 * Asking for little: one shared look-up per reference and credential, and limits on how many are
 * under way at once and how soon they come again.
 */
@NullMarked
package dev.pinnedimage.registry.lookup;

import org.jspecify.annotations.NullMarked;
