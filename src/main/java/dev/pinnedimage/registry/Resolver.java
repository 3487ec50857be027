package dev.pinnedimage.registry;

import dev.pinnedimage.image.Resolution;
import dev.pinnedimage.registry.manifest.RegistryResolver;

/**
 * The seam between what the operator decides and what registries say: a test gives values, the
 * operator a {@link RegistryResolver}.
 */
@FunctionalInterface
public interface Resolver {
  /** Blocks while the registry is asked; every expected failure is a value. */
  Resolution resolve(Query query);
}
