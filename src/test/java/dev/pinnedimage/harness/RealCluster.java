package dev.pinnedimage.harness;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Gives a test class the run's {@link ControlPlane} without an admission policy and its one open
 * {@link RegistryServer}, as parameters. Both are shared: take a namespace and a repository of your
 * own, and leave no nodes.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(ClusterExtension.class)
public @interface RealCluster {}
