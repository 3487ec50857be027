/** The versions of the custom resource. */
@NullMarked
package dev.pinnedimage.api;

import org.jspecify.annotations.NullMarked;
