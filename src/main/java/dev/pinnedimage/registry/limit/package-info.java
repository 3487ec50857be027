/**
 * What a host is spared: the pace of requests, the circuit of one that fails, and the allowance
 * that a registry says it grants. It knows hosts and credentials, and nothing of HTTP.
 */
@NullMarked
package dev.pinnedimage.registry.limit;

import org.jspecify.annotations.NullMarked;
