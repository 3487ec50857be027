/** How log lines look. May import logback and Jackson's core. */
@NullMarked
package dev.pinnedimage.logging;

import org.jspecify.annotations.NullMarked;
