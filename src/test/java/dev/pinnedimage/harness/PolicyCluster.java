package dev.pinnedimage.harness;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * As {@link RealCluster}, with a {@link ControlPlane} of its own for the run, on which {@code
 * deploy/install.yaml} and {@code deploy/admission.yaml} are applied. A policy is cluster-wide, so
 * the tests without it need the other cluster; the registry is the same. At a parameter: for a test
 * that compares both.
 */
@Target({ElementType.TYPE, ElementType.PARAMETER})
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(ClusterExtension.class)
public @interface PolicyCluster {}
