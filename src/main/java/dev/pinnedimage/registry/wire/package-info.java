/**
 * One request to one host: addresses that may be connected to, trust in certificates, bounds on
 * what is read, and what failures on the way mean.
 */
@NullMarked
package dev.pinnedimage.registry.wire;

import org.jspecify.annotations.NullMarked;
