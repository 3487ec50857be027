/** Credentials: whose they are, what they are for, and how a registry wants to be given them. */
@NullMarked
package dev.pinnedimage.registry.auth;

import org.jspecify.annotations.NullMarked;
