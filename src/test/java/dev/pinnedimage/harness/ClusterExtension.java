package dev.pinnedimage.harness;

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
    return parameter.getParameter().getType() == ControlPlane.class
        ? once(context, ControlPlane.class, ControlPlane::start)
        : once(context, RegistryServer.class, RegistryServer::start);
  }

  private static <T> T once(ExtensionContext context, Class<T> type, Supplier<T> start) {
    Store store = context.getRoot().getStore(Namespace.create(ClusterExtension.class));
    return store.computeIfAbsent(type, key -> start.get(), type);
  }
}
