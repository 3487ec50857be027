/** {@code make demo}: the story of the incident, told by the real parts. */
@NullMarked
package dev.pinnedimage.demo;

import org.jspecify.annotations.NullMarked;
