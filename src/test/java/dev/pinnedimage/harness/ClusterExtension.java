package dev.pinnedimage.harness;

import java.nio.file.Path;
import java.util.function.Supplier;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ExtensionContext.Store;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/** Starts each part when the first test asks for it; JUnit closes them at the end of the run. */
final class ClusterExtension implements ParameterResolver {
  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    Class<?> type = parameter.getParameter().getType();
    return type == ControlPlane.class || type == RegistryServer.class;
  }

  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
    if (parameter.getParameter().getType() == RegistryServer.class) {
      return once(context, RegistryServer.class, RegistryServer.class, RegistryServer::start);
    }
    return parameter.isAnnotated(PolicyCluster.class)
            || context.getRequiredTestClass().isAnnotationPresent(PolicyCluster.class)
        ? once(context, PolicyCluster.class, ControlPlane.class, ClusterExtension::withPolicy)
        : once(context, RealCluster.class, ControlPlane.class, ControlPlane::start);
  }

  private static ControlPlane withPolicy() {
    ControlPlane cluster = ControlPlane.start();
    try {
      cluster.apply(Path.of("deploy/install.yaml"));
      cluster.apply(Path.of("deploy/admission.yaml"));
      PolicyEffect.await(cluster);
      return cluster;
    } catch (RuntimeException e) {
      cluster.close();
      throw e;
    }
  }

  private static <T> T once(
      ExtensionContext context, Class<?> key, Class<T> type, Supplier<T> start) {
    Store store = context.getRoot().getStore(Namespace.create(ClusterExtension.class));
    return store.computeIfAbsent(key, k -> start.get(), type);
  }
}
