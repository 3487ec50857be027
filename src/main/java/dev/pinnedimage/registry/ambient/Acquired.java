package dev.pinnedimage.registry.ambient;

import dev.pinnedimage.registry.Credential;
import java.time.Instant;

/** What an identity is worth at a registry, and until when. */
record Acquired(Credential credential, Instant expiresAt) {}
