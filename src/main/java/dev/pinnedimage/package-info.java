/** The program: command line, configuration, wiring, probes. May import everything. */
@NullMarked
package dev.pinnedimage;

import org.jspecify.annotations.NullMarked;
